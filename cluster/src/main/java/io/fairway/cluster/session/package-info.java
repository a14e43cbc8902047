/**
 * The sessions of one node, an actor each. In the order a new session meets them: {@link FirstPacket} (what the
 * forwarder saw), {@link BucketActor} (256 per home node, parents of the sessions), {@link SessionPlanner} (pure: a
 * {@link Verdict}), with {@link Naming}, {@link FlowPlanner} (both flows), {@link PortLedger}
 * ({@link WayportAllocator}, {@link NatPool} over {@link NatBindings}) and {@link SessionIndex} (a session whose sender
 * has forgotten it), then {@link SessionActor} (its life; told {@link SessionCommand}s). {@link AdoptionActor} takes
 * over the partner's buckets. {@link SessionServices} is what they share; {@link SessionCounters} counts.
 */
package io.fairway.cluster.session;
