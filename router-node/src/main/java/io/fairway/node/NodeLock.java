package io.fairway.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Held for a node's whole life: two processes must never be one node. The kernel lets go of it when the process ends.
 */
final class NodeLock implements AutoCloseable {
    private final FileChannel channel;

    private NodeLock(final FileChannel channel) {
        this.channel = channel;
    }

    /** @throws StartException if another process holds the file or it cannot be written */
    static NodeLock take(final Path file, final String node) throws StartException {
        try {
            Files.createDirectories(file.getParent());
            final FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            final FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new StartException("another process already runs " + node + " (it holds " + file + ")");
            }
            return new NodeLock(channel);
        } catch (final IOException e) {
            throw new StartException(file + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** The lock that keeps a second node of one name off this machine, whatever its state directory. */
    static Path onThisMachine(final String router, final String node) {
        final Path run = Path.of("/run");
        final Path base = Files.isWritable(run) ? run : Path.of(System.getProperty("java.io.tmpdir"));
        return base.resolve("fairway").resolve(router + "-" + node + ".lock");
    }

    private static FileLock tryLock(final FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (final OverlappingFileLockException held) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
