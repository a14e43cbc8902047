package io.fairway.dataplane.svr;

/**
 * Packet numbers that this node never gives twice, not even after a restart or when it gets a session back that its
 * partner had meanwhile: the node's bit, then nanoseconds of a clock that never went back (docs/decisions/011). No node
 * sends a packet of a flow every nanosecond, so that what a flow counts up to stays below the clock. Forwarder's
 * thread.
 */
public class PacketNumbers {
    private static final int NODE_SHIFT = 63;

    private final long node;
    private final long originNs;
    private long last;

    /**
     * @param nodeId 0 or 1
     * @param startNs nanoseconds since 1970, above all that this node ever started from
     * @param nowNs the monotonic clock at this moment
     */
    public PacketNumbers(final int nodeId, final long startNs, final long nowNs) {
        node = (long) nodeId << NODE_SHIFT;
        originNs = startNs - nowNs;
        last = startNs;
    }

    /** The number from which a flow that is installed now counts up. */
    public long start(final long nowNs) {
        return node | originNs + nowNs;
    }

    /** A number for a single use. */
    public long next(final long nowNs) {
        last = Math.max(last + 1, originNs + nowNs);
        return node | last;
    }
}
