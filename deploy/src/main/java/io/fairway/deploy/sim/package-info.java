/**
 * The pair, simulated (ha-design.md, section 8): two whole nodes, clients and a far end on one thread and one heap of
 * events. {@link SimMain} reads the options and runs seed after seed. A {@code Plan} names the {@code Fault}s of a
 * seed, {@code SimRun} lives through one in a {@code World}, {@code Shrinker} makes a failing one small.
 *
 * <p>The real parts stand in {@code SimProcess}, put together as router-node's wiring does: forwarder, port ledger,
 * journal, beats, pair, epoch store ({@code JournalSeams} joins two of them). Nondeterminism enters by five doors:
 * {@code SimClock}, {@code Wire} (with {@code PairNetwork}, {@code SimBeatPort}, {@code SimJournalLink},
 * {@code SimCrossing}, {@code SimPort}, {@code Segment}), {@code SimDisk} (with {@code SimFileSystem}, {@code SimPath},
 * {@code SimFiles}, {@code SimFileChannel}), {@code SimRandom} and {@code SimThread}. In other things' places stand
 * {@code SimController} with {@code SessionPlan} (session actors), {@code SimStore} (Chronicle Map), {@code SimNode}
 * (the sentinel), {@code SimOutside} with {@code SimWitness} (ways to the witness's real votes, and a power switch),
 * {@code CommandRing} (Aeron IPC), {@code Client}, {@code Remote} and {@code Operator} (the world).
 *
 * <p>{@code Injector} makes and ends faults; {@code Checker} judges, with {@code EdgeRules}, {@code ReplicaRules},
 * {@code Verdict} and the {@code SessionBook}. {@code Build} is where the controls of the tests break the product.
 */
package io.fairway.deploy.sim;
