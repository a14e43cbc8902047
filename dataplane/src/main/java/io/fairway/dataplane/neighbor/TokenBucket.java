package io.fairway.dataplane.neighbor;

/** Lets a burst pass and then so many per second. One thread; time is given. */
public final class TokenBucket {
    private final long intervalNs;
    private final int burst;

    private int tokens;
    private long filledNs;
    private boolean started;

    /** So many tokens a second, and so many at once after a pause. */
    public TokenBucket(final int perSecond, final int burst) {
        intervalNs = 1_000_000_000L / perSecond;
        this.burst = burst;
        tokens = burst;
    }

    /** Takes a token, if there is one. */
    public boolean take(final long nowNs) {
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
