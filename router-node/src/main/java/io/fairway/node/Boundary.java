package io.fairway.node;

import io.fairway.dataplane.io.Doorbell;
import io.fairway.model.config.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where forwarder and controller of a node meet: the media driver's directory, and the bells that wake one for the
 * other. Between processes the bells are files beside it, as is a note of the forwarder's process, which is there while
 * it can be connected to.
 *
 * @param aeron the media driver's directory
 * @param folder bells and note; null within one process
 */
record Boundary(Path aeron, Path folder) {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String NOTE = "forwarder.pid";

    /** The boundary of this node, within one process or between two. */
    static Boundary of(final Router router, final Router.Node node, final Path stateDir, final boolean shared)
            throws IOException {
        final Path base = Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY : stateDir;
        final String name = "fairway-" + router.name() + "-" + node.name();
        final Path folder = base.resolve(name + "-boundary");
        if (shared) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return new Boundary(base.resolve(name), shared ? folder : null);
    }

    /** Wakes the forwarder. */
    Doorbell forwarderBell() throws IOException {
        return bell("forwarder");
    }

    /** Wakes who hears the forwarder. */
    Doorbell controllerBell() throws IOException {
        return bell("controller");
    }

    /** Wakes the thread of fabric and journal. */
    Doorbell pairBell() throws IOException {
        return bell("pair");
    }

    private Doorbell bell(final String name) throws IOException {
        return folder == null ? new Doorbell() : Doorbell.shared(folder, name);
    }

    /** This process forwards, and may be connected to. */
    void open() throws IOException {
        final Path unfinished = folder.resolve(NOTE + ".new");
        Files.writeString(unfinished, ProcessHandle.current().pid() + "\n");
        Files.move(unfinished, folder.resolve(NOTE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Nobody can connect. */
    void shut() throws IOException {
        Files.deleteIfExists(folder.resolve(NOTE));
    }

    /** The forwarder's process if it can be connected to, else 0. */
    long forwarder() {
        try {
            final long pid =
                    Long.parseLong(Files.readString(folder.resolve(NOTE)).strip());
            return lives(pid) ? pid : 0;
        } catch (final IOException | NumberFormatException e) {
            return 0;
        }
    }

    /** Whether a process lives; one that is being torn down does not. */
    static boolean lives(final long pid) {
        try {
            final String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            final char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (final IOException e) {
            return false;
        }
    }
}
