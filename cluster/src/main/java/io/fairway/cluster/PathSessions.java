package io.fairway.cluster;

import io.fairway.cluster.replication.Retries;
import io.fairway.cluster.session.PathMover;
import io.fairway.cluster.session.SessionRooms;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import java.util.function.BiPredicate;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the sessions that this node owns and that go by a path what has become of it; so many at a time that the WAN
 * and the actors can bear it. Any thread may call; nothing blocks.
 */
final class PathSessions {
    private static final Logger LOG = LoggerFactory.getLogger(PathSessions.class);

    /** Every session that is told costs a packet: 32,000 a second. */
    private static final int TOLD_AT_ONCE = 64;

    private static final long PAUSE_US = 2_000;

    private final ControllerContext.Neighbours neighbours;
    private final int nodeId;
    private final SessionRooms sessions;
    private final Retries retries;

    PathSessions(
            final ControllerContext.Neighbours neighbours,
            final int nodeId,
            final SessionRooms sessions,
            final Retries retries) {
        this.neighbours = neighbours;
        this.nodeId = nodeId;
        this.sessions = sessions;
        this.retries = retries;
    }

    /** Every one of them carries metadata again, once (svr-protocol.md section 2.6). */
    void tellAgain(final String path) {
        tell(path, PathSessions::goesBy, SessionEventFlyweight.METADATA_WANTED, "are told again");
    }

    /** Those that leave by the path take another one. */
    void leave(final String path) {
        tell(path, PathMover::goesOutBy, SessionEventFlyweight.PATH_LOST, "leave it");
    }

    private void tell(
            final String path, final BiPredicate<SessionRecord, String> concerned, final int event, final String what) {
        Thread.ofVirtual().name("tell-owners").start(() -> {
            final LongArrayList ids = new LongArrayList();
            neighbours.replica().forEach(bytes -> {
                final SessionRecord record = SessionRecordFlyweight.decode(new UnsafeBuffer(bytes), 0);
                if (concerned.test(record, path) && owns(record.sessionId())) {
                    ids.addLong(record.sessionId());
                }
            });
            LOG.info("path {}: {} sessions {}", path, ids.size(), what);
            tellFrom(ids, 0, event);
        });
    }

    private void tellFrom(final LongArrayList ids, final int first, final int event) {
        final int end = Math.min(ids.size(), first + TOLD_AT_ONCE);
        for (int i = first; i < end; i++) {
            sessions.happened(ids.getLong(i), event, 0);
        }
        if (end < ids.size()) {
            retries.later(() -> tellFrom(ids, end, event), PAUSE_US);
        }
    }

    private static boolean goesBy(final SessionRecord record, final String path) {
        return path.equals(record.path())
                || record.transit() != null && path.equals(record.transit().path());
    }

    private boolean owns(final long sessionId) {
        return neighbours.ownership().owner(BucketId.ofSession(sessionId)) == nodeId;
    }
}
