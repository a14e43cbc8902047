package io.fairway.dataplane.svr;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps on disk a number that no {@link PacketNumbers} of this node has passed, so that a clock that is set back
 * between two starts repeats none (docs/decisions/011). It lies ahead by an hour and is moved on long before that is
 * over. Any one thread at a time.
 *
 * <pre>
 *  0 u64 floor, ns since 1970, big-endian   8 u64 its complement
 * </pre>
 */
public final class PacketNumberFloor {
    /** How often {@link #moveOn} must be called. */
    public static final long INTERVAL_NS = TimeUnit.MINUTES.toNanos(20);

    private static final long AHEAD_NS = TimeUnit.HOURS.toNanos(1);
    private static final int LENGTH = 2 * Long.BYTES;

    private final Path file;
    private final long startNs;
    private final long originNs;

    private PacketNumberFloor(final Path file, final long startNs, final long nowNs) {
        this.file = file;
        this.startNs = startNs;
        originNs = startNs - nowNs;
    }

    /**
     * Reads the file and reserves the numbers of the next hour.
     *
     * @param file made if it is not there
     * @param wallNs the clock, ns since 1970: where numbers start unless the floor is higher
     * @param nowNs the monotonic clock at this moment
     * @param log gets one line if the file is there but cannot be believed
     * @throws IOException if the file cannot be written
     */
    public static PacketNumberFloor open(
            final Path file, final long wallNs, final long nowNs, final Consumer<String> log) throws IOException {
        final PacketNumberFloor floor = new PacketNumberFloor(file, Math.max(wallNs, read(file, log)), nowNs);
        floor.moveOn(nowNs);
        return floor;
    }

    private static long read(final Path file, final Consumer<String> log) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (bytes.capacity() != LENGTH || bytes.getLong(0) != ~bytes.getLong(Long.BYTES)) {
            log.accept("the file " + file + " is unreadable; packet numbers start from the clock");
            return 0;
        }
        return bytes.getLong(0);
    }

    /** Where this start's numbers begin, ns since 1970. */
    public long startNs() {
        return startNs;
    }

    /**
     * Reserves the numbers of another hour, forced to disk before it returns.
     *
     * @throws IOException if that cannot be; numbers go on
     */
    public void moveOn(final long nowNs) throws IOException {
        final long ahead = originNs + nowNs + AHEAD_NS;
        final Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            final ByteBuffer bytes = ByteBuffer.allocate(LENGTH).putLong(ahead).putLong(~ahead);
            bytes.flip();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
