package io.fairway.node.cli;

import io.fairway.node.api.NodeDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;

/** The processes of a node as its files tell of them; a file that a dead process left is seen through. */
final class NodeProcesses {
    private final NodeDirectory directory;

    NodeProcesses(final NodeDirectory directory) {
        this.directory = directory;
    }

    /** The living sentinel. */
    Optional<ProcessHandle> sentinel() {
        return alive(directory.sentinelPid(), "SentinelMain");
    }

    /** The living node, or its forwarder. */
    Optional<ProcessHandle> node() {
        return alive(directory.nodePid(), "NodeMain");
    }

    /** The living controller of a node in two processes. */
    Optional<ProcessHandle> controller() {
        return alive(directory.controllerPid(), "NodeMain");
    }

    /** The process that was last written down as the node, alive or not. */
    OptionalLong lastNodePid() {
        return pid(directory.nodePid());
    }

    /** Whether some process holds the node's lock. */
    boolean locked() throws IOException {
        if (!Files.exists(directory.lock())) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(directory.lock(), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        }
    }

    /** The process of this pid file, if it lives and is what it should be: pids are used again. */
    private static Optional<ProcessHandle> alive(final Path pidFile, final String mainClass) {
        final OptionalLong pid = pid(pidFile);
        if (pid.isEmpty()) {
            return Optional.empty();
        }
        try {
            final String command = Files.readString(Path.of("/proc", Long.toString(pid.getAsLong()), "cmdline"));
            return command.contains(mainClass) ? ProcessHandle.of(pid.getAsLong()) : Optional.empty();
        } catch (final IOException e) {
            return Optional.empty();
        }
    }

    private static OptionalLong pid(final Path pidFile) {
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(pidFile).strip()));
        } catch (final IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
