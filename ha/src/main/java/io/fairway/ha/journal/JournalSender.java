package io.fairway.ha.journal;

import static io.fairway.ha.journal.JournalCounters.Counter.BATCHES_RESENT;
import static io.fairway.ha.journal.JournalCounters.Counter.BATCHES_SENT;
import static io.fairway.ha.journal.JournalCounters.Counter.UNSYNCED;

import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecordFlyweight;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The sending half: gathers a turn's entries into batches, numbers them, sends each over every connected link, and
 * keeps them until the partner has acknowledged them. Belongs to the pair's thread. An association is one unbroken run
 * of batches to one process of the partner; its number rises, and its first entry is a HELLO.
 */
final class JournalSender {
    private static final long RESEND_NS = 20_000_000;
    private static final long GAP_RESEND_NS = 1_000_000;
    private static final long SCAN_NS = 500_000;
    private static final int RESENDS_PER_SCAN = 16;

    private final JournalContext context;
    private final JournalCounters counters;
    private final ByteBuffer frameBytes = ByteBuffer.allocateDirect(JournalFrame.MAX_BYTES);
    private final UnsafeBuffer frame = new UnsafeBuffer(frameBytes);
    private final RetransmitWindow window = new RetransmitWindow();
    private final int[] bucketSequences = new int[BucketId.COUNT];
    private final boolean[] wasConnected;

    private int association;
    private long receiverIncarnation;
    private int length;
    private int count;
    private long commitDeadlineNs;
    private boolean waits;
    private boolean bulk;
    private boolean gapSeen;
    private long scannedNs;
    private long progressNs;
    private long settledUpTo;

    JournalSender(final JournalContext context, final JournalCounters counters) {
        this.context = context;
        this.counters = counters;
        wasConnected = new boolean[context.link().links()];
    }

    /** Begins anew with this process of the partner; what was not acknowledged must have been settled. */
    void associate(final long partnerIncarnation, final boolean cold, final boolean snapshotWanted) {
        association++;
        receiverIncarnation = partnerIncarnation;
        window.clear();
        settledUpTo = 0;
        Arrays.fill(bucketSequences, 0);
        reset();
        hello(cold, snapshotWanted);
    }

    int association() {
        return association;
    }

    /** Whether a whole turn's entries may be added. */
    boolean hasRoom() {
        return window.hasRoom();
    }

    /** Whether a snapshot may go on without taking the room of live entries. */
    boolean hasRoomForBulk() {
        return window.freeBytes() > RetransmitWindow.CAPACITY_BYTES / 2 && window.hasRoom();
    }

    void hello(final boolean cold, final boolean snapshotWanted) {
        final int at = entry(JournalFrame.HELLO, JournalFrame.HELLO_BYTES, 0);
        frame.putByte(at, (byte) (cold ? 1 : 0));
        frame.putByte(at + JournalFrame.HELLO_WANTED, (byte) (snapshotWanted ? 1 : 0));
    }

    /**
     * Adds a version.
     *
     * @param deadlineNs until when its commit may wait
     * @param isWaiting false: it was committed already
     */
    void put(
            final DirectBuffer record,
            final int offset,
            final int recordLength,
            final long deadlineNs,
            final boolean isWaiting) {
        final int bucket = BucketId.ofSession(SessionRecordFlyweight.sessionId(record, offset));
        final int at = entry(JournalFrame.PUT, recordLength, ++bucketSequences[bucket]);
        frame.putBytes(at, record, offset, recordLength);
        if (!waits || deadlineNs - commitDeadlineNs < 0) {
            commitDeadlineNs = deadlineNs;
        }
        waits |= isWaiting;
    }

    void tombstone(final long sessionId, final int version) {
        final int bucket = BucketId.ofSession(sessionId);
        final int at = entry(JournalFrame.TOMBSTONE, JournalFrame.TOMBSTONE_BYTES, ++bucketSequences[bucket]);
        frame.putLong(at, sessionId);
        frame.putInt(at + JournalFrame.TOMBSTONE_VERSION, version);
    }

    /** Adds the replica's version of a session to a snapshot, if it still has one. */
    void snapshot(final SessionReplica replica, final long sessionId, final MutableDirectBuffer scratch) {
        final int recordLength = replica.read(sessionId, scratch, 0);
        if (recordLength > 0) {
            final int at = entry(JournalFrame.SNAPSHOT, recordLength, 0);
            frame.putBytes(at, scratch, 0, recordLength);
            bulk = true;
        }
    }

    /** Adds an entry with a payload that the caller writes; returns where it belongs in {@link #frame()}. */
    int entry(final int kind, final int payloadLength, final int sequence) {
        final int bytes = JournalFrame.entryBytes(payloadLength);
        if (length + bytes > JournalFrame.MAX_BYTES) {
            flush();
        }
        final int at = JournalFrame.entry(frame, length, kind, payloadLength, sequence);
        length += bytes;
        count++;
        return at;
    }

    MutableDirectBuffer frame() {
        return frame;
    }

    /** The sequence of the batch that is being gathered. */
    long gatheredSequence() {
        return window.nextSequence();
    }

    /** The sequence of the batch with the newest entry. */
    long newestSequence() {
        return count == 0 ? window.nextSequence() - 1 : window.nextSequence();
    }

    /** All batches up to this one are acknowledged. */
    long acknowledgedSequence() {
        return window.firstSequence() - 1;
    }

    /** Sends what was gathered, at once. */
    void flush() {
        if (count == 0) {
            return;
        }
        final long sequence = window.nextSequence();
        JournalFrame.begin(frame, JournalFrame.BATCH, context.nodeId(), context.incarnation(), receiverIncarnation);
        JournalFrame.associations(frame, association, 0);
        JournalFrame.finish(frame, frameBytes, sequence, count, length);
        if (!window.add(frame, length, commitDeadlineNs, !waits)) {
            throw new IllegalStateException("entries were added to a full journal window");
        }
        final long nowNs = context.clock().nanoTime();
        if (sequence == window.firstSequence()) {
            progressNs = nowNs;
        }
        window.addedNs(sequence, nowNs);
        window.sentNs(sequence, send(sequence, !bulk) ? nowNs : nowNs - RESEND_NS);
        counters.increment(BATCHES_SENT);
        reset();
    }

    private void reset() {
        length = JournalFrame.HEADER_BYTES;
        count = 0;
        waits = false;
        bulk = false;
    }

    private boolean send(final long sequence, final boolean everyLink) {
        boolean sent = false;
        for (int link = 0; link < wasConnected.length && (everyLink || !sent); link++) {
            sent |= context.link()
                    .send(
                            link,
                            JournalLink.Lane.ENTRIES,
                            window.bytes(),
                            window.offset(sequence),
                            window.length(sequence));
        }
        return sent;
    }

    /** Settles all batches up to a sequence as kept by the partner. */
    void onAcknowledged(final long sequence, final boolean gap) {
        gapSeen |= gap;
        if (sequence >= window.firstSequence()) {
            progressNs = context.clock().nanoTime();
        }
        while (window.firstSequence() <= sequence && !window.isEmpty()) {
            final long first = window.firstSequence();
            forEachVersion(first, true);
            window.dropFirst();
        }
    }

    /** Commits what has waited long enough, as an alarm; sends again what should have been acknowledged by now. */
    int supervise(final long nowNs) {
        int work = 0;
        long sequence = Math.max(settledUpTo + 1, window.firstSequence());
        while (sequence < window.nextSequence()
                && (window.isCommitted(sequence) || nowNs - window.commitDeadlineNs(sequence) >= 0)) {
            work += commitUnsynced(sequence, true);
            settledUpTo = sequence++;
        }
        final boolean reconnected = linkReconnected();
        if (gapSeen || reconnected || nowNs - scannedNs >= SCAN_NS) {
            scannedNs = nowNs;
            work += resend(nowNs, reconnected ? 0 : gapSeen ? GAP_RESEND_NS : RESEND_NS);
            gapSeen = false;
        }
        return work;
    }

    private boolean linkReconnected() {
        boolean reconnected = false;
        for (int link = 0; link < wasConnected.length; link++) {
            final boolean connected = context.link().connected(link);
            reconnected |= connected && !wasConnected[link];
            wasConnected[link] = connected;
        }
        return reconnected;
    }

    /** The partner throws away what comes after a batch that it misses: with that one, all that follow are due. */
    private int resend(final long nowNs, final long ageNs) {
        int resent = 0;
        for (long sequence = window.firstSequence(); sequence < window.nextSequence(); sequence++) {
            if (resent > 0 || nowNs - window.sentNs(sequence) >= ageNs) {
                if (resent == RESENDS_PER_SCAN || !send(sequence, true)) {
                    break;
                }
                window.sentNs(sequence, nowNs);
                counters.increment(BATCHES_RESENT);
                resent++;
            }
        }
        return resent;
    }

    /** Batches that are not acknowledged. */
    long lagBatches() {
        return window.nextSequence() - window.firstSequence();
    }

    /** For how long the oldest of them has waited; 0 if there is none. */
    long lagNs(final long nowNs) {
        return window.isEmpty() ? 0 : nowNs - window.addedNs(window.firstSequence());
    }

    /** Whether batches wait for an acknowledgement and none has come for this long. */
    boolean isStalled(final long nowNs, final long ageNs) {
        return !window.isEmpty() && nowNs - progressNs >= ageNs;
    }

    /** Commits all that waits, not synced, and forgets it: there is no partner any more. */
    void abandon() {
        flush();
        for (long sequence = window.firstSequence(); sequence < window.nextSequence(); sequence++) {
            commitUnsynced(sequence, false);
        }
        window.clear();
    }

    private int commitUnsynced(final long sequence, final boolean alarm) {
        if (window.isCommitted(sequence)) {
            return 0;
        }
        window.setCommitted(sequence);
        final int versions = forEachVersion(sequence, false);
        for (int i = 0; alarm && i < versions; i++) {
            counters.increment(UNSYNCED);
        }
        return 1;
    }

    private int forEachVersion(final long sequence, final boolean synced) {
        final DirectBuffer bytes = window.bytes();
        final int offset = window.offset(sequence);
        final boolean committed = synced && window.isCommitted(sequence);
        int at = offset + JournalFrame.HEADER_BYTES;
        int versions = 0;
        for (int i = 0; i < JournalFrame.count(bytes, offset); i++) {
            final int kind = JournalFrame.entryKind(bytes, at);
            final int record = at + JournalFrame.ENTRY_HEADER_BYTES;
            if (kind == JournalFrame.PUT || synced && kind == JournalFrame.SNAPSHOT) {
                settle(bytes, record, kind, synced, committed);
                versions++;
            }
            at += JournalFrame.entryBytes(JournalFrame.entryLength(bytes, at));
        }
        return versions;
    }

    private void settle(
            final DirectBuffer bytes, final int record, final int kind, final boolean synced, final boolean committed) {
        final long sessionId = SessionRecordFlyweight.sessionId(bytes, record);
        final int version = SessionRecordFlyweight.version(bytes, record);
        if (synced) {
            context.replica().acknowledged(sessionId, version);
        }
        if (kind == JournalFrame.SNAPSHOT) {
            return;
        }
        if (committed) {
            context.listener().onSynced(sessionId, version);
        } else {
            context.listener().onCommitted(sessionId, version, synced);
        }
    }
}
