package io.fairway.ha.owner;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The incarnation of this node's process and the epochs that may be in use, on disk. Two slots are written in turn and
 * forced, so that a torn write leaves the other one. Epochs are reserved ahead: a takeover draws reserved ones and waits
 * for no disk. Any thread may reserve; the file belongs to the one process that holds the state directory.
 */
public final class EpochStore implements AutoCloseable {
    /** How far ahead of use epochs are reserved. */
    public static final int AHEAD = 1024;

    /** A reservation with less left is to be renewed in the background. */
    public static final int LOW_WATER = AHEAD / 2;

    static final int SLOT_STRIDE = 4096;
    static final int SLOT_LENGTH = 48;
    private static final long MAGIC = 0x31_48_43_4f_50_45_57_46L;
    private static final int CHECKED_LENGTH = 40;

    private final FileChannel channel;
    private final long identity;
    private final int[] used;
    private volatile int reserved0;
    private volatile int reserved1;
    private Slot current;

    /** One record: generation rises with every write. */
    record Slot(long generation, long identity, long incarnation, int reserved0, int reserved1) {
        ByteBuffer encode() {
            final ByteBuffer bytes = ByteBuffer.allocate(SLOT_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(MAGIC).putLong(generation).putLong(identity).putLong(incarnation);
            bytes.putInt(reserved0).putInt(reserved1);
            return bytes.putInt(checksum(bytes)).putInt(0).flip();
        }

        static Slot decode(final ByteBuffer bytes) {
            bytes.order(ByteOrder.LITTLE_ENDIAN);
            if (bytes.remaining() < SLOT_LENGTH
                    || bytes.getLong(0) != MAGIC
                    || bytes.getInt(CHECKED_LENGTH) != checksum(bytes)) {
                return null;
            }
            return new Slot(bytes.getLong(8), bytes.getLong(16), bytes.getLong(24), bytes.getInt(32), bytes.getInt(36));
        }

        private static int checksum(final ByteBuffer bytes) {
            final CRC32C crc = new CRC32C();
            crc.update(bytes.duplicate().position(0).limit(CHECKED_LENGTH));
            return (int) crc.getValue();
        }
    }

    private EpochStore(final FileChannel channel, final long identity, final Slot current) {
        this.channel = channel;
        this.identity = identity;
        this.current = current;
        used = new int[] {current.reserved0(), current.reserved1()};
    }

    /**
     * Reads the file, raises the incarnation and reserves epochs, all forced to disk before it returns.
     *
     * @param file made if it is not there
     * @param identity of this node in its router; the file of another node is not believed
     * @param log gets one line if the file is there but cannot be believed
     * @throws IOException if the file cannot be written: the node must not start
     */
    public static EpochStore open(final Path file, final long identity, final Consumer<String> log)
            throws IOException {
        final FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            final Slot newest = newest(channel);
            final boolean believed = newest != null && newest.identity() == identity;
            if (!believed && channel.size() > 0) {
                log.accept("the epoch file " + file + (newest == null ? " is unreadable" : " belongs to another node")
                        + "; this node starts as a new one and asks its partner for incarnation and epochs");
            }
            final EpochStore store =
                    new EpochStore(channel, identity, believed ? newest : new Slot(0, identity, 0, 0, 0));
            store.write(store.incarnation() + 1, store.used[0] + AHEAD, store.used[1] + AHEAD);
            return store;
        } catch (final IOException e) {
            channel.close();
            throw e;
        }
    }

    /** The incarnation in a file, for the sentinel; 0: none to be read. */
    public static long readIncarnation(final Path file) {
        if (!Files.isReadable(file)) {
            return 0;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            final Slot newest = newest(channel);
            return newest == null ? 0 : newest.incarnation();
        } catch (final IOException e) {
            return 0;
        }
    }

    private static Slot newest(final FileChannel channel) throws IOException {
        Slot newest = null;
        for (int i = 0; i < 2; i++) {
            final ByteBuffer bytes = ByteBuffer.allocate(SLOT_LENGTH);
            long at = (long) i * SLOT_STRIDE;
            for (int n = channel.read(bytes, at); n > 0 && bytes.hasRemaining(); n = channel.read(bytes, at)) {
                at += n;
            }
            final Slot slot = Slot.decode(bytes.flip());
            if (slot != null && (newest == null || slot.generation() > newest.generation())) {
                newest = slot;
            }
        }
        return newest;
    }

    private synchronized void write(final long incarnation, final int next0, final int next1) throws IOException {
        final Slot next = new Slot(current.generation() + 1, identity, incarnation, next0, next1);
        final ByteBuffer bytes = next.encode();
        long at = (next.generation() & 1) * SLOT_STRIDE;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        channel.force(true);
        current = next;
        reserved0 = next0;
        reserved1 = next1;
    }

    /** This process's incarnation. */
    public synchronized long incarnation() {
        return current.incarnation();
    }

    /** No epoch of this home above this one was in use before this process started, as far as this disk knows. */
    public int usedBefore(final int homeNode) {
        return used[homeNode];
    }

    /** Epochs up to this one may be used without waiting for the disk. */
    public int reserved(final int homeNode) {
        return homeNode == 0 ? reserved0 : reserved1;
    }

    /** Makes sure that the disk knows of this epoch, and of many after it; returns at once if it does. */
    public synchronized void ensure(final int homeNode, final int epoch, final int left) throws IOException {
        if (reserved(homeNode) - epoch < left) {
            write(
                    current.incarnation(),
                    homeNode == 0 ? epoch + AHEAD : reserved0,
                    homeNode == 1 ? epoch + AHEAD : reserved1);
        }
    }

    /** Makes the next process's incarnation higher than this. This process's own does not change in its beats. */
    public synchronized void raiseIncarnation(final long floor) throws IOException {
        if (current.incarnation() < floor) {
            write(floor, reserved0, reserved1);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
