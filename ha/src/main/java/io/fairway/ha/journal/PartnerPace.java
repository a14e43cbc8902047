package io.fairway.ha.journal;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Whether the partner keeps up. For one that lags, commits do not wait: each would wait in vain. It ends by itself,
 * when the partner has what was sent. Says both once. Belongs to the pair's thread.
 */
final class PartnerPace {
    /** Ten times what it takes to send a lost batch again: no loss, no pause of the runtime. */
    static final long LAGS_NS = 200_000_000L;

    private static final long FOLLOWS_NS = 20_000_000L;

    private final Consumer<String> log;
    private boolean lags;
    private long sinceNs;

    PartnerPace(final Consumer<String> log) {
        this.log = log;
    }

    /**
     * A turn's look.
     *
     * @param lagNs how long the oldest batch has waited for its acknowledgement, 0 for none
     */
    void observe(final long nowNs, final long lagNs) {
        if (!lags && lagNs >= LAGS_NS) {
            lags = true;
            sinceNs = nowNs - lagNs;
            log.accept("the partner lives, but has not acknowledged the journal for "
                    + TimeUnit.NANOSECONDS.toMillis(lagNs) + " ms: sessions do not wait for it any longer");
        } else if (lags && lagNs < FOLLOWS_NS) {
            lags = false;
            log.accept("the partner follows the journal again, after " + TimeUnit.NANOSECONDS.toMillis(nowNs - sinceNs)
                    + " ms");
        }
    }

    /** There is no partner to wait for. */
    void stop() {
        lags = false;
    }

    boolean lags() {
        return lags;
    }

    /** Since when; only while it lags. */
    long sinceNs() {
        return sinceNs;
    }
}
