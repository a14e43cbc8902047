package io.fairway.cluster.session;

import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.wire.IpAddress;
import org.agrona.collections.Long2LongHashMap;

/**
 * Finds the session of a sender that has forgotten it (svr-protocol.md, section 2.7, loss of state on the ingress
 * side): sessions that came with metadata, by their forward context. It keeps a hash: who asks must look at the record.
 * Thread-safe; each call is short.
 */
public final class SessionIndex {
    /** No such session. */
    public static final long NONE = -1;

    private final Long2LongHashMap byKey = new Long2LongHashMap(1024, 0.75f, NONE, false);
    private final Long2LongHashMap keys = new Long2LongHashMap(1024, 0.75f, NONE, false);

    /** Notes a session, if it came with metadata. */
    public void note(final SessionRecord record) {
        if (record.reverse().action().metadataRole() == FlowActionFlyweight.METADATA_REVERSE) {
            put(keyOf(contextOf(record)), record.sessionId());
        }
    }

    /** The forward context of a session that came with metadata. */
    static FiveTuple contextOf(final SessionRecord record) {
        return record.transit() == null
                ? record.forward().action().rewrite()
                : record.transit().context();
    }

    /** The session with this forward context, or {@link #NONE}. */
    public synchronized long find(final FiveTuple context) {
        return byKey.get(keyOf(context));
    }

    /** Forgets a session; one that is not there is no error. */
    public synchronized void remove(final long sessionId) {
        final long key = keys.remove(sessionId);
        if (key != NONE) {
            byKey.remove(key, sessionId);
        }
    }

    /** Whether a session can be found. */
    public synchronized boolean holds(final long sessionId) {
        return keys.containsKey(sessionId);
    }

    /** How many sessions can be found. */
    public synchronized int size() {
        return keys.size();
    }

    private synchronized void put(final long key, final long sessionId) {
        byKey.put(key, sessionId);
        keys.put(sessionId, key);
    }

    private static long keyOf(final FiveTuple tuple) {
        final long ports = (long) tuple.protocol() << 32 | (long) tuple.sourcePort() << 16 | tuple.destinationPort();
        return positive(mix(mix(mix(2, tuple.source()), tuple.destination()), ports));
    }

    private static long mix(final long hash, final IpAddress address) {
        return mix(mix(hash, address.high()), address.low());
    }

    private static long mix(final long hash, final long value) {
        final long mixed = (hash ^ value) * 0x9e37_79b9_7f4a_7c15L;
        return mixed ^ mixed >>> 32;
    }

    private static long positive(final long key) {
        return key & Long.MAX_VALUE;
    }
}
