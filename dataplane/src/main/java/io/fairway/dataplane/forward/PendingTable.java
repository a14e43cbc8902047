package io.fairway.dataplane.forward;

import io.fairway.model.session.FlowKeyFlyweight;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * New flows that wait for the controller's decision, and the queues of their packets' copies. Bounded in flows and in
 * packets per flow; entries are in the order of their age, so that the expired ones stand first. Forwarder's thread
 * only.
 */
final class PendingTable implements AutoCloseable {
    static final int NONE = -1;

    /** How long a decision may take. */
    static final long EXPIRY_NS = TimeUnit.SECONDS.toNanos(3);

    private static final int ENTRY_SHIFT = 24;

    private final int capacity;
    private final int maxPackets;
    private final long seed = ThreadLocalRandom.current().nextLong();
    private final FramePool pool;
    private final HashIndex index;
    private final AnonymousMemory keyMemory;
    private final UnsafeBuffer keys;
    private final long[] ids;
    private final long[] openedNs;
    private final int[] firstFrame;
    private final int[] lastFrame;
    private final int[] frames;
    private final int[] older;
    private final int[] younger;

    private int freeEntry;
    private int oldest = NONE;
    private int youngest = NONE;
    private int flows;
    private int packets;
    private long generation = 1;

    /**
     * @param capacity most flows, up to 2^24
     * @param maxPackets most packets per flow
     */
    PendingTable(final int capacity, final int maxPackets, final FramePool pool) {
        this.capacity = capacity;
        this.maxPackets = maxPackets;
        this.pool = pool;
        index = new HashIndex(capacity);
        keyMemory = AnonymousMemory.map((long) capacity * FlowKeyFlyweight.LENGTH);
        keys = keyMemory.buffer();
        ids = new long[capacity];
        openedNs = new long[capacity];
        firstFrame = new int[capacity];
        lastFrame = new int[capacity];
        frames = new int[capacity];
        older = new int[capacity];
        younger = new int[capacity];
        for (int entry = 0; entry < capacity; entry++) {
            younger[entry] = entry + 1 == capacity ? NONE : entry + 1;
        }
    }

    /** The entry of this flow, or {@link #NONE}. */
    int find(final DirectBuffer key, final int keyOffset) {
        final int hash = KeyHash.of(seed, key, keyOffset);
        int place = index.home(hash);
        int entry = index.entryAt(place);
        while (entry != NONE) {
            if (index.hashAt(place) == hash
                    && FlowKeyFlyweight.same(keys, entry * FlowKeyFlyweight.LENGTH, key, keyOffset)) {
                return entry;
            }
            place = index.next(place);
            entry = index.entryAt(place);
        }
        return NONE;
    }

    /** The entry with this pending id, or {@link #NONE} if it has expired. */
    int byId(final long pendingId) {
        final int entry = (int) (pendingId & (1 << ENTRY_SHIFT) - 1);
        return pendingId != 0 && entry < capacity && ids[entry] == pendingId ? entry : NONE;
    }

    boolean isFull() {
        return flows == capacity;
    }

    /** Opens an entry for a flow that has none; there must be room. */
    int open(final DirectBuffer key, final int keyOffset, final long nowNs) {
        final int entry = freeEntry;
        freeEntry = younger[entry];
        keys.putBytes(entry * FlowKeyFlyweight.LENGTH, key, keyOffset, FlowKeyFlyweight.LENGTH);
        index.add(entry, KeyHash.of(seed, key, keyOffset));
        ids[entry] = generation++ << ENTRY_SHIFT | entry;
        openedNs[entry] = nowNs;
        firstFrame[entry] = NONE;
        lastFrame[entry] = NONE;
        frames[entry] = 0;
        older[entry] = youngest;
        younger[entry] = NONE;
        if (youngest == NONE) {
            oldest = entry;
        } else {
            younger[youngest] = entry;
        }
        youngest = entry;
        flows++;
        return entry;
    }

    /** Whether another packet of the flow may wait. */
    boolean hasRoom(final int entry) {
        return frames[entry] < maxPackets;
    }

    /** Adds a copy to the flow's queue; there must be room. */
    void queue(final int entry, final int frame) {
        if (firstFrame[entry] == NONE) {
            firstFrame[entry] = frame;
        } else {
            pool.setNext(lastFrame[entry], frame);
        }
        lastFrame[entry] = frame;
        frames[entry]++;
        packets++;
    }

    long id(final int entry) {
        return ids[entry];
    }

    /** Closes an entry; the first of its frames, linked by {@link FramePool#next}, is now the caller's. */
    int close(final int entry) {
        index.remove(entry, KeyHash.of(seed, keys, entry * FlowKeyFlyweight.LENGTH));
        if (older[entry] == NONE) {
            oldest = younger[entry];
        } else {
            younger[older[entry]] = younger[entry];
        }
        if (younger[entry] == NONE) {
            youngest = older[entry];
        } else {
            older[younger[entry]] = older[entry];
        }
        ids[entry] = 0;
        younger[entry] = freeEntry;
        freeEntry = entry;
        flows--;
        packets -= frames[entry];
        return firstFrame[entry];
    }

    /** An entry that has waited for too long, or {@link #NONE}. */
    int expired(final long nowNs) {
        return oldest != NONE && nowNs - openedNs[oldest] >= EXPIRY_NS ? oldest : NONE;
    }

    /** Flows that wait. */
    int flows() {
        return flows;
    }

    /** Packets that wait. */
    int packets() {
        return packets;
    }

    @Override
    public void close() {
        index.close();
        keyMemory.close();
    }
}
