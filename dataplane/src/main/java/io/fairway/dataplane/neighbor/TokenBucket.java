package io.fairway.dataplane.neighbor;

/** Lets a burst pass and then so many per second. One thread; time is given. */
final class TokenBucket {
    private final long intervalNs;
    private final int burst;

    private int tokens;
    private long filledNs;
    private boolean started;

    TokenBucket(final int perSecond, final int burst) {
        intervalNs = 1_000_000_000L / perSecond;
        this.burst = burst;
        tokens = burst;
    }

    boolean take(final long nowNs) {
        if (!started) {
            started = true;
            filledNs = nowNs;
        }
        final long intervals = (nowNs - filledNs) / intervalNs;
        if (intervals > 0) {
            tokens = (int) Math.min(burst, tokens + intervals);
            filledNs += intervals * intervalNs;
        }
        if (tokens == 0) {
            return false;
        }
        tokens--;
        return true;
    }
}
