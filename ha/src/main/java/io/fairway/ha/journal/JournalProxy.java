package io.fairway.ha.journal;

import io.fairway.model.session.SessionRecordFlyweight;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Hands records and tombstones of any thread to the pair's thread, over a bounded ring, and wakes it. */
public final class JournalProxy implements Journal {
    static final int PUT = 1;
    static final int TOMBSTONE = 2;
    static final int SETTLED = 3;

    /**
     * All messages: u64 appended at (nano clock), then the record, or u64 session id and u32 version, or u32 bucket.
     */
    static final int APPENDED_AT = 0;

    static final int BODY = 8;
    static final int TOMBSTONE_VERSION = BODY + 8;

    private static final int TOMBSTONE_BYTES = BODY + 12;
    private static final int RING_BYTES = 2 << 20;

    private final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(
            new UnsafeBuffer(ByteBuffer.allocateDirect(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH)));
    private final NanoClock clock;
    private final Runnable wakeUp;

    /**
     * A proxy for one agent.
     *
     * @param clock the agent's clock
     * @param wakeUp wakes the pair's thread if it sleeps; called, by the caller's thread, after each first version, for
     *     which a packet waits; what else is appended waits for the thread's next turn, a millisecond at most
     */
    public JournalProxy(final NanoClock clock, final Runnable wakeUp) {
        this.clock = clock;
        this.wakeUp = wakeUp;
    }

    @Override
    public boolean append(final DirectBuffer record, final int offset, final int length) {
        requireValid(record, offset, length);
        final int index = ring.tryClaim(PUT, BODY + length);
        if (index < 0) {
            return false;
        }
        ring.buffer().putLong(index + APPENDED_AT, clock.nanoTime());
        ring.buffer().putBytes(index + BODY, record, offset, length);
        ring.commit(index);
        if (SessionRecordFlyweight.version(record, offset) == 1) {
            wakeUp.run();
        }
        return true;
    }

    /**
     * Looks at what somebody wants to append.
     *
     * @throws IllegalArgumentException if the bytes are no valid record
     */
    public static void requireValid(final DirectBuffer record, final int offset, final int length) {
        if (!SessionRecordFlyweight.isValid(record, offset, length)
                || SessionRecordFlyweight.length(record, offset) != length) {
            throw new IllegalArgumentException("not a session record of " + length + " bytes");
        }
    }

    @Override
    public boolean delete(final long sessionId, final int version) {
        final int index = ring.tryClaim(TOMBSTONE, TOMBSTONE_BYTES);
        if (index < 0) {
            return false;
        }
        ring.buffer().putLong(index + APPENDED_AT, clock.nanoTime());
        ring.buffer().putLong(index + BODY, sessionId);
        ring.buffer().putInt(index + TOMBSTONE_VERSION, version);
        ring.commit(index);
        return true;
    }

    @Override
    public boolean settled(final int bucket) {
        final int index = ring.tryClaim(SETTLED, BODY + Integer.BYTES);
        if (index < 0) {
            return false;
        }
        ring.buffer().putInt(index + BODY, bucket);
        ring.commit(index);
        wakeUp.run();
        return true;
    }

    int read(final MessageHandler handler, final int limit) {
        return ring.read(handler, limit);
    }
}
