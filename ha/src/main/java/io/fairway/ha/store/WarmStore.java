package io.fairway.ha.store;

import io.fairway.ha.journal.RecordSink;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.model.session.SessionRecordFlyweight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * A cache of the journal for restarts. Changed sessions are named over a bounded ring to a thread of its own, which
 * writes what the replica then holds: many changes of one session cost one write. If the ring is full, the whole store
 * is written again later. Nothing that happens to the disk harms the node: the store is switched off and says so once.
 */
public final class WarmStore implements RecordSink, AutoCloseable {
    private static final int RING_BYTES = 1 << 20;
    private static final int CHANGES_PER_TURN = 4_096;
    private static final long PAUSE_NS = 20_000_000;
    private static final int CHANGED = 1;

    private final Path folder;
    private final SessionReplica replica;
    private final Consumer<String> log;
    private final ManyToOneRingBuffer changes = new ManyToOneRingBuffer(
            new UnsafeBuffer(ByteBuffer.allocateDirect(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH)));
    private final MessageHandler changeHandler = (type, message, index, length) -> write(message.getLong(index));
    private final Thread writer;
    private StoreFile file;

    private volatile boolean dirty;
    private volatile boolean closing;
    private volatile boolean on;
    private int loaded;

    private WarmStore(final Path folder, final SessionReplica replica, final Consumer<String> log) {
        this.folder = folder;
        this.replica = replica;
        this.log = log;
        writer = Thread.ofPlatform().name("warm-store").daemon(true).unstarted(this::run);
    }

    /**
     * Opens the store in a folder, loads its valid records into the replica, and starts the writer. Never fails:
     * without a usable disk the store is off, without a usable file it begins empty; both are said in one line.
     *
     * @param folder the node's state folder
     * @param owner the node that writes, as in router/node; the store of another node is refused
     * @param maxSessions how many sessions a new file holds
     * @param replica loaded now, read by the writer later
     * @param log takes the lines
     */
    public static WarmStore open(
            final Path folder,
            final String owner,
            final int maxSessions,
            final SessionReplica replica,
            final Consumer<String> log) {
        final WarmStore store = new WarmStore(folder, replica, log);
        store.openFile(owner, maxSessions);
        store.on = store.file != null;
        store.writer.start();
        return store;
    }

    private void openFile(final String owner, final int maxSessions) {
        try {
            Files.createDirectories(folder);
            file = StoreFile.open(folder, owner, maxSessions);
            load();
        } catch (final IOException | InternalError e) {
            if (isContent(e)) {
                replaceFile(owner, maxSessions, e);
            } else {
                off(e);
            }
        } catch (final RuntimeException e) {
            replaceFile(owner, maxSessions, e);
        }
    }

    /** Chronicle Map says by an IOException, too, that a header is not one of its own. */
    private boolean isContent(final Throwable e) {
        final Path path = folder.resolve(StoreFile.FILE);
        return String.valueOf(e.getMessage()).contains("header") && Files.isReadable(path) && Files.isWritable(path);
    }

    private void replaceFile(final String owner, final int maxSessions, final Throwable why) {
        try {
            Files.move(
                    folder.resolve(StoreFile.FILE),
                    folder.resolve(StoreFile.SET_ASIDE),
                    StandardCopyOption.REPLACE_EXISTING);
            log.accept("warm store: " + StoreFile.FILE + " is not usable (" + reason(why) + "); it was renamed to "
                    + StoreFile.SET_ASIDE + " and the store begins empty");
            file = StoreFile.open(folder, owner, maxSessions);
        } catch (final IOException | RuntimeException | InternalError e) {
            off(e);
        }
    }

    private void load() {
        final UnsafeBuffer view = new UnsafeBuffer(0, 0);
        final int[] refused = {0};
        file.load((sessionId, record) -> {
            view.wrap(record);
            if (SessionRecordFlyweight.isValid(view, 0, record.length)
                    && SessionRecordFlyweight.length(view, 0) == record.length
                    && SessionRecordFlyweight.sessionId(view, 0) == sessionId) {
                replica.load(view, 0, record.length);
                loaded++;
            } else {
                refused[0]++;
            }
        });
        if (refused[0] > 0 || file.damages() > 0) {
            log.accept("warm store: recovered " + loaded + " sessions; " + refused[0] + " records were invalid and "
                    + file.damages() + " damages were repaired");
            dirty = refused[0] > 0;
        }
    }

    private static String reason(final Throwable e) {
        final String text = String.valueOf(e.getMessage());
        return text.lines().findFirst().orElse(e.getClass().getSimpleName());
    }

    private void off(final Throwable why) {
        on = false;
        log.accept("warm store: off, a restart of this node alone will not find its sessions: " + reason(why));
        if (file != null) {
            final StoreFile failed = file;
            file = null;
            abandon(failed);
        }
    }

    private static void abandon(final StoreFile failed) {
        try {
            failed.abandon();
        } catch (final RuntimeException | InternalError e) {
            // It failed already; the first reason was said.
        }
    }

    /** Whether changes are being stored. Any thread. */
    public boolean isOn() {
        return on;
    }

    /** Sessions that the file brought. */
    public int loaded() {
        return loaded;
    }

    @Override
    public void onChanged(final long sessionId) {
        if (!on) {
            return;
        }
        final int index = changes.tryClaim(CHANGED, Long.BYTES);
        if (index < 0) {
            dirty = true;
            return;
        }
        changes.buffer().putLong(index, sessionId);
        changes.commit(index);
    }

    private void run() {
        while (on) {
            final boolean last = closing;
            final int work = turn();
            if (work == 0) {
                if (last) {
                    break;
                }
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        if (file != null) {
            file.close();
        }
    }

    private int turn() {
        try {
            int work = changes.read(changeHandler, CHANGES_PER_TURN);
            if (work == 0 && dirty) {
                rewrite();
                work = 1;
            }
            return work;
        } catch (final RuntimeException | InternalError e) {
            off(e);
            return 0;
        }
    }

    private void write(final long sessionId) {
        final byte[] record = replica.get(sessionId);
        if (record == null) {
            file.remove(sessionId);
        } else {
            file.put(sessionId, record);
        }
    }

    private void rewrite() {
        dirty = false;
        file.retain(sessionId -> replica.version(sessionId) >= 0);
        final long[] sessionIds = replica.sessionIds();
        for (final long sessionId : sessionIds) {
            write(sessionId);
        }
        log.accept("warm store: fell behind and was written anew with " + sessionIds.length + " sessions");
    }

    /** Writes what is left and closes the file, cleanly if all went well. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        on = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
