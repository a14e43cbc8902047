package io.fairway.dataplane.svr;

import io.fairway.dataplane.forward.AnonymousMemory;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The datagrams of which fragments wait: found by their key, and in the order of their age, for all and for each owner.
 * What is known of one stands in its entry; {@link Reassembler} thinks. Entries are numbers from 1 on, 0 is none.
 * Forwarder's thread only.
 *
 * <pre>
 * entry:  0 key (5 i64)   40 i64 time of the first fragment   48 u32 hash   52 next in its bucket, or free
 *        56 older   60 younger   64 older of the owner   68 younger of the owner   72 owner
 *        76 fragments   80 bytes   84 end if the last fragment has come, else 0   88 end of what has come
 *        92 length of the headers, 0 if not known   96 largest fragment   100 blocks
 *       104 verdict (ordinal + 1; 0: none)   112 headers (128)   240 blocks (32 i32)
 *       368 fragments (128 of u16 start, u16 end)   880 i64 Ethernet address of who sent the first to come
 * </pre>
 */
final class DatagramTable implements AutoCloseable {
    static final int NONE = 0;
    static final int MAX_FRAGMENTS = 128;
    static final int MAX_BLOCKS = (FragmentView.MAX_DATAGRAM_LENGTH + 1) / BlockPool.BLOCK_BYTES;

    static final int STARTED_NS = 40;
    static final int OWNER = 72;
    static final int FRAGMENTS = 76;
    static final int BYTES = 80;
    static final int LAST_END = 84;
    static final int FARTHEST_END = 88;
    static final int HEADERS_LENGTH = 92;
    static final int LARGEST = 96;
    static final int BLOCKS_HELD = 100;
    static final int VERDICT = 104;
    static final int HEADERS = 112;
    static final int BLOCKS = 240;
    static final int BOUNDS = 368;
    static final int STATION = 880;

    private static final int HASH = 48;
    private static final int NEXT = 52;
    private static final int OLDER = 56;
    private static final int YOUNGER = 60;
    private static final int OWNER_OLDER = 64;
    private static final int OWNER_YOUNGER = 68;
    private static final int ENTRY_BYTES = 896;

    private final long seed = ThreadLocalRandom.current().nextLong();
    private final AnonymousMemory memory;
    private final UnsafeBuffer entries;
    private final int[] buckets;
    private final int[] oldestOfOwner;
    private final int[] youngestOfOwner;

    private int free = NONE;
    private int fresh = 1;
    private int oldest = NONE;
    private int youngest = NONE;
    private int size;

    /**
     * @param capacity most datagrams, up to 2^21
     * @param owners owners are numbered from 0 to this, exclusive
     */
    DatagramTable(final int capacity, final int owners) {
        memory = AnonymousMemory.map((1L + capacity) * ENTRY_BYTES);
        entries = memory.buffer();
        buckets = new int[BitUtil.findNextPositivePowerOfTwo(Math.max(8, capacity))];
        oldestOfOwner = new int[owners];
        youngestOfOwner = new int[owners];
        Arrays.fill(buckets, NONE);
    }

    /** The datagram of a fragment, or {@link #NONE}. */
    int find(final FragmentView fragment) {
        final int hash = fragment.hash(seed);
        int entry = buckets[hash & buckets.length - 1];
        while (entry != NONE && !(get(entry, HASH) == hash && hasKey(entry, fragment))) {
            entry = get(entry, NEXT);
        }
        return entry;
    }

    private boolean hasKey(final int entry, final FragmentView fragment) {
        final int at = entry * ENTRY_BYTES;
        for (int i = 0; i < FragmentView.KEY_LONGS; i++) {
            if (entries.getLong(at + i * Long.BYTES) != fragment.key[i]) {
                return false;
            }
        }
        return true;
    }

    /** Opens an entry for a datagram that has none; there must be room. */
    int open(final FragmentView fragment, final int owner, final long nowNs) {
        final int entry = free == NONE ? fresh++ : free;
        free = get(entry, NEXT);
        final int at = entry * ENTRY_BYTES;
        entries.setMemory(at, BOUNDS, (byte) 0);
        for (int i = 0; i < FragmentView.KEY_LONGS; i++) {
            entries.putLong(at + i * Long.BYTES, fragment.key[i]);
        }
        entries.putLong(at + STARTED_NS, nowNs);
        entries.putLong(at + STATION, fragment.stationMac);
        set(entry, OWNER, owner);
        final int hash = fragment.hash(seed);
        final int bucket = hash & buckets.length - 1;
        set(entry, HASH, hash);
        set(entry, NEXT, buckets[bucket]);
        buckets[bucket] = entry;
        appendToAll(entry);
        appendToOwner(entry, owner);
        size++;
        return entry;
    }

    private void appendToAll(final int entry) {
        set(entry, OLDER, youngest);
        if (youngest == NONE) {
            oldest = entry;
        } else {
            set(youngest, YOUNGER, entry);
        }
        youngest = entry;
    }

    private void appendToOwner(final int entry, final int owner) {
        final int last = youngestOfOwner[owner];
        set(entry, OWNER_OLDER, last);
        if (last == NONE) {
            oldestOfOwner[owner] = entry;
        } else {
            set(last, OWNER_YOUNGER, entry);
        }
        youngestOfOwner[owner] = entry;
    }

    /** Closes an entry, which holds no blocks any more. */
    void close(final int entry) {
        unchain(entry);
        final int olderEntry = get(entry, OLDER);
        final int youngerEntry = get(entry, YOUNGER);
        if (olderEntry == NONE) {
            oldest = youngerEntry;
        } else {
            set(olderEntry, YOUNGER, youngerEntry);
        }
        if (youngerEntry == NONE) {
            youngest = olderEntry;
        } else {
            set(youngerEntry, OLDER, olderEntry);
        }
        removeFromOwner(entry, get(entry, OWNER));
        set(entry, NEXT, free);
        free = entry;
        size--;
    }

    private void unchain(final int entry) {
        final int bucket = get(entry, HASH) & buckets.length - 1;
        if (buckets[bucket] == entry) {
            buckets[bucket] = get(entry, NEXT);
            return;
        }
        int before = buckets[bucket];
        while (get(before, NEXT) != entry) {
            before = get(before, NEXT);
        }
        set(before, NEXT, get(entry, NEXT));
    }

    private void removeFromOwner(final int entry, final int owner) {
        final int olderEntry = get(entry, OWNER_OLDER);
        final int youngerEntry = get(entry, OWNER_YOUNGER);
        if (olderEntry == NONE) {
            oldestOfOwner[owner] = youngerEntry;
        } else {
            set(olderEntry, OWNER_YOUNGER, youngerEntry);
        }
        if (youngerEntry == NONE) {
            youngestOfOwner[owner] = olderEntry;
        } else {
            set(youngerEntry, OWNER_OLDER, olderEntry);
        }
    }

    /** The oldest of all but one, or {@link #NONE}. */
    int oldestBut(final int spared) {
        return oldest == spared && spared != NONE ? get(spared, YOUNGER) : oldest;
    }

    /** The oldest of an owner's but one, or {@link #NONE}. */
    int oldestBut(final int spared, final int owner) {
        final int first = oldestOfOwner[owner];
        return first == spared && spared != NONE ? get(spared, OWNER_YOUNGER) : first;
    }

    long startedNs(final int entry) {
        return entries.getLong(entry * ENTRY_BYTES + STARTED_NS);
    }

    /** A number of an entry. */
    int get(final int entry, final int field) {
        return entries.getInt(entry * ENTRY_BYTES + field);
    }

    void set(final int entry, final int field, final int value) {
        entries.putInt(entry * ENTRY_BYTES + field, value);
    }

    /** The memory in which {@link #offset} counts. */
    UnsafeBuffer buffer() {
        return entries;
    }

    int offset(final int entry) {
        return entry * ENTRY_BYTES;
    }

    /** Datagrams that wait. */
    int size() {
        return size;
    }

    @Override
    public void close() {
        memory.close();
    }
}
