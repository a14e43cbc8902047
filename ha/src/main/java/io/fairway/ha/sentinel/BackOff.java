package io.fairway.ha.sentinel;

/** How long to wait before the next start: doubles with every short life, and forgets after a long one. */
final class BackOff {
    private static final long FIRST_NS = 500_000_000L;
    private static final long LONGEST_NS = 10_000_000_000L;
    private static final long LONG_LIFE_NS = 30_000_000_000L;

    private long nextNs = FIRST_NS;

    /** The wait after a life of this length. */
    long afterLifeOf(final long lifeNs) {
        if (lifeNs >= LONG_LIFE_NS) {
            nextNs = FIRST_NS;
        }
        final long waitNs = nextNs;
        nextNs = Math.min(2 * nextNs, LONGEST_NS);
        return waitNs;
    }
}
