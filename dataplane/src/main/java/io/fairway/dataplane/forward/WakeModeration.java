package io.fairway.dataplane.forward;

import java.util.concurrent.TimeUnit;

/**
 * Decides how long a busy forwarder naps after a turn, so that frames come in batches, as a network card's interrupt
 * moderation does: a thread that is woken for every frame spends more on waking than on forwarding. Few frames a second
 * are never held up. One thread uses it.
 */
final class WakeModeration {
    private static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Up to this rate each frame wakes the thread at once. */
    private static final long QUIET_PER_SECOND = 12_000;

    /** From this rate on the nap is the longest. */
    private static final long BUSY_PER_SECOND = 36_000;

    private static final long LONGEST_NAP_NS = TimeUnit.MICROSECONDS.toNanos(200);

    /** No more frames may come during a nap than half a port's ring holds. */
    private static final long FRAMES_PER_NAP = 64;

    private long windowBeganNs;
    private long framesInWindow;
    private long napNs;

    /**
     * Takes a turn into account.
     *
     * @param frames what the turn has handled
     * @return how long to nap now, 0 to look for more at once
     */
    long napNs(final int frames, final long nowNs) {
        framesInWindow += frames;
        final long elapsedNs = nowNs - windowBeganNs;
        if (elapsedNs >= WINDOW_NS) {
            napNs = napForRate(framesInWindow * TimeUnit.SECONDS.toNanos(1) / elapsedNs);
            windowBeganNs = nowNs;
            framesInWindow = 0;
        }
        return napNs;
    }

    private static long napForRate(final long perSecond) {
        if (perSecond <= QUIET_PER_SECOND) {
            return 0;
        }
        final long excess = Math.min(perSecond, BUSY_PER_SECOND) - QUIET_PER_SECOND;
        return Math.min(
                LONGEST_NAP_NS * excess / (BUSY_PER_SECOND - QUIET_PER_SECOND),
                FRAMES_PER_NAP * TimeUnit.SECONDS.toNanos(1) / perSecond);
    }
}
