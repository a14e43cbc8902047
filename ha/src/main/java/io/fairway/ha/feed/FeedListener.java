package io.fairway.ha.feed;

import org.agrona.DirectBuffer;

/** What a controller of its own process hears through the feed, after its replica has it. On the thread that polls. */
public interface FeedListener {
    /** A session is new or changed; the record is valid during the call. */
    void onRecord(DirectBuffer record, int offset, int length);

    /** A session is over. */
    void onRemoved(long sessionId);

    /** As {@link io.fairway.ha.journal.JournalListener#onCommitted}. */
    void onCommitted(long sessionId, int version, boolean synced);

    /** Buckets or led interfaces changed, see the gate. */
    void onOwnershipChanged();

    /** As {@link PairNotices#onSettle}. */
    void onSettle(int bucket);

    /** As {@link PairNotices#onUnsettle}. */
    void onUnsettle(int bucket);

    /** What the arbiter declared of the partner. */
    void onPartner(boolean dead, String why);
}
