package io.fairway.ha.journal;

import io.fairway.ha.resync.BucketSet;
import io.fairway.ha.resync.ResyncRules;
import io.fairway.ha.resync.SnapshotCursor;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecordFlyweight;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends the whole replica inside the ordered journal, as fast as the window allows, then an end with this node's
 * ownership. Belongs to the pair's thread.
 */
final class SnapshotSender {
    private static final int RECORDS_PER_TURN = 512;

    private final JournalContext context;
    private final JournalSender sender;
    private final BucketSet owned = new BucketSet();
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[SessionRecordFlyweight.MAX_LENGTH]);
    private SnapshotCursor cursor;
    private boolean senderCold;
    private boolean receiverCold;
    private long endSequence = Long.MAX_VALUE;

    SnapshotSender(final JournalContext context, final JournalSender sender) {
        this.context = context;
        this.sender = sender;
    }

    /** Begins anew; a snapshot under way is not finished. */
    void begin(final boolean cold, final boolean partnerCold) {
        cursor = new SnapshotCursor(BucketId.COUNT, context.replica()::sessionIds);
        senderCold = cold;
        receiverCold = partnerCold;
        endSequence = Long.MAX_VALUE;
        owned.assign(context.ownership()::mine);
        sender.entry(JournalFrame.SNAPSHOT_BEGIN, 0, 0);
    }

    void stop() {
        cursor = null;
        endSequence = Long.MAX_VALUE;
    }

    /** Whether the partner has acknowledged the end. */
    boolean isAcknowledged() {
        return sender.acknowledgedSequence() >= endSequence;
    }

    /** Sends a turn's share. */
    int advance() {
        if (cursor == null || !sender.hasRoomForBulk()) {
            return 0;
        }
        int records = 0;
        while (records < RECORDS_PER_TURN && cursor.hasNext()) {
            final long sessionId = cursor.next();
            records++;
            final boolean provisional = senderCold && context.replica().provisional(sessionId);
            if (ResyncRules.sent(provisional, receiverCold)) {
                sender.snapshot(context.replica(), sessionId, scratch);
            }
        }
        if (records < RECORDS_PER_TURN) {
            end();
            cursor = null;
        }
        return 1 + records;
    }

    private void end() {
        final int at = sender.entry(JournalFrame.SNAPSHOT_END, JournalFrame.END_BYTES, 0);
        final MutableDirectBuffer frame = sender.frame();
        frame.putLong(at, senderCold ? 1 : 0);
        owned.retain(context.ownership()::mine);
        owned.encode(frame, at + JournalFrame.END_BUCKETS);
        endSequence = sender.gatheredSequence();
    }
}
