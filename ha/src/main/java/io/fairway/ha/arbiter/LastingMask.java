package io.fairway.ha.arbiter;

/** Tells which bits of a mask have been set without a break for long enough. Pure. */
final class LastingMask {
    private final long[] sinceNs;
    private long mask;

    /** @param all the bits that are ever set */
    LastingMask(final long all) {
        sinceNs = new long[Long.SIZE - Long.numberOfLeadingZeros(all)];
    }

    /**
     * Time passes.
     *
     * @param now what is set now
     * @return those that have been set in every call for so long
     */
    long lasting(final long now, final long forNs, final long nowNs) {
        long lasting = 0;
        for (long rest = now; rest != 0; rest &= rest - 1) {
            final int place = Long.numberOfTrailingZeros(rest);
            if ((mask >>> place & 1) == 0) {
                sinceNs[place] = nowNs;
            }
            lasting |= nowNs - sinceNs[place] >= forNs ? 1L << place : 0;
        }
        mask = now;
        return lasting;
    }
}
