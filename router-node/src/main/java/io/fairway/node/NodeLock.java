package io.fairway.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Held for a node's whole life: two processes must never be one node. The kernel lets go of it when the process ends. */
final class NodeLock implements AutoCloseable {
    private final FileChannel channel;

    private NodeLock(final FileChannel channel) {
        this.channel = channel;
    }

    /** @throws StartException if another process holds it or the directory cannot be written */
    static NodeLock take(final Path stateDir, final String node) throws StartException {
        final Path file = stateDir.resolve("lock");
        try {
            Files.createDirectories(stateDir);
            final FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            final FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new StartException("another process already runs " + node + " (it holds " + file + ")");
            }
            return new NodeLock(channel);
        } catch (final IOException e) {
            throw new StartException("the state directory " + stateDir + " cannot be used: " + e.getMessage(), e);
        }
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
