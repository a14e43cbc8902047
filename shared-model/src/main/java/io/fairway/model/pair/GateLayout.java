package io.fairway.model.pair;

/**
 * The send gate's memory: a small file that node and sentinel map. The pair's owner thread writes it, the forwarder
 * reads it before every send, and the sentinel closes it when it has seen the node die.
 *
 * <pre>
 *  0 u64 valid until, System.nanoTime of this machine (Long.MAX_VALUE: solo, no lease)
 *  8 u64 closed by the sentinel (0 open)
 * 16 u64 bit mask of the logical interfaces whose shared address this node leads
 * 24 u64 change counter: rises after every change of leadership or ownership
 * 40 u64 bit mask of the logical interfaces whose device here has no link
 * 64 512 x u64, one per bucket: owner node (0, 1) &lt;&lt; 32 | epoch
 * </pre>
 */
public final class GateLayout {
    public static final int VALID_UNTIL = 0;
    public static final int CLOSED = 8;
    public static final int LEADER_MASK = 16;
    public static final int CHANGES = 24;
    public static final int UNLINKED_MASK = 40;
    public static final int BUCKETS = 64;

    /** Bytes of the file. */
    public static final int LENGTH = BUCKETS + BucketId.COUNT * 8;

    private GateLayout() {}

    /** A bucket's word. */
    public static long bucketWord(final int owner, final int epoch) {
        return (long) owner << 32 | epoch & 0xffff_ffffL;
    }

    public static int owner(final long bucketWord) {
        return (int) (bucketWord >>> 32);
    }

    public static int epoch(final long bucketWord) {
        return (int) bucketWord;
    }
}
