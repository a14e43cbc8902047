/**
 * The journal of a pair, in the order a record meets it: {@link Journal} and {@link JournalProxy} (or
 * {@link StandaloneJournal} in a router of one node), {@link JournalAgent} with its {@link SessionReplica},
 * AppendedEntries, JournalSender with its RetransmitWindow, JournalFrame, {@link JournalLink} and
 * {@link FabricJournalLink}, then at the partner JournalReceiver, Tombstones, {@link JournalListener} and
 * {@link RecordSink}. SnapshotSender sends the replica to a partner that comes, CopyComparison finds out whether both
 * copies are equal, BucketRepair sends again what is not, SnapshotReceiver takes both; PartnerPace says when to wait
 * for the partner no more, OtherReleases what of it is not understood, {@link JournalView} how it stands;
 * {@link JournalCounters} say what happened; {@link PartnerStatus} and {@link BucketOwnership} are what the pair tells;
 * {@link JournalContext} names all parts.
 */
package io.fairway.ha.journal;
