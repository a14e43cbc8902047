package io.fairway.ha.journal;

import io.fairway.ha.resync.BucketSet;
import io.fairway.ha.resync.SnapshotCursor;
import io.fairway.model.session.SessionRecordFlyweight;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends dirty buckets again, each whole and inside the ordered journal, one after the other and as fast as the window
 * allows: those that the partner has otherwise than this node, which owns them, and those of which something did not
 * fit into a full journal. Belongs to the pair's thread.
 */
final class BucketRepair {
    private static final int RECORDS_PER_TURN = 512;

    private final JournalContext context;
    private final JournalSender sender;
    private final BucketSet dirty = new BucketSet();
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[SessionRecordFlyweight.MAX_LENGTH]);
    private int repairing = BucketSet.NONE;
    private SnapshotCursor cursor;
    private long endSequence;

    BucketRepair(final JournalContext context, final JournalSender sender) {
        this.context = context;
        this.sender = sender;
    }

    /** The partner's copy of a bucket is not this node's. */
    void mark(final int bucket) {
        dirty.add(bucket);
    }

    /** Forgets all: the whole replica is sent, or nothing. */
    void stop() {
        dirty.clear();
        repairing = BucketSet.NONE;
        cursor = null;
        endSequence = 0;
    }

    /** Whether the partner has all that was to be sent again. */
    boolean isIdle() {
        if (repairing != BucketSet.NONE && cursor == null && sender.acknowledgedSequence() >= endSequence) {
            repairing = BucketSet.NONE;
        }
        return repairing == BucketSet.NONE && dirty.isEmpty();
    }

    /** Whether a bucket is to be sent again, or on its way. */
    boolean isDirty(final int bucket) {
        return dirty.contains(bucket) || repairing == bucket && !isIdle();
    }

    /** Sends a turn's share. */
    int advance() {
        if (isIdle() || !sender.hasRoomForBulk() || cursor == null && !begun()) {
            return 0;
        }
        int records = 0;
        while (records < RECORDS_PER_TURN && cursor.hasNext()) {
            sender.snapshot(context.replica(), cursor.next(), scratch);
            records++;
        }
        if (records < RECORDS_PER_TURN) {
            cursor = null;
            mark(JournalFrame.REPAIR_END, repairing);
            endSequence = sender.gatheredSequence();
        }
        return 1 + records;
    }

    private boolean begun() {
        // Who no longer owns a bucket no longer speaks for it.
        dirty.retain(context.ownership()::mine);
        final int bucket = dirty.next(0);
        if (bucket == BucketSet.NONE) {
            return false;
        }
        dirty.remove(bucket);
        repairing = bucket;
        cursor = new SnapshotCursor(1, only -> context.replica().sessionIds(bucket));
        mark(JournalFrame.REPAIR_BEGIN, bucket);
        return true;
    }

    private void mark(final int kind, final int bucket) {
        final int at = sender.entry(kind, JournalFrame.REPAIR_BYTES, 0);
        sender.frame().putInt(at, bucket);
    }
}
