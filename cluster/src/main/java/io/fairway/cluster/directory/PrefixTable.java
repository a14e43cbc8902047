package io.fairway.cluster.directory;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Prefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Longest-prefix match: for each prefix length in use, longest first, one open-addressed table of masked addresses.
 * Made once, then immutable, so any thread may read it. Looking up allocates nothing.
 *
 * @param <V> what a prefix stands for
 */
public final class PrefixTable<V> {
    /** An IPv4 prefix has this many bits of the 128-bit form, or more. */
    private static final int V4_OFFSET_BITS = 96;

    private final List<Level<V>> levels;

    private PrefixTable(final List<Level<V>> levels) {
        this.levels = levels;
    }

    /** A table of these prefixes; each prefix stands for one value. */
    public static <V> PrefixTable<V> of(final Map<Prefix, V> values) {
        final Map<Integer, List<Map.Entry<Prefix, V>>> byLength = new TreeMap<>(Comparator.reverseOrder());
        for (final Map.Entry<Prefix, V> entry : values.entrySet()) {
            byLength.computeIfAbsent(entry.getKey().length128(), length -> new ArrayList<>())
                    .add(entry);
        }
        final List<Level<V>> levels = new ArrayList<>();
        byLength.forEach((length, entries) -> levels.add(new Level<>(length, entries)));
        return new PrefixTable<>(List.copyOf(levels));
    }

    /** How many different prefix lengths there are; level 0 is the longest. */
    public int levels() {
        return levels.size();
    }

    /**
     * What the prefix of this level that holds the address stands for, or null. No IPv6 prefix holds an IPv4 address,
     * see {@link Prefix#contains}.
     */
    public V at(final int level, final IpAddress address) {
        return levels.get(level).get(address);
    }

    /** What the longest prefix that holds the address stands for, or null. */
    public V longest(final IpAddress address) {
        for (int level = 0; level < levels.size(); level++) {
            final V value = at(level, address);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static final class Level<V> {
        private final boolean v6Only;
        private final long highMask;
        private final long lowMask;
        private final long[] keys;
        private final List<V> values;
        private final int[] slots;

        private Level(final int length128, final List<Map.Entry<Prefix, V>> entries) {
            v6Only = length128 < V4_OFFSET_BITS;
            highMask = mask(Math.min(length128, 64));
            lowMask = mask(Math.max(length128 - 64, 0));
            final int capacity = Integer.highestOneBit(Math.max(2, entries.size()) * 4 - 1);
            keys = new long[2 * capacity];
            slots = new int[capacity];
            values = new ArrayList<>(entries.size());
            for (final Map.Entry<Prefix, V> entry : entries) {
                final IpAddress address = entry.getKey().address();
                final int slot = slot(address.high(), address.low());
                keys[2 * slot] = address.high();
                keys[2 * slot + 1] = address.low();
                values.add(entry.getValue());
                slots[slot] = values.size();
            }
        }

        private V get(final IpAddress address) {
            if (v6Only && address.isV4()) {
                return null;
            }
            final int index = slots[slot(address.high() & highMask, address.low() & lowMask)];
            return index == 0 ? null : values.get(index - 1);
        }

        private int slot(final long high, final long low) {
            final long mixed = (high * 31 + low) * 0x9e37_79b9_7f4a_7c15L;
            int slot = (int) (mixed >>> 32) & slots.length - 1;
            while (slots[slot] != 0 && (keys[2 * slot] != high || keys[2 * slot + 1] != low)) {
                slot = slot + 1 & slots.length - 1;
            }
            return slot;
        }

        private static long mask(final int bits) {
            return bits == 0 ? 0 : -1L << 64 - bits;
        }
    }
}
