package io.fairway.ha.owner;

import io.fairway.ha.arbiter.StoredEpochs;
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
 * forced, so that a torn write leaves the other one. Epochs are reserved ahead: a takeover draws reserved ones and
 * waits for no disk. Any thread may reserve; the file belongs to the one process that holds the state directory.
 */
public final class EpochStore implements AutoCloseable {
    /** How far ahead of use epochs are reserved. */
    public static final int AHEAD = 1024;

    /** A reservation with less left is to be renewed in the background. */
    public static final int LOW_WATER = AHEAD / 2;

    static final int SLOT_STRIDE = 4096;
    static final int SLOT_LENGTH = 56;
    private static final long MAGIC = 0x31_48_43_4f_50_45_57_46L;
    private static final int CHECKED_LENGTH = 48;

    private final FileChannel channel;
    private final StoredEpochs storedBefore;
    private volatile Slot current;

    /** One record: generation rises with every write. */
    record Slot(long generation, long identity, long incarnation, StoredEpochs epochs) {
        ByteBuffer encode() {
            final ByteBuffer bytes = ByteBuffer.allocate(SLOT_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(MAGIC).putLong(generation).putLong(identity).putLong(incarnation);
            bytes.putInt(epochs.reserved0()).putInt(epochs.reserved1());
            bytes.putInt(epochs.known0()).putInt(epochs.known1());
            return bytes.putInt(checksum(bytes)).putInt(0).flip();
        }

        static Slot decode(final ByteBuffer bytes) {
            bytes.order(ByteOrder.LITTLE_ENDIAN);
            if (bytes.remaining() < SLOT_LENGTH
                    || bytes.getLong(0) != MAGIC
                    || bytes.getInt(CHECKED_LENGTH) != checksum(bytes)) {
                return null;
            }
            final StoredEpochs epochs =
                    new StoredEpochs(bytes.getInt(32), bytes.getInt(36), bytes.getInt(40), bytes.getInt(44));
            return new Slot(bytes.getLong(8), bytes.getLong(16), bytes.getLong(24), epochs);
        }

        private static int checksum(final ByteBuffer bytes) {
            final CRC32C crc = new CRC32C();
            crc.update(bytes.duplicate().position(0).limit(CHECKED_LENGTH));
            return (int) crc.getValue();
        }
    }

    private EpochStore(final FileChannel channel, final Slot current) {
        this.channel = channel;
        this.current = current;
        storedBefore = current.epochs();
    }

    /**
     * Reads the file, raises the incarnation and reserves epochs, all forced to disk before it returns.
     *
     * @param file made if it is not there
     * @param identity of this node in its router; the file of another node is not believed
     * @param log gets one line if the file is there but cannot be believed
     * @throws IOException if the file cannot be written: the node must not start
     */
    public static EpochStore open(final Path file, final long identity, final Consumer<String> log) throws IOException {
        final FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            final Slot newest = newest(channel);
            final boolean believed = newest != null && newest.identity() == identity;
            if (!believed && channel.size() > 0) {
                log.accept("the epoch file " + file + (newest == null ? " is unreadable" : " belongs to another node")
                        + "; this node starts as a new one and asks its partner for incarnation and epochs");
            }
            final EpochStore store =
                    new EpochStore(channel, believed ? newest : new Slot(0, identity, 0, StoredEpochs.NONE));
            final StoredEpochs before = store.storedBefore();
            store.write(
                    store.incarnation() + 1,
                    before.withReserved(0, before.reserved0() + AHEAD).withReserved(1, before.reserved1() + AHEAD));
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

    private synchronized void write(final long incarnation, final StoredEpochs epochs) throws IOException {
        final Slot next = new Slot(current.generation() + 1, current.identity(), incarnation, epochs);
        final ByteBuffer bytes = next.encode();
        long at = (next.generation() & 1) * SLOT_STRIDE;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        channel.force(true);
        current = next;
    }

    /** The incarnation on disk: this process's, unless {@link #raiseIncarnation} was called. */
    public long incarnation() {
        return current.incarnation();
    }

    /** What the disk knew of epochs before this process started. */
    public StoredEpochs storedBefore() {
        return storedBefore;
    }

    /** Epochs up to this one may be used without waiting for the disk. */
    public int reserved(final int homeNode) {
        return current.epochs().reserved(homeNode);
    }

    /** Makes sure that the disk knows that this epoch may be used; returns at once if it does. */
    public void ensure(final int homeNode, final int epoch) throws IOException {
        if (epoch > reserved(homeNode)) {
            reserve(homeNode, epoch);
        }
    }

    private synchronized void reserve(final int homeNode, final int epoch) throws IOException {
        write(current.incarnation(), current.epochs().withReserved(homeNode, epoch + AHEAD));
    }

    /** Writes that this epoch is used, and reserves more if few are left. May block on the disk. */
    public synchronized void remember(final int homeNode, final int epoch) throws IOException {
        StoredEpochs epochs = current.epochs();
        if (epoch > epochs.known(homeNode)) {
            epochs = epochs.withKnown(homeNode, epoch);
        }
        if (epochs.reserved(homeNode) - epoch < LOW_WATER) {
            epochs = epochs.withReserved(homeNode, epoch + AHEAD);
        }
        if (!epochs.equals(current.epochs())) {
            write(current.incarnation(), epochs);
        }
    }

    /** Makes the next process's incarnation higher than this. */
    public synchronized void raiseIncarnation(final long floor) throws IOException {
        if (current.incarnation() < floor) {
            write(floor, current.epochs());
        }
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
