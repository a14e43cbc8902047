/** Buckets and the send gate's memory: {@link BucketId}, {@link GateLayout}. */
package io.fairway.model.pair;
