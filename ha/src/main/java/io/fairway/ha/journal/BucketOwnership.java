package io.fairway.ha.journal;

import io.fairway.dataplane.forward.OwnershipGate;

/** Which buckets this node owns at this moment. Read by the pair's thread. */
public interface BucketOwnership {
    /** Whether this node owns the bucket. */
    boolean mine(int bucket);

    /** The bucket's epoch as this node knows it. */
    int epoch(int bucket);

    /** As the gate says. */
    static BucketOwnership of(final OwnershipGate gate, final int nodeId) {
        return new BucketOwnership() {
            @Override
            public boolean mine(final int bucket) {
                return gate.owner(bucket) == nodeId;
            }

            @Override
            public int epoch(final int bucket) {
                return gate.epoch(bucket);
            }
        };
    }
}
