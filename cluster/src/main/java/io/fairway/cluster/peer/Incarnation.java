package io.fairway.cluster.peer;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * The number by which peers notice that this router has lost its sessions: since when there have been any, in
 * milliseconds since 1970. The nodes of a pair share their sessions, hence the older of their numbers. Any thread.
 */
public final class Incarnation {
    private final AtomicLong sinceMs;
    private final LongConsumer keeper;

    /**
     * @param sinceMs since when this node has had its sessions
     * @param keeper is told what to remember for as long as the sessions are remembered
     */
    public Incarnation(final long sinceMs, final LongConsumer keeper) {
        this.sinceMs = new AtomicLong(sinceMs);
        this.keeper = keeper;
        keeper.accept(sinceMs);
    }

    /** The number as it is now. */
    public long get() {
        return sinceMs.get();
    }

    /** The partner's number: if it is older, it is ours. */
    public void meet(final long partnersSinceMs) {
        long own = sinceMs.get();
        while (partnersSinceMs < own) {
            if (sinceMs.compareAndSet(own, partnersSinceMs)) {
                keeper.accept(partnersSinceMs);
                return;
            }
            own = sinceMs.get();
        }
    }
}
