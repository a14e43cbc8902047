/**
 * Between the session actors and the pair's journal. Out: {@link SessionChange}s enter {@link ReplicationGraph}, a
 * Pekko Streams graph that hands them to the {@link SessionJournal} in order. In: {@link StandbyInstaller} gives the
 * partner's records to the forwarder as standby entries. {@link SessionInstaller}, {@link ReplicaView} and
 * {@link OwnershipView} are what this module needs of its neighbours. {@link Retries} is the one thread that tries
 * again later.
 */
package io.fairway.cluster.replication;
