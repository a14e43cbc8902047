package io.fairway.ha.resync;

import io.fairway.model.pair.BucketId;
import java.util.function.IntPredicate;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** A set of buckets in 64 bytes. One thread. */
public final class BucketSet {
    /** Bytes on the wire. */
    public static final int LENGTH = BucketId.COUNT / 8;

    /** No bucket, in {@link #next}. */
    public static final int NONE = -1;

    private final long[] words = new long[BucketId.COUNT / 64];

    /** Becomes the buckets that satisfy this. */
    public void assign(final IntPredicate member) {
        clear();
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            if (member.test(bucket)) {
                add(bucket);
            }
        }
    }

    /** Keeps only those that satisfy this as well. */
    public void retain(final IntPredicate member) {
        for (int bucket = next(0); bucket != NONE; bucket = next(bucket + 1)) {
            if (!member.test(bucket)) {
                remove(bucket);
            }
        }
    }

    public void clear() {
        for (int word = 0; word < words.length; word++) {
            words[word] = 0;
        }
    }

    public void add(final int bucket) {
        words[bucket >> 6] |= 1L << bucket;
    }

    public void remove(final int bucket) {
        words[bucket >> 6] &= ~(1L << bucket);
    }

    public boolean contains(final int bucket) {
        return (words[bucket >> 6] & 1L << bucket) != 0;
    }

    public boolean isEmpty() {
        return next(0) == NONE;
    }

    /** How many there are. */
    public int size() {
        int size = 0;
        for (final long word : words) {
            size += Long.bitCount(word);
        }
        return size;
    }

    /** The first member from this bucket on, or {@link #NONE}. */
    public int next(final int from) {
        for (int word = from >> 6; word < words.length; word++) {
            final long rest = word == from >> 6 ? words[word] & -1L << from : words[word];
            if (rest != 0) {
                return (word << 6) + Long.numberOfTrailingZeros(rest);
            }
        }
        return NONE;
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
