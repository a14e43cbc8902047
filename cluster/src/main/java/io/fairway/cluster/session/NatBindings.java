package io.fairway.cluster.session;

import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongArrayQueue;
import org.agrona.collections.LongHashSet;

/**
 * Which tuples sessions leave with after source NAT, over all pools of the router, own sessions and the partner's. A
 * port is taken only towards one address and port, so a key stands for the whole tuple: a hash, so that it weighs eight
 * bytes; two tuples with one hash only cost a port. A released tuple rests, and is taken again early only where nothing
 * else is free. Not thread-safe: {@link PortLedger} guards it.
 */
final class NatBindings {
    /** Most tuples that rest; when there are more, the oldest rest no longer. */
    private static final int MAX_RESTING = 1 << 18;

    private static final long NOT_RESTING = Long.MIN_VALUE;

    private final long restNs;
    private final long seed;
    private final LongHashSet taken = new LongHashSet();
    private final Long2LongHashMap deadlinesNs = new Long2LongHashMap(NOT_RESTING);
    private final LongArrayQueue restingKeys = new LongArrayQueue();
    private final LongArrayQueue restingDeadlinesNs = new LongArrayQueue();

    /** @param seed makes hashes unpredictable */
    NatBindings(final long restNs, final long seed) {
        this.restNs = restNs;
        this.seed = seed;
    }

    /** What stands for a tuple: 0 to 2^62 - 1. */
    long key(final FiveTuple tuple) {
        final long ports = (long) tuple.protocol() << 32 | (long) tuple.sourcePort() << 16 | tuple.destinationPort();
        return mix(mix(mix(seed, tuple.source()), tuple.destination()), ports) >>> 2;
    }

    private static long mix(final long hash, final IpAddress address) {
        return mix(mix(hash, address.high()), address.low());
    }

    private static long mix(final long hash, final long value) {
        final long mixed = (hash ^ value) * 0x9e37_79b9_7f4a_7c15L;
        return (mixed ^ mixed >>> 32) * 0xbf58_476d_1ce4_e5b9L;
    }

    /** Ends the rest of what has rested long enough. */
    void tick(final long nowNs) {
        while (!restingKeys.isEmpty()
                && (restingDeadlinesNs.peekLong() - nowNs <= 0 || restingKeys.size() > MAX_RESTING)) {
            // One that was taken meanwhile may rest again, until later.
            deadlinesNs.remove(restingKeys.pollLong(), restingDeadlinesNs.pollLong());
        }
    }

    /** Whether nobody has this tuple and it does not rest. */
    boolean isFree(final long key) {
        return !taken.contains(key) && !deadlinesNs.containsKey(key);
    }

    /** Whether nobody has this tuple but it rests. */
    boolean isResting(final long key) {
        return deadlinesNs.containsKey(key);
    }

    /** Takes a tuple, resting or not; false if somebody has it. */
    boolean take(final long key) {
        deadlinesNs.remove(key);
        return taken.add(key);
    }

    /** Gives a taken tuple back; it rests from now on. */
    void release(final long key, final long nowNs) {
        if (taken.remove(key)) {
            deadlinesNs.put(key, nowNs + restNs);
            restingKeys.addLong(key);
            restingDeadlinesNs.addLong(nowNs + restNs);
            tick(nowNs);
        }
    }

    /** How many tuples are taken. */
    int size() {
        return taken.size();
    }
}
