package io.fairway.cluster.session;

import io.fairway.cluster.replication.ReplicaView;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds the session that a peer's metadata speaks of, if we have it already under another waypoint tuple: then the
 * sender has lost it. Reads the index and the replica; any thread.
 */
public final class RebindFinder {
    private final SessionIndex index;
    private final ReplicaView replica;

    /** A finder over this index and this replica. */
    public RebindFinder(final SessionIndex index, final ReplicaView replica) {
        this.index = index;
        this.replica = replica;
    }

    /** The record of the session with this forward context, or null. */
    public SessionRecord find(final FiveTuple context) {
        final long sessionId = index.find(context);
        final byte[] bytes = sessionId == SessionIndex.NONE ? null : replica.get(sessionId);
        if (bytes == null) {
            return null;
        }
        final SessionRecord record = SessionRecordFlyweight.decode(new UnsafeBuffer(bytes), 0);
        return SessionIndex.contextOf(record).equals(context) ? record : null;
    }
}
