package io.fairway.cluster;

import io.fairway.cluster.replication.OwnershipView;
import io.fairway.cluster.replication.ReplicaView;
import io.fairway.cluster.replication.SessionInstaller;
import io.fairway.cluster.replication.SessionJournal;
import io.fairway.model.DropReason;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A forwarder, a journal that commits at once, its replica, and an ownership that a test turns. */
public final class FakeNeighbours implements SessionInstaller, SessionJournal, ReplicaView, OwnershipView {
    /** What was done, in order, one line each. */
    public final List<String> log = new CopyOnWriteArrayList<>();

    public final Map<Long, byte[]> replica = new ConcurrentHashMap<>();
    public final Map<Long, byte[]> forwarder = new ConcurrentHashMap<>();
    public final List<Long> refused = new CopyOnWriteArrayList<>();
    public final int[] owners = new int[BucketId.COUNT];
    public volatile Committed committed = (id, version) -> {};
    public volatile boolean journalFull;
    public volatile boolean forwarderFull;
    public volatile boolean commits = true;

    /** Called when the journal has a version. */
    public interface Committed {
        void onCommitted(long sessionId, int version);
    }

    public ControllerContext.Neighbours neighbours() {
        return new ControllerContext.Neighbours(this, this, this, this, null, refused::add);
    }

    @Override
    public boolean install(final DirectBuffer record, final int offset, final int length, final long pendingId) {
        if (forwarderFull) {
            return false;
        }
        final byte[] bytes = bytes(record, offset, length);
        forwarder.put(SessionRecordFlyweight.sessionId(record, offset), bytes);
        log.add("install v" + SessionRecordFlyweight.version(record, offset) + " pending " + pendingId);
        return true;
    }

    @Override
    public boolean refuse(final long pendingId, final DropReason reason, final int answer) {
        log.add("refuse " + pendingId + " " + reason + " " + answer);
        return true;
    }

    @Override
    public boolean remove(final long sessionId) {
        if (forwarderFull) {
            return false;
        }
        forwarder.remove(sessionId);
        log.add("remove");
        return true;
    }

    @Override
    public boolean recover(final DirectBuffer record, final int offset, final int length) {
        log.add("recover v" + SessionRecordFlyweight.version(record, offset));
        return !forwarderFull;
    }

    @Override
    public boolean report(final long sessionId) {
        log.add("report");
        return !forwarderFull;
    }

    @Override
    public boolean append(final DirectBuffer record, final int offset, final int length) {
        if (journalFull) {
            return false;
        }
        final long sessionId = SessionRecordFlyweight.sessionId(record, offset);
        final int version = SessionRecordFlyweight.version(record, offset);
        replica.put(sessionId, bytes(record, offset, length));
        log.add("append v" + version + " " + SessionRecordFlyweight.state(record, offset));
        if (commits) {
            committed.onCommitted(sessionId, version);
        }
        return true;
    }

    @Override
    public boolean delete(final long sessionId, final int version) {
        if (journalFull) {
            return false;
        }
        replica.remove(sessionId);
        log.add("tombstone v" + version);
        return true;
    }

    @Override
    public boolean settled(final int bucket) {
        log.add("settled " + bucket);
        return true;
    }

    @Override
    public byte[] get(final long sessionId) {
        return replica.get(sessionId);
    }

    @Override
    public void forEach(final Consumer<byte[]> consumer) {
        replica.values().forEach(consumer);
    }

    @Override
    public int owner(final int bucket) {
        return owners[bucket];
    }

    @Override
    public int epoch(final int bucket) {
        return 3;
    }

    /** The only session of the replica. */
    public SessionRecord only() {
        return SessionRecordFlyweight.decode(
                new UnsafeBuffer(replica.values().iterator().next()), 0);
    }

    private static byte[] bytes(final DirectBuffer record, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        record.getBytes(offset, bytes);
        return bytes;
    }
}
