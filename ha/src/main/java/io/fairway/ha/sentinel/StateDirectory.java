package io.fairway.ha.sentinel;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The files of one node.
 *
 * @param path the directory
 */
public record StateDirectory(Path path) {
    /** The send gate. */
    public Path gate() {
        return path.resolve("gate");
    }

    /** Incarnation and epochs. */
    public Path epochs() {
        return path.resolve("epochs");
    }

    /** Which packet numbers may have been given. */
    public Path packetNumbers() {
        return path.resolve("packet-numbers");
    }

    /** Since when the router has had its sessions. */
    public Path incarnation() {
        return path.resolve("incarnation");
    }

    /** Is there while an operator wants this node drained. */
    public Path drained() {
        return path.resolve("drained");
    }

    /** What the node writes for its sentinel. */
    public Path plan() {
        return path.resolve("sentinel.plan");
    }

    public Path nodePid() {
        return path.resolve("node.pid");
    }

    /** The controller's process, where it has one of its own. */
    public Path controllerPid() {
        return path.resolve("controller.pid");
    }

    public Path sentinelPid() {
        return path.resolve("sentinel.pid");
    }

    /** The node's output. */
    public Path nodeLog() {
        return path.resolve("node.log");
    }

    /**
     * Takes the node's lock, held until this process ends: one process per state directory.
     *
     * @return null if another process holds it
     */
    public FileLock lockNode() throws IOException {
        return lock("lock");
    }

    /**
     * Takes the lock of a controller that is a process of its own.
     *
     * @return null if another process holds it
     */
    public FileLock lockController() throws IOException {
        return lock("controller.lock");
    }

    /**
     * Takes the sentinel's lock.
     *
     * @return null if another process holds it
     */
    public FileLock lockSentinel() throws IOException {
        return lock("sentinel.lock");
    }

    private FileLock lock(final String name) throws IOException {
        final FileChannel channel =
                FileChannel.open(path.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (final OverlappingFileLockException e) {
            // Held by this very process.
        }
        if (lock == null) {
            channel.close();
        }
        return lock;
    }

    /** The number in a pid file; 0: none. */
    public static long readPid(final Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (final IOException | NumberFormatException e) {
            return 0;
        }
    }
}
