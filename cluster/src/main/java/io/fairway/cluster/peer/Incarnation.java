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

    /**
     * Whether a peer that names another number than before has lost its sessions. An older one says that the nodes of a
     * pair have met: they have had sessions since the first of them had.
     *
     * @param before 0: none was known
     */
    public static boolean isLoss(final long before, final long now) {
        return before != 0 && now > before;
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
