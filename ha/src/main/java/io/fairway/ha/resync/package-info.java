/**
 * How two copies become one again, pure: {@link ResyncRules} decides about single records, {@link BucketSet} names the
 * buckets that a sender speaks for, {@link SnapshotCursor} walks a replica while it changes, {@link SessionDigest}
 * compares copies without an order.
 */
package io.fairway.ha.resync;
