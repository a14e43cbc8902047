package io.fairway.ha.journal;

import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongArrayQueue;

/**
 * The sessions that ended last, so that a late copy of one does not bring it back. Session ids are never used twice, so
 * a tombstone beats every version. The oldest is forgotten when there are too many. Belongs to the pair's thread.
 */
final class Tombstones {
    static final int CAPACITY = 1 << 16;

    private static final long NONE = Long.MIN_VALUE;

    private final Long2LongHashMap versions = new Long2LongHashMap(NONE);
    private final LongArrayQueue order = new LongArrayQueue(NONE);

    void add(final long sessionId, final int version) {
        if (versions.put(sessionId, version) == NONE) {
            order.addLong(sessionId);
            if (order.size() > CAPACITY) {
                versions.remove(order.pollLong());
            }
        }
    }

    boolean contains(final long sessionId) {
        return versions.containsKey(sessionId);
    }

    int version(final long sessionId) {
        return (int) versions.get(sessionId);
    }
}
