package io.fairway.deploy.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** An open file of a {@link SimDisk}. What is written is on the disk at once: forcing adds nothing. */
final class SimFileChannel extends FileChannel {
    private final SimPath file;
    private long position;

    SimFileChannel(final SimPath file) {
        this.file = file;
    }

    @Override
    public int read(final ByteBuffer target, final long at) {
        final byte[] bytes = file.disk().read(file.name());
        if (bytes == null || at >= bytes.length) {
            return -1;
        }
        final int length = Math.min(target.remaining(), bytes.length - (int) at);
        target.put(bytes, (int) at, length);
        return length;
    }

    @Override
    public int read(final ByteBuffer target) {
        final int length = read(target, position);
        position += Math.max(length, 0);
        return length;
    }

    @Override
    public int write(final ByteBuffer source, final long at) throws IOException {
        return file.disk().write(file.name(), source, at);
    }

    @Override
    public int write(final ByteBuffer source) throws IOException {
        final int length = write(source, position);
        position += length;
        return length;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(final long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        final byte[] bytes = file.disk().read(file.name());
        return bytes == null ? 0 : bytes.length;
    }

    @Override
    public void force(final boolean metaData) {
        // There already.
    }

    @Override
    protected void implCloseChannel() {
        // Nothing to give back.
    }

    @Override
    public long read(final ByteBuffer[] targets, final int offset, final int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(final ByteBuffer[] sources, final int offset, final int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(final long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(final long at, final long count, final WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(final ReadableByteChannel source, final long at, final long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(final MapMode mode, final long at, final long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(final long at, final long length, final boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(final long at, final long length, final boolean shared) {
        throw new UnsupportedOperationException();
    }
}
