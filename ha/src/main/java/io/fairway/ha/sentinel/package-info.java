/**
 * The small process beside the node that starts it, sees it die and tells the partner at once. In reading order:
 * {@link SentinelMain} reads its arguments, {@link Supervisor} is its life, {@link NodeProcess} starts, watches and
 * stops the node, {@link ControllerKeeper} keeps a controller that is a process of its own, {@link DeathNotifier} sends
 * death notices as the node's {@link SentinelPlan} says, {@link BackOff} spaces restarts, {@link StateDirectory} names
 * the files. {@link SentinelWatch} and {@link ExitCode} are the node's side.
 *
 * <p>If the sentinel dies, the node goes on and warns: established sessions matter more, its death would still be found
 * by the end of its lease, and a new sentinel adopts it.
 */
package io.fairway.ha.sentinel;
