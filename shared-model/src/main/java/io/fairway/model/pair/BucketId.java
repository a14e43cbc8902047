package io.fairway.model.pair;

/**
 * Buckets: 256 per home node, hence 512 in a router. A bucket id is {@code home << 8 | number}, home being 0 or 1. A
 * session id carries its bucket in its upper 16 bits.
 */
public final class BucketId {
    /** Buckets of one home node. */
    public static final int PER_NODE = 256;

    /** Buckets of a router. */
    public static final int COUNT = 2 * PER_NODE;

    private static final int SESSION_SHIFT = 48;

    private BucketId() {}

    /** The bucket of this home node for a flow with this hash. */
    public static int of(final int homeNode, final long flowHash) {
        return homeNode << 8 | (int) (flowHash >>> 56);
    }

    /** The home node of a bucket, 0 or 1. */
    public static int homeNode(final int bucket) {
        return bucket >>> 8;
    }

    /** A session id: the bucket above a counter of 48 bits. */
    public static long sessionId(final int bucket, final long counter) {
        return (long) bucket << SESSION_SHIFT | counter & 0xffff_ffff_ffffL;
    }

    /** The bucket that a session id names. */
    public static int ofSession(final long sessionId) {
        return (int) (sessionId >>> SESSION_SHIFT) & 0x1ff;
    }
}
