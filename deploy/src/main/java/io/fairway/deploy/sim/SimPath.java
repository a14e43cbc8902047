package io.fairway.deploy.sim;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

/** The name of a file on a {@link SimDisk}. */
record SimPath(SimFileSystem fileSystem, String name) implements Path {
    SimDisk disk() {
        return fileSystem.disk();
    }

    @Override
    public FileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public Path getFileName() {
        return this;
    }

    @Override
    public Path getParent() {
        return null;
    }

    @Override
    public Path resolve(final Path other) {
        return other;
    }

    @Override
    public int compareTo(final Path other) {
        return name.compareTo(((SimPath) other).name);
    }

    @Override
    public String toString() {
        return name;
    }

    @Override
    public boolean isAbsolute() {
        return true;
    }

    @Override
    public Path getRoot() {
        return null;
    }

    @Override
    public int getNameCount() {
        return 1;
    }

    @Override
    public Path getName(final int index) {
        return this;
    }

    @Override
    public Path subpath(final int beginIndex, final int endIndex) {
        return this;
    }

    @Override
    public boolean startsWith(final Path other) {
        return equals(other);
    }

    @Override
    public boolean endsWith(final Path other) {
        return equals(other);
    }

    @Override
    public Path normalize() {
        return this;
    }

    @Override
    public Path relativize(final Path other) {
        return other;
    }

    @Override
    public URI toUri() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path toAbsolutePath() {
        return this;
    }

    @Override
    public Path toRealPath(final LinkOption... options) {
        return this;
    }

    @Override
    public WatchKey register(
            final WatchService watcher, final WatchEvent.Kind<?>[] events, final WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException();
    }
}
