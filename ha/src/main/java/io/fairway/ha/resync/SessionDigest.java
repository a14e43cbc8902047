package io.fairway.ha.resync;

/**
 * A fingerprint of a set of records that does not depend on their order: a count, a sum and an exclusive or of hashes.
 * Equal copies have equal digests. Copies with other sessions or versions differ but for about one case in 2^64, other
 * bytes under one version but for one in 2^32. One thread.
 */
public final class SessionDigest {
    private long count;
    private long sum;
    private long xor;

    /**
     * Adds a record.
     *
     * @param checksum of its bytes
     */
    public void add(final long sessionId, final int version, final int checksum) {
        final long hash = hash(sessionId, version, checksum);
        count++;
        sum += hash;
        xor ^= hash;
    }

    /** Takes out a record that was added. */
    public void remove(final long sessionId, final int version, final int checksum) {
        final long hash = hash(sessionId, version, checksum);
        count--;
        sum -= hash;
        xor ^= hash;
    }

    /** The fingerprint. */
    public long value() {
        return mix(sum + mix(xor ^ count));
    }

    private static long hash(final long sessionId, final int version, final int checksum) {
        return mix(mix(mix(sessionId) + version) + checksum);
    }

    /** The finalizer of SplitMix64. */
    private static long mix(final long value) {
        long mixed = value + 0x9e37_79b9_7f4a_7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ mixed >>> 31;
    }
}
