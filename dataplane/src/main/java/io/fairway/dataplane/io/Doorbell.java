package io.fairway.dataplane.io;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Wakes one thread that sleeps in {@link Poller#await}; any thread may ring, of another process, too, if the bell is
 * shared. A ring costs a system call only while the sleeper is armed. It never loses a wake-up: the sleeper arms, looks
 * for work once more, sleeps, disarms; a ringer publishes its work, then rings. Only a ringer that is killed in between
 * may leave its ring out.
 */
public final class Doorbell implements AutoCloseable {
    private static final int SILENT = 0;
    private static final int ARMED = 1;

    /** The word through which sleeper and ringers agree, alone in its cache line. */
    private static final int WORD_BYTES = 64;

    /** Set by the sleeper, cleared by whoever comes first: the sleeper or one ringer. */
    private final UnsafeBuffer armed;

    private final int fd;
    private final UnsafeBuffer one = new UnsafeBuffer(BufferUtil.allocateDirectAligned(BitUtil.SIZE_OF_LONG, 8));

    /** The sleeper's only: where the value is read to, and the rings whose value is still to be read. */
    private final UnsafeBuffer value = new UnsafeBuffer(BufferUtil.allocateDirectAligned(BitUtil.SIZE_OF_LONG, 8));

    private long owed;

    /** The sleeper's only: whether there may be rings for the one who slept before. */
    private boolean stale;

    private Doorbell(final ByteBuffer word, final int fd, final boolean shared) {
        armed = new UnsafeBuffer(word, 0, BitUtil.SIZE_OF_INT);
        this.fd = fd;
        stale = shared;
        one.putLong(0, 1);
    }

    /** @throws IOException if the process has no file descriptor left */
    public Doorbell() throws IOException {
        this(
                BufferUtil.allocateDirectAligned(WORD_BYTES, WORD_BYTES),
                opened(NativeCalls.eventfd(), "no eventfd"),
                false);
    }

    /**
     * A bell between processes: those that name the same folder and name have the same one. The folder should be in
     * memory: the word in it changes with every sleep.
     *
     * @throws IOException if the files cannot be made or opened
     */
    public static Doorbell shared(final Path folder, final String name) throws IOException {
        Files.createDirectories(folder);
        final String fifo = folder.resolve(name + ".bell").toString();
        opened(NativeCalls.mkfifo(fifo), fifo);
        try (FileChannel word = FileChannel.open(
                folder.resolve(name + ".word"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            return new Doorbell(
                    word.map(FileChannel.MapMode.READ_WRITE, 0, WORD_BYTES),
                    opened(NativeCalls.open(fifo), fifo),
                    true);
        }
    }

    private static int opened(final int result, final String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + ": " + NativeCalls.describe(result));
        }
        return result;
    }

    /** Wakes the sleeper if it is armed. What was written before this call is seen by the sleeper after it wakes. */
    public void ring() {
        // The work must be visible before the flag is read, or both sides could miss each other.
        VarHandle.fullFence();
        if (armed.getIntOpaque(0) == ARMED && armed.compareAndSetInt(0, ARMED, SILENT)) {
            NativeCalls.write(fd, one.addressOffset(), BitUtil.SIZE_OF_LONG);
        }
    }

    /** Readable once rung; for {@link Poller}. */
    public int fd() {
        return fd;
    }

    /** The sleeper is about to sleep: from now on a ring wakes it. It must look for work once more after this. */
    public void arm() {
        if (stale) {
            stale = false;
            while (NativeCalls.read(fd, value.addressOffset(), BitUtil.SIZE_OF_LONG) > 0) {
                // Meant for another sleeper.
            }
        }
        if (owed > 0) {
            drain();
        }
        armed.putIntVolatile(0, ARMED);
        VarHandle.fullFence();
    }

    /**
     * The sleeper is awake: rings cost nothing again.
     *
     * @return true if the bell was rung since {@link #arm()}
     */
    public boolean disarm() {
        final boolean rung = !armed.compareAndSetInt(0, ARMED, SILENT);
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
        armed.putIntVolatile(0, SILENT);
        NativeCalls.close(fd);
    }
}
