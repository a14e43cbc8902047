package io.fairway.ha.arbiter;

import io.fairway.model.pair.BucketId;

/**
 * Neighbouring buckets of one home.
 *
 * @param homeNode their home
 * @param from the first one's place in its home, 0 to 255
 * @param to the place behind the last one, 1 to 256
 */
public record BucketRange(int homeNode, int from, int to) {
    /** All of a home. */
    public static BucketRange all(final int homeNode) {
        return new BucketRange(homeNode, 0, BucketId.PER_NODE);
    }

    /** The first one's bucket id. */
    public int firstBucket() {
        return homeNode * BucketId.PER_NODE + from;
    }

    /** The bucket id behind the last one's. */
    public int endBucket() {
        return homeNode * BucketId.PER_NODE + to;
    }
}
