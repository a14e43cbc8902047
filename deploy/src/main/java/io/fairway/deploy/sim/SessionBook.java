package io.fairway.deploy.sim;

import io.fairway.model.pair.BucketId;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What the checker knows of every session that was ever planned. */
final class SessionBook {
    /** One session. */
    static final class Entry {
        final long sessionId;
        final int bucket;
        final int connection;
        final boolean sealed;
        final Object planner;

        /** Processes that must have it for as long as they live. */
        final Set<SimProcess> holders = new HashSet<>();

        /** Processes that know that it has ended. */
        final Set<SimProcess> buriers = new HashSet<>();

        boolean committed;
        boolean ended;
        long endedNs;

        private Entry(final SessionRecord record, final Object planner) {
            sessionId = record.sessionId();
            bucket = BucketId.ofSession(sessionId);
            connection = Client.connectionOf(record.forward().tuple().sourcePort());
            sealed = record.security().seals();
            this.planner = planner;
        }
    }

    private final Map<Long, Entry> byId = new LinkedHashMap<>();
    private final Map<Long, Entry> byWanWay = new HashMap<>();
    private final Map<Integer, Entry> byConnection = new HashMap<>();

    void plan(final SessionRecord record, final Object planner) {
        final Entry entry = new Entry(record, planner);
        byId.put(entry.sessionId, entry);
        byConnection.put(entry.connection, entry);
        final FiveTuple out = record.forward().action().rewrite();
        byWanWay.put(key(out.source().v4Bits(), out.sourcePort(), out.destinationPort()), entry);
    }

    private static long key(final int address, final int sourcePort, final int destinationPort) {
        return (long) address << 32 | (long) sourcePort << 16 | destinationPort;
    }

    /** The session that was last planned with this way on the WAN, or null. */
    Entry ofWanWay(final Frames.Way way) {
        return byWanWay.get(key(way.source(), way.sourcePort(), way.destinationPort()));
    }

    /** The session that was last planned for this connection. */
    Entry ofConnection(final int connection) {
        return byConnection.get(connection);
    }

    /** The session with this id, or null. */
    Entry of(final long sessionId) {
        return byId.get(sessionId);
    }

    Iterable<Entry> all() {
        return byId.values();
    }
}
