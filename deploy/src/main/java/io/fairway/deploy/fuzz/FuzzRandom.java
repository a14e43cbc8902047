package io.fairway.deploy.fuzz;

import java.util.random.RandomGenerator;

/**
 * Random numbers of one input, the same ones wherever and whenever it is run (SplitMix64). One object, set anew for
 * every input by the thread that owns it.
 */
final class FuzzRandom implements RandomGenerator {
    private static final long GOLDEN_GAMMA = 0x9e37_79b9_7f4a_7c15L;

    private long state;

    /** Begins the numbers of an input. */
    void begin(final long seed, final long input) {
        state = mix(seed) ^ mix(input * GOLDEN_GAMMA + 1);
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    @Override
    public int nextInt(final int bound) {
        return (int) ((nextLong() >>> 32) * bound >>> 32);
    }

    /** Whether one of so many cases is met. */
    boolean oneIn(final int cases) {
        return nextInt(cases) == 0;
    }

    /** Fills a range of bytes. */
    void fill(final byte[] bytes, final int offset, final int length) {
        long word = 0;
        for (int i = 0; i < length; i++) {
            word = (i & 7) == 0 ? nextLong() : word >>> 8;
            bytes[offset + i] = (byte) word;
        }
    }

    private static long mix(final long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ mixed >>> 31;
    }
}
