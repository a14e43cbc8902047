package io.fairway.ha.resync;

import io.fairway.model.pair.BucketId;

/**
 * A fingerprint of a set of (session, version) that does not depend on their order: per home node a count, a sum and an
 * exclusive or of hashes. Equal copies have equal digests; unequal ones differ but for about one case in 2^64. One
 * thread.
 */
public final class SessionDigest {
    private static final int HOMES = 2;

    private final long[] counts = new long[HOMES];
    private final long[] sums = new long[HOMES];
    private final long[] xors = new long[HOMES];

    /** Adds a session. */
    public void add(final long sessionId, final int version) {
        final int home = BucketId.homeNode(BucketId.ofSession(sessionId));
        final long hash = hash(sessionId, version);
        counts[home]++;
        sums[home] += hash;
        xors[home] ^= hash;
    }

    /** Adds all sessions of another, disjoint set. */
    public void add(final SessionDigest other) {
        for (int home = 0; home < HOMES; home++) {
            counts[home] += other.counts[home];
            sums[home] += other.sums[home];
            xors[home] ^= other.xors[home];
        }
    }

    /** Takes out a session that was added. */
    public void remove(final long sessionId, final int version) {
        final int home = BucketId.homeNode(BucketId.ofSession(sessionId));
        final long hash = hash(sessionId, version);
        counts[home]--;
        sums[home] -= hash;
        xors[home] ^= hash;
    }

    /** Sessions of a home node. */
    public long count(final int home) {
        return counts[home];
    }

    /** The fingerprint of a home node's sessions. */
    public long value(final int home) {
        return mix(sums[home] + mix(xors[home] ^ counts[home]));
    }

    private static long hash(final long sessionId, final int version) {
        return mix(mix(sessionId) + version);
    }

    /** The finalizer of SplitMix64. */
    private static long mix(final long value) {
        long mixed = value + 0x9e37_79b9_7f4a_7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ mixed >>> 31;
    }
}
