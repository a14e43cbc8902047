/**
 * The nodes of one router as a Pekko Cluster over Artery TCP: management between nodes, never failover.
 * {@link ClusterConfig} (Pekko's settings, in code), {@link KryoSerializer} ({@link RemoteMessage}s on the wire),
 * {@link DeathRegister} (what the pair's arbiter declared dead), {@link PairDowningProvider} with
 * {@link PairDowningActor} (downs exactly that), {@link ManagementActor} (one per node), {@link MembershipView} (for
 * people).
 */
package io.fairway.cluster.membership;
