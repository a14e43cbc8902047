package io.fairway.ha.journal;

import static io.fairway.ha.journal.JournalCounters.Counter.BATCHES_RECEIVED;
import static io.fairway.ha.journal.JournalCounters.Counter.BUCKET_SEQUENCE_BREAKS;
import static io.fairway.ha.journal.JournalCounters.Counter.CORRUPT_FRAMES;
import static io.fairway.ha.journal.JournalCounters.Counter.DUPLICATES;
import static io.fairway.ha.journal.JournalCounters.Counter.FOREIGN_FRAMES;
import static io.fairway.ha.journal.JournalCounters.Counter.GAPS;
import static io.fairway.ha.journal.JournalCounters.Counter.INVALID_RECORDS;

import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecordFlyweight;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The receiving half: takes each batch of the partner once and in order, whatever the links lose, repeat or reorder,
 * has its entries applied, and acknowledges only then. Belongs to the pair's thread.
 */
final class JournalReceiver {
    /** Applies what was received. */
    interface Entries {
        /** A new association of the partner begins: a HELLO and a snapshot follow. */
        void onAssociation();

        void onHello(boolean cold, boolean snapshotWanted);

        /** A record that is whole. */
        void onRecord(DirectBuffer record, int offset, int length, boolean ofSnapshot);

        void onTombstone(long sessionId, int version);

        /** What else is said of the copies: a kind of JournalFrame, from SNAPSHOT_BEGIN on. */
        void onCopy(int kind, DirectBuffer frame, int payload, int length);

        /** The partner has all batches of this association up to a sequence. */
        void onAcknowledged(int association, long sequence, boolean gap);
    }

    private final JournalContext context;
    private final JournalCounters counters;
    private final Entries entries;
    private final OtherReleases others;
    private final ByteBuffer frameBytes = ByteBuffer.allocateDirect(JournalFrame.MAX_BYTES);
    private final UnsafeBuffer frame = new UnsafeBuffer(frameBytes);
    private final ByteBuffer ackBytes = ByteBuffer.allocateDirect(JournalFrame.HEADER_BYTES);
    private final UnsafeBuffer ack = new UnsafeBuffer(ackBytes);
    private final int[] bucketSequences = new int[BucketId.COUNT];
    private final JournalLink.FrameHandler handler = this::onFrame;

    private long senderIncarnation;
    private long lastListened;
    private int association;
    private long kept;
    private boolean acknowledgementDue;
    private boolean gap;

    JournalReceiver(final JournalContext context, final JournalCounters counters, final Entries entries) {
        this.context = context;
        this.counters = counters;
        this.entries = entries;
        others = new OtherReleases(counters, context.log());
    }

    /** Listens to this process of the partner; 0: to none. What another process sent is no longer expected. */
    void listenTo(final long partnerIncarnation) {
        if (partnerIncarnation != 0 && partnerIncarnation != lastListened) {
            association = 0;
            kept = 0;
            lastListened = partnerIncarnation;
            others.forget();
        }
        senderIncarnation = partnerIncarnation;
    }

    /** What of the partner's journal cannot be understood here, in a sentence, or null. Any thread. */
    String obstacle() {
        return others.obstacle();
    }

    int poll(final int limit) {
        return context.link().poll(handler, limit);
    }

    private void onFrame(final DirectBuffer received, final int offset, final int length) {
        if (length > JournalFrame.MAX_BYTES) {
            counters.increment(CORRUPT_FRAMES);
            return;
        }
        frame.putBytes(0, received, offset, length);
        if (!JournalFrame.isIntact(frame, frameBytes, length)) {
            counters.increment(CORRUPT_FRAMES);
        } else if (JournalFrame.layout(frame) != JournalFrame.LAYOUT_VERSION) {
            others.frameOfLayout(JournalFrame.layout(frame));
        } else if (senderIncarnation == 0
                || JournalFrame.sender(frame) != senderIncarnation
                || JournalFrame.receiver(frame) != context.incarnation()
                || JournalFrame.node(frame) == context.nodeId()) {
            counters.increment(FOREIGN_FRAMES);
        } else if (JournalFrame.kind(frame) == JournalFrame.BATCH) {
            onBatch(length);
        } else if (JournalFrame.kind(frame) != JournalFrame.ACKNOWLEDGEMENT) {
            others.skipped(JournalFrame.kind(frame));
        } else if (JournalFrame.senderAssociation(frame) == association) {
            entries.onAcknowledged(
                    JournalFrame.association(frame), JournalFrame.sequence(frame, 0), JournalFrame.gapSeen(frame));
        }
    }

    private void onBatch(final int length) {
        final int sent = JournalFrame.association(frame);
        final long sequence = JournalFrame.sequence(frame, 0);
        if (sent > association && sequence == 1) {
            association = sent;
            kept = 0;
            Arrays.fill(bucketSequences, 0);
            entries.onAssociation();
        }
        acknowledgementDue |= sent == association;
        if (sent < association || sent == association && sequence <= kept) {
            counters.increment(DUPLICATES);
        } else if (sent > association || sequence != kept + 1) {
            counters.increment(GAPS);
            gap = true;
        } else {
            onEntries(length);
            kept = sequence;
            counters.increment(BATCHES_RECEIVED);
        }
    }

    private void onEntries(final int length) {
        int at = JournalFrame.HEADER_BYTES;
        for (int i = 0; i < JournalFrame.count(frame, 0) && at + JournalFrame.ENTRY_HEADER_BYTES <= length; i++) {
            final int payloadLength = JournalFrame.entryLength(frame, at);
            final int payload = at + JournalFrame.ENTRY_HEADER_BYTES;
            if (payload + payloadLength > length) {
                counters.increment(INVALID_RECORDS);
                return;
            }
            onEntry(JournalFrame.entryKind(frame, at), JournalFrame.entrySequence(frame, at), payload, payloadLength);
            at += JournalFrame.entryBytes(payloadLength);
        }
    }

    private void onEntry(final int kind, final int bucketSequence, final int payload, final int length) {
        switch (kind) {
            case JournalFrame.PUT, JournalFrame.SNAPSHOT ->
                onRecord(payload, length, bucketSequence, kind == JournalFrame.SNAPSHOT);
            case JournalFrame.TOMBSTONE -> {
                final long sessionId = frame.getLong(payload);
                follow(BucketId.ofSession(sessionId), bucketSequence);
                entries.onTombstone(sessionId, frame.getInt(payload + JournalFrame.TOMBSTONE_VERSION));
            }
            case JournalFrame.HELLO ->
                entries.onHello(frame.getByte(payload) != 0, frame.getByte(payload + JournalFrame.HELLO_WANTED) != 0);
            case JournalFrame.SNAPSHOT_BEGIN,
                    JournalFrame.SNAPSHOT_END,
                    JournalFrame.REPAIR_BEGIN,
                    JournalFrame.REPAIR_END,
                    JournalFrame.DIGESTS,
                    JournalFrame.COMPARED -> entries.onCopy(kind, frame, payload, length);
            default -> others.skipped(kind);
        }
    }

    private void onRecord(final int payload, final int length, final int bucketSequence, final boolean ofSnapshot) {
        if (!SessionRecordFlyweight.isValid(frame, payload, length)) {
            others.refusedRecord(frame, payload, length);
            return;
        }
        if (!ofSnapshot) {
            follow(BucketId.ofSession(SessionRecordFlyweight.sessionId(frame, payload)), bucketSequence);
        }
        entries.onRecord(frame, payload, SessionRecordFlyweight.length(frame, payload), ofSnapshot);
    }

    private void follow(final int bucket, final int bucketSequence) {
        if (bucketSequence != bucketSequences[bucket] + 1) {
            counters.increment(BUCKET_SEQUENCE_BREAKS);
        }
        bucketSequences[bucket] = bucketSequence;
    }

    /** Acknowledges, over every link, what was taken since the last time. */
    int acknowledge(final int ownAssociation) {
        if (!acknowledgementDue || senderIncarnation == 0) {
            return 0;
        }
        acknowledgementDue = false;
        JournalFrame.begin(
                ack, JournalFrame.ACKNOWLEDGEMENT, context.nodeId(), context.incarnation(), senderIncarnation);
        JournalFrame.associations(ack, association, ownAssociation);
        JournalFrame.gap(ack, gap);
        JournalFrame.finish(ack, ackBytes, kept, 0, JournalFrame.HEADER_BYTES);
        gap = false;
        for (int link = 0; link < context.link().links(); link++) {
            context.link().send(link, JournalLink.Lane.ACKNOWLEDGEMENTS, ack, 0, JournalFrame.HEADER_BYTES);
        }
        return 1;
    }
}
