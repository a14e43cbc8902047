package io.fairway.ha.journal;

import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The batches that the partner has not acknowledged, oldest first, in bounded memory. Belongs to the pair's thread. */
final class RetransmitWindow {
    static final int CAPACITY_BYTES = 4 << 20;

    /** Kept free, so that one turn's entries always fit once {@link #hasRoom()} said so. */
    static final int RESERVE_BYTES = 1 << 20;

    private static final int MAX_BATCHES = 8_192;
    private static final int MASK = MAX_BATCHES - 1;

    private final UnsafeBuffer bytes = new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY_BYTES));
    private final int[] offsets = new int[MAX_BATCHES];
    private final int[] lengths = new int[MAX_BATCHES];
    private final long[] addedNs = new long[MAX_BATCHES];
    private final long[] sentNs = new long[MAX_BATCHES];
    private final long[] commitDeadlinesNs = new long[MAX_BATCHES];
    private final boolean[] committed = new boolean[MAX_BATCHES];

    /** Sequences of the oldest batch and of the next to come. */
    private long first = 1;

    private long next = 1;
    private int tail;

    void clear() {
        first = 1;
        next = 1;
        tail = 0;
    }

    /** Whether a whole turn's entries find room. */
    boolean hasRoom() {
        return freeBytes() > RESERVE_BYTES && next - first < MAX_BATCHES - 64;
    }

    /** Free bytes in one piece at least. */
    int freeBytes() {
        if (isEmpty()) {
            return CAPACITY_BYTES;
        }
        final int head = offsets[index(first)];
        return tail > head ? Math.max(CAPACITY_BYTES - tail, head) : head - tail;
    }

    boolean isEmpty() {
        return first == next;
    }

    long firstSequence() {
        return first;
    }

    /** The sequence that the next batch gets, counted from 1. */
    long nextSequence() {
        return next;
    }

    /** Keeps a frame; false: no room. */
    boolean add(final DirectBuffer frame, final int length, final long commitDeadlineNs, final boolean isCommitted) {
        final int aligned = BitUtil.align(length, BitUtil.CACHE_LINE_LENGTH);
        if (isEmpty()) {
            tail = 0;
        } else if (next - first == MAX_BATCHES || !fits(aligned)) {
            return false;
        }
        final int index = index(next);
        bytes.putBytes(tail, frame, 0, length);
        offsets[index] = tail;
        lengths[index] = length;
        commitDeadlinesNs[index] = commitDeadlineNs;
        committed[index] = isCommitted;
        tail += aligned;
        next++;
        return true;
    }

    private boolean fits(final int length) {
        final int head = offsets[index(first)];
        if (tail > head) {
            if (CAPACITY_BYTES - tail >= length) {
                return true;
            }
            if (head <= length) {
                return false;
            }
            tail = 0;
            return true;
        }
        return head - tail > length;
    }

    void dropFirst() {
        first++;
    }

    DirectBuffer bytes() {
        return bytes;
    }

    int offset(final long sequence) {
        return offsets[index(sequence)];
    }

    int length(final long sequence) {
        return lengths[index(sequence)];
    }

    long addedNs(final long sequence) {
        return addedNs[index(sequence)];
    }

    void addedNs(final long sequence, final long nowNs) {
        addedNs[index(sequence)] = nowNs;
    }

    long sentNs(final long sequence) {
        return sentNs[index(sequence)];
    }

    void sentNs(final long sequence, final long nowNs) {
        sentNs[index(sequence)] = nowNs;
    }

    long commitDeadlineNs(final long sequence) {
        return commitDeadlinesNs[index(sequence)];
    }

    boolean isCommitted(final long sequence) {
        return committed[index(sequence)];
    }

    void setCommitted(final long sequence) {
        committed[index(sequence)] = true;
    }

    private static int index(final long sequence) {
        return (int) sequence & MASK;
    }
}
