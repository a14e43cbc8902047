package io.fairway.ha.journal;

import static io.fairway.ha.journal.JournalCounters.Counter.BUCKETS_REPAIRED;
import static io.fairway.ha.journal.JournalCounters.Counter.RESYNC_REMOVED;

import io.fairway.ha.resync.BucketSet;
import io.fairway.ha.resync.ResyncRules;
import io.fairway.ha.resync.SnapshotCursor;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecordFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongHashSet;

/**
 * Takes the partner's whole snapshot, and single buckets that it sends again: removes what they did not name. Belongs
 * to the pair's thread.
 */
final class SnapshotReceiver {
    private static final int SWEPT_PER_TURN = 2_048;

    private final JournalContext context;
    private final JournalCounters counters;
    private final BucketSet senderOwned = new BucketSet();
    private final LongHashSet named = new LongHashSet();
    private boolean open;
    private boolean senderCold;
    private SnapshotCursor sweep;
    private int repairing = BucketSet.NONE;

    SnapshotReceiver(final JournalContext context, final JournalCounters counters) {
        this.context = context;
        this.counters = counters;
    }

    /** What has come so far counts for nothing. */
    void stop() {
        open = false;
        sweep = null;
        repairing = BucketSet.NONE;
    }

    void onBegin() {
        open = true;
        repairing = BucketSet.NONE;
    }

    void onEnd(final DirectBuffer frame, final int payload) {
        if (!open) {
            return;
        }
        open = false;
        senderCold = frame.getLong(payload) != 0;
        senderOwned.decode(frame, payload + JournalFrame.END_BUCKETS);
        sweep = new SnapshotCursor(BucketId.COUNT, context.replica()::sessionIds);
    }

    boolean isSweeping() {
        return sweep != null;
    }

    /**
     * Removes, a part at a time, what the partner's whole snapshot did not name.
     *
     * @param cold whether what only this node's warm store brought is provisional
     */
    void sweep(final boolean cold) {
        int sessions = 0;
        while (sessions < SWEPT_PER_TURN && sweep.hasNext()) {
            final long sessionId = sweep.next();
            final int bucket = BucketId.ofSession(sessionId);
            final boolean provisional = cold && context.replica().provisional(sessionId);
            final boolean mine = context.ownership().mine(bucket);
            if (!context.replica().named(sessionId)
                    && ResyncRules.removed(provisional, senderCold, senderOwned.contains(bucket), mine)) {
                remove(sessionId);
            }
            sessions++;
        }
        if (sessions < SWEPT_PER_TURN) {
            sweep = null;
        }
    }

    /** The owner sends a bucket again. */
    void onRepairBegin(final int bucket) {
        named.clear();
        repairing = context.ownership().mine(bucket) ? BucketSet.NONE : bucket;
    }

    /**
     * What the owner sends again takes the place of another record here, even of a higher version: that goes. A lower
     * one stays until it is overwritten, so that its packets never miss it.
     */
    void replace(final DirectBuffer record, final int offset, final int length) {
        final long sessionId = SessionRecordFlyweight.sessionId(record, offset);
        if (isRepairing(BucketId.ofSession(sessionId))) {
            named.add(sessionId);
            final int known = context.replica().version(sessionId);
            if (known >= SessionRecordFlyweight.version(record, offset)
                    && context.replica().differs(sessionId, record, offset, length)) {
                remove(sessionId);
            }
        }
    }

    /** Who has taken a bucket meanwhile speaks for it. */
    private boolean isRepairing(final int bucket) {
        return repairing == bucket && !context.ownership().mine(bucket);
    }

    void onRepairEnd(final int bucket) {
        if (isRepairing(bucket)) {
            counters.increment(BUCKETS_REPAIRED);
            for (final long sessionId : context.replica().sessionIds(bucket)) {
                if (!named.contains(sessionId)) {
                    remove(sessionId);
                }
            }
        }
        repairing = BucketSet.NONE;
        named.clear();
    }

    private void remove(final long sessionId) {
        counters.increment(RESYNC_REMOVED);
        final int version = context.replica().version(sessionId);
        context.replica().remove(sessionId);
        context.sink().onChanged(sessionId);
        context.listener().onRemoteDelete(sessionId, version);
    }
}
