package io.fairway.deploy.sim;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Set;

/** What {@link java.nio.file.Files} and {@link FileChannel} ask of a {@link SimDisk}. */
final class SimFiles extends FileSystemProvider {
    @Override
    public FileChannel newFileChannel(
            final Path path, final Set<? extends OpenOption> options, final FileAttribute<?>... attributes)
            throws IOException {
        final SimPath file = (SimPath) path;
        if (options.contains(StandardOpenOption.CREATE)) {
            if (!file.disk().exists(file.name()) || options.contains(StandardOpenOption.WRITE)) {
                file.disk().create(file.name());
            }
        } else if (!file.disk().exists(file.name())) {
            throw new NoSuchFileException(file.name());
        }
        if (options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            file.disk().truncate(file.name());
        }
        return new SimFileChannel(file);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            final Path path, final Set<? extends OpenOption> options, final FileAttribute<?>... attributes)
            throws IOException {
        return newFileChannel(path, options);
    }

    @Override
    public void move(final Path source, final Path target, final CopyOption... options) throws IOException {
        final SimPath file = (SimPath) source;
        file.disk().move(file.name(), ((SimPath) target).name());
    }

    @Override
    public void checkAccess(final Path path, final AccessMode... modes) throws IOException {
        final SimPath file = (SimPath) path;
        if (!file.disk().exists(file.name())) {
            throw new NoSuchFileException(file.name());
        }
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
            final Path path, final Class<A> type, final LinkOption... options) throws IOException {
        checkAccess(path);
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean exists(final Path path, final LinkOption... options) {
        final SimPath file = (SimPath) path;
        return file.disk().exists(file.name());
    }

    @Override
    public String getScheme() {
        return "sim";
    }

    @Override
    public FileSystem newFileSystem(final URI uri, final Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(final URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(final URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
            final Path folder, final DirectoryStream.Filter<? super Path> filter) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void createDirectory(final Path folder, final FileAttribute<?>... attributes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(final Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void copy(final Path source, final Path target, final CopyOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSameFile(final Path path, final Path other) {
        return path.equals(other);
    }

    @Override
    public boolean isHidden(final Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(final Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
            final Path path, final Class<V> type, final LinkOption... options) {
        return null;
    }

    @Override
    public Map<String, Object> readAttributes(final Path path, final String names, final LinkOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setAttribute(final Path path, final String attribute, final Object value, final LinkOption... options) {
        throw new UnsupportedOperationException();
    }
}
