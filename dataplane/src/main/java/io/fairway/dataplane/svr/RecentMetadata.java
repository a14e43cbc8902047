package io.fairway.dataplane.svr;

import java.util.Arrays;

/**
 * Which packets with encrypted metadata came of late, by their HMACs: none of them is ever made twice, as each has a
 * number of its own, so that whatever comes again is a copy. An HMAC that covers the time is worth nothing after
 * {@link #KEPT_NS}, and that long it is remembered; under a load that fills both halves, for less. Belongs to one
 * thread, allocates nothing after construction.
 */
public final class RecentMetadata {
    /** How long at least an HMAC is remembered: its own step of 2 s, the one before and the one after. */
    public static final long KEPT_NS = 6_000_000_000L;

    /** HMACs that each half holds before it gives way: a third of its places, so that searches stay short. */
    static final int HELD = 1 << 14;

    private static final int PLACES = 3 * HELD;
    private static final long FREE = 0;

    private long[] now = new long[PLACES];
    private long[] before = new long[PLACES];
    private int held;
    private long beganNs;

    /**
     * Notes an HMAC that was found right.
     *
     * @param mac its first 64 bits
     * @return false if it has come before
     */
    public boolean isNew(final long mac, final long nowNs) {
        final long entry = mac == FREE ? 1 : mac;
        if (held > 0 && (nowNs - beganNs >= KEPT_NS || held >= HELD)) {
            turn();
        }
        if (held == 0) {
            beganNs = nowNs;
        }
        final int place = place(now, entry);
        if (now[place] == entry || before[place(before, entry)] == entry) {
            return false;
        }
        now[place] = entry;
        held++;
        return true;
    }

    /** Where the entry is, or where it would be. */
    private static int place(final long[] entries, final long entry) {
        int place = (int) Long.remainderUnsigned(entry, PLACES);
        while (entries[place] != FREE && entries[place] != entry) {
            place = place + 1 == PLACES ? 0 : place + 1;
        }
        return place;
    }

    private void turn() {
        final long[] oldest = before;
        before = now;
        now = oldest;
        Arrays.fill(now, FREE);
        held = 0;
    }
}
