package io.fairway.dataplane.forward;

import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Open addressing over entries that live elsewhere: each place holds an entry's number and its 32-bit hash. Never more
 * than half full, never rehashed; a delete shifts its successors back, so there are no tombstones. The caller compares
 * keys. One thread.
 *
 * <pre>
 * place: 0 u32 entry + 1 (0: empty)   4 u32 hash
 * </pre>
 */
final class HashIndex implements AutoCloseable {
    static final int NONE = -1;

    private static final int PLACE_BYTES = 8;
    private static final int HASH = 4;

    private final AnonymousMemory memory;
    private final UnsafeBuffer places;
    private final int mask;

    /** @param maxEntries most entries ever held at once, up to 2^27 */
    HashIndex(final int maxEntries) {
        final int count = BitUtil.findNextPositivePowerOfTwo(Math.max(8, 2 * maxEntries));
        memory = AnonymousMemory.map((long) count * PLACE_BYTES);
        places = memory.buffer();
        mask = count - 1;
    }

    /** The first place where an entry with this hash can be. */
    int home(final int hash) {
        return hash & mask;
    }

    /** The place behind this one. */
    int next(final int place) {
        return place + 1 & mask;
    }

    /** The entry at a place, or {@link #NONE}. */
    int entryAt(final int place) {
        return places.getInt(place * PLACE_BYTES) - 1;
    }

    /** The hash of the entry at a place. */
    int hashAt(final int place) {
        return places.getInt(place * PLACE_BYTES + HASH);
    }

    /** Adds an entry that is not there. */
    void add(final int entry, final int hash) {
        int place = home(hash);
        while (entryAt(place) != NONE) {
            place = next(place);
        }
        put(place, entry + 1, hash);
    }

    /** Removes an entry that may be there. */
    void remove(final int entry, final int hash) {
        int place = home(hash);
        int found = entryAt(place);
        while (found != entry) {
            if (found == NONE) {
                return;
            }
            place = next(place);
            found = entryAt(place);
        }
        shiftBack(place);
    }

    private void shiftBack(final int freed) {
        int hole = freed;
        int place = next(hole);
        while (entryAt(place) != NONE) {
            final int hash = hashAt(place);
            // An entry may move into the hole if the hole is not before its home.
            if ((place - home(hash) & mask) >= (place - hole & mask)) {
                put(hole, entryAt(place) + 1, hash);
                hole = place;
            }
            place = next(place);
        }
        put(hole, 0, 0);
    }

    private void put(final int place, final int entryPlusOne, final int hash) {
        places.putLong(place * PLACE_BYTES, (entryPlusOne & 0xffff_ffffL) | (long) hash << 32);
    }

    @Override
    public void close() {
        memory.close();
    }
}
