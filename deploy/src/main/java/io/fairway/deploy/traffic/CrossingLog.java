package io.fairway.deploy.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Writes down every message that crossed the routers, for {@link Crossings} to judge: three longs each, its number,
 * when it was sent and when it (or its echo) arrived, both in microseconds since 1970 by the wall clock of this
 * machine. Thread-safe. Without a file it does nothing.
 */
final class CrossingLog implements AutoCloseable {
    /** Bytes of a record: number, sent, arrived. */
    static final int RECORD_BYTES = 3 * Long.BYTES;

    /** In place of the time of arrival: it never will. */
    static final long NEVER = 0;

    private static final int BUFFER_BYTES = 4096 * RECORD_BYTES;
    private static final long FLUSH_US = 100_000;

    private final InstantSource clock;
    private final FileChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long flushedUs;

    /** A log in this file, or, for null, none. */
    CrossingLog(final String path, final InstantSource clock) throws IOException {
        this.clock = clock;
        file = path == null
                ? null
                : FileChannel.open(Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /**
     * A message arrived.
     *
     * @param sentNs by the clock of {@link System#nanoTime}, which all processes of a machine share
     * @param nowNs the same clock, now
     */
    void arrived(final long number, final long sentNs, final long nowNs) {
        final long nowUs = nowUs();
        add(number, nowUs - (nowNs - sentNs) / 1_000, nowUs);
    }

    /** A message's session is gone: it will never arrive. Clocks as above. */
    void lost(final long number, final long sentNs, final long nowNs) {
        add(number, nowUs() - (nowNs - sentNs) / 1_000, NEVER);
    }

    private long nowUs() {
        final Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    private synchronized void add(final long number, final long sentUs, final long arrivedUs) {
        if (file == null) {
            return;
        }
        buffer.putLong(number).putLong(sentUs).putLong(arrivedUs);
        final long latestUs = Math.max(sentUs, arrivedUs);
        if (!buffer.hasRemaining() || latestUs - flushedUs > FLUSH_US) {
            flushedUs = latestUs;
            flush();
        }
    }

    private void flush() {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                file.write(buffer);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        buffer.clear();
    }

    @Override
    public synchronized void close() throws IOException {
        if (file != null) {
            flush();
            file.close();
        }
    }
}
