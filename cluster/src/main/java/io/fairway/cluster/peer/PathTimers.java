package io.fairway.cluster.peer;

import io.fairway.model.config.Peering;

/**
 * Timers of our end of a path (RFC 5880 section 6.8.1).
 *
 * @param desiredTxNs how often we would like to speak
 * @param requiredRxNs how often we can listen
 * @param multiplier how many of our messages in a row may be missing
 * @param holdDownNs how long a path that fell must be up before it is used again
 */
public record PathTimers(long desiredTxNs, long requiredRxNs, int multiplier, long holdDownNs) {
    private static final long NS_PER_MS = 1_000_000;
    private static final long HOLD_DOWN_NS = 5_000 * NS_PER_MS;

    /** As configured. */
    public static PathTimers of(final Peering.Bfd bfd) {
        return new PathTimers(
                bfd.desiredTxMs() * NS_PER_MS, bfd.requiredRxMs() * NS_PER_MS, bfd.multiplier(), HOLD_DOWN_NS);
    }

    /** After how much of our silence a peer with timers like ours takes the path for down. */
    public long detectNs() {
        return multiplier * Math.max(desiredTxNs, requiredRxNs);
    }
}
