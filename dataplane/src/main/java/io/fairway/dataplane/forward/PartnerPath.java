package io.fairway.dataplane.forward;

import io.fairway.model.DropReason;
import io.fairway.model.pair.BucketId;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;

/**
 * Packets of buckets that the partner owns: they cross the fabric to it. While a bucket changes hands, what the partner
 * sends here under a newer epoch than this node knows is held until the gate has followed, and what it sends under an
 * older one goes back under the newer: each crossing back needs a higher epoch, so none goes on for ever. Forwarder's
 * thread.
 */
final class PartnerPath {
    /** A packet's epoch that did not cross. */
    static final int NOT_CROSSED = -1;

    private static final int NONE = FramePool.NONE;
    private static final int MAX_HELD = 1024;
    private static final long HOLD_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final OwnershipGate gate;
    private final CrossingLink crossing;
    private final ForwardCounters counters;
    private final FramePool pool;
    private final long[] heldNs;

    private long nowNs;
    private int first = NONE;
    private int last = NONE;
    private int held;
    private long seenChanges = -1;
    private int owned;

    PartnerPath(
            final OwnershipGate gate,
            final CrossingLink crossing,
            final ForwardCounters counters,
            final FramePool pool) {
        this.gate = gate;
        this.crossing = crossing;
        this.counters = counters;
        this.pool = pool;
        heldNs = new long[pool.count()];
    }

    /** A turn begins. */
    void begin(final long turnNowNs) {
        nowNs = turnNowNs;
    }

    /** Hands a packet to the partner, holds or drops it, if this node does not own its bucket. */
    boolean crossed(final Packet packet, final int bucket) {
        if (gate.owner(bucket) == gate.self()) {
            return false;
        }
        final int epoch = gate.epoch(bucket);
        if (packet.crossedEpoch > epoch) {
            hold(packet, bucket);
        } else if (packet.crossedEpoch == epoch) {
            // Each takes the other for the owner.
            counters.drop(DropReason.STALE_EPOCH);
        } else {
            send(packet, bucket, epoch);
        }
        return true;
    }

    private void send(final Packet packet, final int bucket, final int epoch) {
        if (crossing.send(packet.interfaceIndex, bucket, epoch, packet.buffer, packet.vnet, packet.frameLength)) {
            counters.addCrossedOut();
        } else {
            counters.drop(DropReason.OWNER_UNREACHABLE);
        }
    }

    /**
     * Hands a packet of an unknown flow to the partner if this node owns no bucket: it cannot open sessions.
     *
     * @param key the flow's
     */
    boolean crossedUnknown(final Packet packet, final DirectBuffer key) {
        if (packet.crossedEpoch != NOT_CROSSED || ownsAny()) {
            return false;
        }
        final int bucket = BucketId.of(1 - gate.self(), (long) KeyHash.of(1, key, 0) << Integer.SIZE);
        send(packet, bucket, gate.epoch(bucket));
        return true;
    }

    private boolean ownsAny() {
        final long changes = gate.changes();
        if (changes != seenChanges) {
            seenChanges = changes;
            owned = 0;
            for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
                owned += gate.owner(bucket) == gate.self() ? 1 : 0;
            }
        }
        return owned > 0;
    }

    private void hold(final Packet packet, final int bucket) {
        final int frame = held < MAX_HELD
                ? pool.copy(packet.buffer, packet.vnet, packet.frameLength, packet.interfaceIndex, bucket)
                : NONE;
        if (frame == NONE) {
            counters.drop(DropReason.OWNER_CHANGING);
            return;
        }
        heldNs[frame] = nowNs;
        append(frame);
    }

    /** How many packets are held. */
    int held() {
        return held;
    }

    private void append(final int frame) {
        pool.setNext(frame, NONE);
        if (first == NONE) {
            first = frame;
        } else {
            pool.setNext(last, frame);
        }
        last = frame;
        held++;
    }

    /** What is held goes on if its bucket is this node's now, and ends if it never became so. */
    int release(final Ingress ingress) {
        if (first == NONE) {
            return 0;
        }
        int frame = first;
        first = NONE;
        last = NONE;
        held = 0;
        int released = 0;
        while (frame != NONE) {
            final int next = pool.next(frame);
            if (gate.owner(pool.tag(frame)) == gate.self()) {
                ingress.onHeld(pool, frame, gate.epoch(pool.tag(frame)));
                pool.giveBack(frame);
                released++;
            } else if (nowNs - heldNs[frame] >= HOLD_NS) {
                counters.drop(DropReason.OWNER_CHANGING);
                pool.giveBack(frame);
            } else {
                append(frame);
            }
            frame = next;
        }
        return released;
    }
}
