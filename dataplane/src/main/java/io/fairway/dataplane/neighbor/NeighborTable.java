package io.fairway.dataplane.neighbor;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Neighbours of all interfaces, of both families, in arrays of fixed size: chained by (interface, address), an entry's
 * number stays the same as long as it lives. Written by the forwarder's thread; others may read through
 * {@link NeighborView}.
 */
public final class NeighborTable {
    public static final int NONE = -1;

    /** No entry. */
    static final int FREE = 0;

    /** Asked, not answered yet. */
    static final int INCOMPLETE = 1;

    /** Its Ethernet address is known. */
    static final int REACHABLE = 2;

    /** Its Ethernet address is known and being confirmed. */
    static final int PROBING = 3;

    private final int mask;
    private final int capacity;
    private final int[] buckets;
    private final int[] chain;
    private final int[] interfaceIndex;
    private final long[] high;
    private final long[] low;
    private final int[] state;
    private final int[] asked;
    private final long[] mac;
    private final long[] confirmedNs;
    private final long[] askedNs;
    private final long[] usedNs;
    private final boolean[] partners;
    private final boolean[] told;
    private final long[] toldNs;

    private final long seed = ThreadLocalRandom.current().nextLong();
    private int free;
    private int used;
    private int unresolved;

    /** @param capacity most neighbours, up to 65,535; rounded up to a power of two less one or more */
    public NeighborTable(final int capacity) {
        this.capacity = capacity;
        final int places = Integer.highestOneBit(Math.max(1, capacity - 1)) << 1;
        mask = places - 1;
        buckets = new int[places];
        Arrays.fill(buckets, NONE);
        chain = new int[capacity];
        interfaceIndex = new int[capacity];
        high = new long[capacity];
        low = new long[capacity];
        state = new int[capacity];
        asked = new int[capacity];
        mac = new long[capacity];
        confirmedNs = new long[capacity];
        askedNs = new long[capacity];
        usedNs = new long[capacity];
        partners = new boolean[capacity];
        told = new boolean[capacity];
        toldNs = new long[capacity];
        for (int entry = 0; entry < capacity; entry++) {
            chain[entry] = entry + 1 == capacity ? NONE : entry + 1;
        }
    }

    /** The entry of this neighbour, or {@link #NONE}; a hint that is right saves the search. */
    int find(final int ingress, final long ipHigh, final long ipLow, final int hint) {
        if (hint >= 0 && hint < capacity && is(hint, ingress, ipHigh, ipLow)) {
            return hint;
        }
        int entry = buckets[place(ingress, ipHigh, ipLow)];
        while (entry != NONE && !is(entry, ingress, ipHigh, ipLow)) {
            entry = chain[entry];
        }
        return entry;
    }

    private boolean is(final int entry, final int ingress, final long ipHigh, final long ipLow) {
        return low[entry] == ipLow && high[entry] == ipHigh && interfaceIndex[entry] == ingress && state[entry] != FREE;
    }

    /** A new entry, incomplete, or {@link #NONE} if the table is full. */
    int create(final int ingress, final long ipHigh, final long ipLow, final long nowNs) {
        if (free == NONE) {
            return NONE;
        }
        final int entry = free;
        free = chain[entry];
        final int place = place(ingress, ipHigh, ipLow);
        chain[entry] = buckets[place];
        buckets[place] = entry;
        interfaceIndex[entry] = ingress;
        high[entry] = ipHigh;
        low[entry] = ipLow;
        mac[entry] = 0;
        asked[entry] = 0;
        confirmedNs[entry] = nowNs;
        askedNs[entry] = nowNs;
        usedNs[entry] = nowNs;
        partners[entry] = false;
        told[entry] = false;
        state[entry] = INCOMPLETE;
        unresolved++;
        used++;
        return entry;
    }

    void remove(final int entry) {
        final int place = place(interfaceIndex[entry], high[entry], low[entry]);
        if (buckets[place] == entry) {
            buckets[place] = chain[entry];
        } else {
            int before = buckets[place];
            while (chain[before] != entry) {
                before = chain[before];
            }
            chain[before] = chain[entry];
        }
        unresolved -= isResolved(entry) ? 0 : 1;
        used--;
        state[entry] = FREE;
        chain[entry] = free;
        free = entry;
    }

    private int place(final int ingress, final long ipHigh, final long ipLow) {
        final long mixed = ((ipHigh ^ seed) * 0x9e37_79b9_7f4a_7c15L ^ ipLow) + ingress;
        return (int) ((mixed ^ mixed >>> 32) * 0x9e37_79b9_7f4a_7c15L >>> 40) & mask;
    }

    /** The resolved entry that was used least recently, or {@link #NONE}. */
    int leastRecentlyUsed() {
        int victim = NONE;
        for (int entry = 0; entry < capacity; entry++) {
            if (state[entry] >= REACHABLE && (victim == NONE || usedNs[entry] - usedNs[victim] < 0)) {
                victim = entry;
            }
        }
        return victim;
    }

    /** This node heard it itself. */
    void confirm(final int entry, final long ethernet, final long nowNs) {
        told[entry] &= !partners[entry] && mac[entry] == ethernet;
        partners[entry] = false;
        resolve(entry, ethernet, nowNs);
    }

    /** The partner heard it, at this time. */
    void hearsay(final int entry, final long ethernet, final long heardNs) {
        partners[entry] = true;
        resolve(entry, ethernet, heardNs);
    }

    private void resolve(final int entry, final long ethernet, final long nowNs) {
        unresolved -= isResolved(entry) ? 0 : 1;
        mac[entry] = ethernet;
        confirmedNs[entry] = nowNs;
        asked[entry] = 0;
        state[entry] = REACHABLE;
    }

    void probing(final int entry) {
        state[entry] = PROBING;
    }

    void ask(final int entry, final long nowNs) {
        asked[entry]++;
        askedNs[entry] = nowNs;
    }

    void use(final int entry, final long nowNs) {
        usedNs[entry] = nowNs;
    }

    /** The partner knows it by now, unless that was lost on the way. */
    void tell(final int entry, final long nowNs) {
        told[entry] = true;
        toldNs[entry] = nowNs;
    }

    /** Nobody has been told anything. */
    void tellAnew() {
        Arrays.fill(told, false);
    }

    /** Whether this node heard it itself, and has not told of it for so long. */
    boolean isToTell(final int entry, final long nowNs, final long againNs) {
        return state[entry] >= REACHABLE && !partners[entry] && (!told[entry] || nowNs - toldNs[entry] >= againNs);
    }

    /** Whether it is known by the partner's word only. */
    boolean isPartners(final int entry) {
        return partners[entry];
    }

    /** Entries that are not free. */
    int used() {
        return used;
    }

    public int capacity() {
        return capacity;
    }

    /** Whether frames can be sent to the neighbour. */
    public boolean isResolved(final int entry) {
        return state[entry] >= REACHABLE;
    }

    /** The Ethernet address of a resolved neighbour. */
    public long mac(final int entry) {
        return mac[entry];
    }

    /** The upper half of the address. */
    public long high(final int entry) {
        return high[entry];
    }

    /** The lower half of the address. */
    public long low(final int entry) {
        return low[entry];
    }

    public int interfaceIndex(final int entry) {
        return interfaceIndex[entry];
    }

    /** Entries whose Ethernet address is not known. */
    int unresolved() {
        return unresolved;
    }

    int state(final int entry) {
        return state[entry];
    }

    int asked(final int entry) {
        return asked[entry];
    }

    long askedNs(final int entry) {
        return askedNs[entry];
    }

    long confirmedNs(final int entry) {
        return confirmedNs[entry];
    }
}
