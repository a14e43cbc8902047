package io.fairway.ha.owner;

import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.ha.arbiter.BucketRange;

/** Writes the send gate. The pair's thread uses it; it decides nothing. */
final class GateKeeper {
    private final OwnershipGate gate;
    private long unlinkedMask;

    /** Takes over the gate's file from an earlier process: closed, nothing owned, nothing led. */
    GateKeeper(final OwnershipGate gate, final int node) {
        this.gate = gate;
        gate.setValidUntilNs(0);
        gate.setSelf(node);
        for (int i = 0; i < Long.SIZE; i++) {
            gate.setLeader(i, false);
        }
        set(BucketRange.all(0), 1 - node, 0);
        set(BucketRange.all(1), 1 - node, 0);
        gate.setUnlinked(0);
        gate.reopen();
    }

    void setLease(final long untilNs) {
        // 0 is the closed gate's word, not a time.
        gate.setValidUntilNs(untilNs == 0 ? 1 : untilNs);
    }

    void close() {
        gate.setValidUntilNs(0);
    }

    void set(final BucketRange buckets, final int owner, final int epoch) {
        for (int bucket = buckets.firstBucket(); bucket < buckets.endBucket(); bucket++) {
            gate.setBucket(bucket, owner, epoch);
        }
    }

    void setLeaders(final long mask, final boolean leads) {
        for (int i = 0; i < Long.SIZE; i++) {
            if ((mask >>> i & 1) != 0) {
                gate.setLeader(i, leads);
            }
        }
    }

    /** Says which of these interfaces have a link. */
    void setLinks(final long all, final long linked) {
        final long unlinked = all & ~linked;
        if (unlinked != unlinkedMask) {
            unlinkedMask = unlinked;
            gate.setUnlinked(unlinked);
        }
    }

    /** Most time left in the lease; negative or 0: closed. */
    long leaseLeftNs(final long nowNs) {
        return gate.validUntilNs() == 0 ? 0 : gate.validUntilNs() - nowNs;
    }
}
