package io.fairway.ha.journal;

import static io.fairway.ha.journal.JournalCounters.Counter.OVERFLOW;
import static io.fairway.ha.journal.JournalCounters.Counter.OVERRUNS;
import static io.fairway.ha.journal.JournalCounters.Counter.STALE;
import static io.fairway.ha.journal.JournalCounters.Counter.TOMBSTONED;
import static io.fairway.ha.journal.JournalCounters.Counter.UNSYNCED;

import io.fairway.ha.owner.SyncStatus;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecordFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;

/**
 * Takes what this node's controller appends: keeps it in the replica, sends it to the partner, and says at once that it
 * is committed where nobody is there to wait for. What a full journal cannot take is not lost: its bucket is sent
 * again, whole. Belongs to the pair's thread.
 */
final class AppendedEntries {
    private static final int APPENDS_PER_TURN = 512;

    private final JournalContext context;
    private final Parts parts;
    private final MessageHandler handler = this::onAppended;

    /** Whether batches go to the partner. */
    private boolean associated;

    /** Whether the partner takes them in, so that a commit may wait for its acknowledgement. */
    private boolean answered;

    /** Whether the journal takes no more entries: what is appended marks its bucket. */
    private boolean full;

    /** The bucket that is being given away, and the batch with the last word about it. */
    private int settledBucket = SyncStatus.NONE;

    private long settledSequence;

    /** What the journal's other parts use, too. */
    record Parts(
            JournalCounters counters,
            JournalSender sender,
            BucketRepair repair,
            PartnerPace pace,
            Tombstones tombstones) {}

    AppendedEntries(final JournalContext context, final Parts parts) {
        this.context = context;
        this.parts = parts;
    }

    /** Batches go to a process of the partner from now on. */
    void associate() {
        associated = true;
    }

    /** There is no partner any more: what settled, settled for nobody. */
    void separate() {
        associated = false;
        settledBucket = SyncStatus.NONE;
    }

    /**
     * Takes a turn's share; none while the partner is about to make room.
     *
     * @param isAnswered whether the partner has said its HELLO
     */
    int take(final long nowNs, final boolean isAnswered) {
        answered = isAnswered;
        full = associated && !parts.sender().hasRoom();
        if (full && !parts.pace().lags() && !parts.sender().isStalled(nowNs, context.commitTimeoutNs())) {
            return 0;
        }
        return context.proxy().read(handler, APPENDS_PER_TURN);
    }

    /** A bucket of which the partner has every word, once; or {@link SyncStatus#NONE}. */
    int takeSettled() {
        final int bucket = settledBucket;
        if (bucket == SyncStatus.NONE
                || parts.repair().isDirty(bucket)
                || parts.sender().acknowledgedSequence() < settledSequence) {
            return SyncStatus.NONE;
        }
        settledBucket = SyncStatus.NONE;
        return bucket;
    }

    private void onAppended(final int kind, final MutableDirectBuffer message, final int index, final int length) {
        final int body = index + JournalProxy.BODY;
        if (kind == JournalProxy.PUT) {
            final long appendedNs = message.getLong(index + JournalProxy.APPENDED_AT);
            put(message, body, length - JournalProxy.BODY, appendedNs + context.commitTimeoutNs());
        } else if (kind == JournalProxy.TOMBSTONE) {
            end(message.getLong(body), message.getInt(index + JournalProxy.TOMBSTONE_VERSION));
        } else if (associated) {
            settledBucket = message.getInt(body);
            settledSequence = parts.sender().newestSequence();
        }
    }

    private void put(final DirectBuffer record, final int offset, final int length, final long deadlineNs) {
        final long sessionId = SessionRecordFlyweight.sessionId(record, offset);
        final int version = SessionRecordFlyweight.version(record, offset);
        if (parts.tombstones().contains(sessionId)) {
            parts.counters().increment(TOMBSTONED);
            context.listener().onCommitted(sessionId, version, false);
            return;
        }
        final SessionReplica.Put put = context.replica().put(record, offset, length);
        if (put != SessionReplica.Put.NEWER) {
            parts.counters().increment(put == SessionReplica.Put.FULL ? OVERFLOW : STALE);
            context.listener().onCommitted(sessionId, version, context.replica().synced(sessionId));
            return;
        }
        context.sink().onChanged(sessionId);
        final boolean sent = mayBeSent(sessionId);
        final boolean waits = sent && answered && !parts.pace().lags();
        if (sent) {
            parts.sender().put(record, offset, length, deadlineNs, waits);
        }
        if (!waits) {
            if (associated && answered) {
                parts.counters().increment(UNSYNCED);
            }
            context.listener().onCommitted(sessionId, version, false);
        }
    }

    private void end(final long sessionId, final int version) {
        if (context.replica().remove(sessionId)) {
            context.sink().onChanged(sessionId);
        }
        parts.tombstones().add(sessionId, version);
        if (mayBeSent(sessionId)) {
            parts.sender().tombstone(sessionId, version);
        }
    }

    private boolean mayBeSent(final long sessionId) {
        if (associated && full) {
            parts.counters().increment(OVERRUNS);
            parts.repair().mark(BucketId.ofSession(sessionId));
        }
        return associated && !full;
    }
}
