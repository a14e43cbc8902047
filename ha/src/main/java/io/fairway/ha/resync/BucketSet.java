package io.fairway.ha.resync;

import io.fairway.model.pair.BucketId;
import java.util.function.IntPredicate;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** A set of buckets in 64 bytes. One thread. */
public final class BucketSet {
    /** Bytes on the wire. */
    public static final int LENGTH = BucketId.COUNT / 8;

    private final long[] words = new long[BucketId.COUNT / 64];

    /** Becomes the buckets that satisfy this. */
    public void assign(final IntPredicate member) {
        for (int word = 0; word < words.length; word++) {
            words[word] = 0;
        }
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            if (member.test(bucket)) {
                words[bucket >> 6] |= 1L << bucket;
            }
        }
    }

    /** Keeps only those that satisfy this as well. */
    public void retain(final IntPredicate member) {
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            if (!member.test(bucket)) {
                words[bucket >> 6] &= ~(1L << bucket);
            }
        }
    }

    public boolean contains(final int bucket) {
        return (words[bucket >> 6] & 1L << bucket) != 0;
    }

    public void encode(final MutableDirectBuffer buffer, final int offset) {
        for (int word = 0; word < words.length; word++) {
            buffer.putLong(offset + word * 8, words[word]);
        }
    }

    public void decode(final DirectBuffer buffer, final int offset) {
        for (int word = 0; word < words.length; word++) {
            words[word] = buffer.getLong(offset + word * 8);
        }
    }
}
