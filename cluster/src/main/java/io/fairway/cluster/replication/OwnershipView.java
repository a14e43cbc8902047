package io.fairway.cluster.replication;

import java.util.function.IntUnaryOperator;

/** Who owns which bucket, decided by the pair's arbiter and read here; never decided here. Any thread may read. */
public interface OwnershipView {
    /** The node that owns the bucket, 0 or 1. */
    int owner(int bucket);

    /** The bucket's epoch. */
    int epoch(int bucket);

    /** Made of two method references. */
    static OwnershipView of(final IntUnaryOperator owner, final IntUnaryOperator epoch) {
        return new OwnershipView() {
            @Override
            public int owner(final int bucket) {
                return owner.applyAsInt(bucket);
            }

            @Override
            public int epoch(final int bucket) {
                return epoch.applyAsInt(bucket);
            }
        };
    }

    /** A router of one node: it owns everything, for ever. */
    static OwnershipView alone() {
        return of(bucket -> 0, bucket -> 1);
    }
}
