package io.fairway.dataplane.svr;

import org.agrona.MutableDirectBuffer;

/**
 * Which packet numbers were seen (RFC 6479): the highest, and a ring of bits for those below it. The state is bytes of
 * the caller's, zero at first, so that a million of them need no objects. Stateless.
 *
 * <pre>
 * 0 u64 highest, 0 before the first   8 bits of the last {@link #BITS} numbers, a ring of words
 * </pre>
 */
public final class ReplayWindow {
    /** Bytes of a window. */
    public static final int LENGTH = 8 + 1024 / 8;

    /** How far behind the highest a number may be, at least. */
    public static final int SPAN = 1024 - 64;

    private static final int BITS = 1024;
    private static final int WORDS = BITS / 64;
    private static final int RING = 8;

    private ReplayWindow() {}

    /** Whether a packet with this number, 1 and up, may still come. */
    public static boolean mayCome(final MutableDirectBuffer buffer, final int offset, final long number) {
        final long highest = buffer.getLong(offset);
        if (number > highest) {
            return true;
        }
        return highest - number < SPAN && (buffer.getLong(word(offset, number)) & 1L << number) == 0;
    }

    /** Notes a packet that may come and was authenticated. */
    public static void note(final MutableDirectBuffer buffer, final int offset, final long number) {
        final long highest = buffer.getLong(offset);
        if (number > highest) {
            final long words = Math.min((number >>> 6) - (highest >>> 6), WORDS);
            for (long i = 1; i <= words; i++) {
                buffer.putLong(word(offset, (highest | 63) + 64 * i), 0);
            }
            buffer.putLong(offset, number);
        }
        final int word = word(offset, number);
        buffer.putLong(word, buffer.getLong(word) | 1L << number);
    }

    /** Forgets everything. */
    public static void reset(final MutableDirectBuffer buffer, final int offset) {
        buffer.setMemory(offset, LENGTH, (byte) 0);
    }

    private static int word(final int offset, final long number) {
        return offset + RING + (int) (number >>> 6 & WORDS - 1) * Long.BYTES;
    }
}
