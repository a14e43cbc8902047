package io.fairway.dataplane.io;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Wakes one thread that sleeps in {@link Poller#await}; any thread may ring. A ring costs a system call only while the
 * sleeper is armed. It never loses a wake-up: the sleeper arms, looks for work once more, sleeps, disarms; a ringer
 * publishes its work, then rings.
 */
public final class Doorbell implements AutoCloseable {
    private static final VarHandle ARMED;

    static {
        try {
            ARMED = MethodHandles.lookup().findVarHandle(Doorbell.class, "armed", boolean.class);
        } catch (final ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Set by the sleeper, cleared by whoever comes first: the sleeper or one ringer. */
    @SuppressWarnings("unused")
    private volatile boolean armed;

    private final int fd;
    private final UnsafeBuffer one = new UnsafeBuffer(BufferUtil.allocateDirectAligned(BitUtil.SIZE_OF_LONG, 8));

    /** The sleeper's only: where the eventfd's value is read to, and the rings whose value is still to be read. */
    private final UnsafeBuffer value = new UnsafeBuffer(BufferUtil.allocateDirectAligned(BitUtil.SIZE_OF_LONG, 8));

    private long owed;

    /** @throws IOException if the process has no file descriptor left */
    public Doorbell() throws IOException {
        fd = NativeCalls.eventfd();
        if (fd < 0) {
            throw new IOException("no eventfd: " + NativeCalls.describe(fd));
        }
        one.putLong(0, 1);
    }

    /** Wakes the sleeper if it is armed. What was written before this call is seen by the sleeper after it wakes. */
    public void ring() {
        // The work must be visible before the flag is read, or both sides could miss each other.
        VarHandle.fullFence();
        if ((boolean) ARMED.getOpaque(this) && ARMED.compareAndSet(this, true, false)) {
            NativeCalls.write(fd, one.addressOffset(), BitUtil.SIZE_OF_LONG);
        }
    }

    /** Readable once rung; for {@link Poller}. */
    public int fd() {
        return fd;
    }

    /** The sleeper is about to sleep: from now on a ring wakes it. It must look for work once more after this. */
    public void arm() {
        if (owed > 0) {
            drain();
        }
        armed = true;
        VarHandle.fullFence();
    }

    /**
     * The sleeper is awake: rings cost nothing again.
     *
     * @return true if the bell was rung since {@link #arm()}
     */
    public boolean disarm() {
        final boolean rung = !(boolean) ARMED.getAndSet(this, false);
        if (rung) {
            owed++;
            drain();
        }
        return rung;
    }

    /** Makes the descriptor unreadable again; {@link #disarm()} does so by itself. Only the sleeper calls this. */
    public void drain() {
        if (NativeCalls.read(fd, value.addressOffset(), BitUtil.SIZE_OF_LONG) > 0) {
            // A ringer may write after the sleeper has disarmed; what is still owed is read before the next sleep.
            owed -= value.getLong(0);
        }
    }

    @Override
    public void close() {
        armed = false;
        NativeCalls.close(fd);
    }
}
