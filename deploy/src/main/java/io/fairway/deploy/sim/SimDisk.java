package io.fairway.deploy.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * The Disk door: a node's files behind {@link java.nio.file.Path}, so that what reads and writes files needs no other
 * interface. Outlives processes. Can be full or read-only, and can lose power in the middle of a write.
 */
final class SimDisk {
    /** The host loses power in the middle of a write: what wrote does not go on. */
    static final class PowerLost extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final Map<String, byte[]> files = new TreeMap<>();
    private final SimFileSystem fileSystem = new SimFileSystem(this);
    private boolean full;
    private boolean readOnly;
    private boolean tearsNextWrite;

    /** A file of this name. */
    Path path(final String name) {
        return fileSystem.getPath(name);
    }

    /** The bytes of a file, or null. */
    byte[] read(final String name) {
        return files.get(name);
    }

    /** Every file as it is now. */
    Map<String, byte[]> snapshot() {
        final Map<String, byte[]> copy = new TreeMap<>();
        files.forEach((name, bytes) -> copy.put(name, bytes.clone()));
        return copy;
    }

    /** The files are these from now on: an old backup's, or another node's. */
    void restore(final Map<String, byte[]> snapshot) {
        files.clear();
        snapshot.forEach((name, bytes) -> files.put(name, bytes.clone()));
    }

    /** Spoils a file's bytes; false: it is not there or empty. */
    boolean corrupt(final String name, final SimRandom random) {
        final byte[] bytes = files.get(name);
        if (bytes == null || bytes.length == 0) {
            return false;
        }
        for (int i = 0; i < bytes.length; i += 1 + random.below(40)) {
            bytes[i] ^= (byte) (1 << random.below(8));
        }
        return true;
    }

    void full(final boolean now) {
        full = now;
    }

    void readOnly(final boolean now) {
        readOnly = now;
    }

    /** The next write reaches the disk by half, and power is gone. */
    void tearNextWrite() {
        tearsNextWrite = true;
    }

    boolean exists(final String name) {
        return files.containsKey(name);
    }

    void create(final String name) throws IOException {
        requireWritable(name);
        files.putIfAbsent(name, new byte[0]);
    }

    void truncate(final String name) throws IOException {
        requireWritable(name);
        files.put(name, new byte[0]);
    }

    void move(final String from, final String to) throws IOException {
        requireWritable(to);
        files.put(to, files.remove(from));
    }

    int write(final String name, final ByteBuffer source, final long at) throws IOException {
        requireWritable(name);
        if (full) {
            throw new FileSystemException(name, null, "No space left on device");
        }
        final int length = tearsNextWrite ? source.remaining() / 2 : source.remaining();
        final byte[] old = files.get(name);
        final byte[] bytes = Arrays.copyOf(old, Math.max(old.length, (int) at + length));
        source.get(bytes, (int) at, length);
        files.put(name, bytes);
        if (tearsNextWrite) {
            tearsNextWrite = false;
            throw new PowerLost();
        }
        return length;
    }

    private void requireWritable(final String name) throws IOException {
        if (readOnly) {
            throw new FileSystemException(name, null, "Read-only file system");
        }
    }
}
