package io.fairway.deploy.sim;

/**
 * The Random door: one stream of numbers (SplitMix64) with a name, so that drawing more for one thing changes nothing
 * else.
 */
final class SimRandom {
    private long state;

    /** The stream of this name of a seed. */
    SimRandom(final long seed, final String name) {
        state = mix(seed * 0x9e37_79b9_7f4a_7c15L + name.hashCode());
    }

    long nextLong() {
        state += 0x9e37_79b9_7f4a_7c15L;
        return mix(state);
    }

    /** 0 to bound - 1. */
    int below(final int bound) {
        return (int) Math.floorMod(nextLong() >>> 1, (long) bound);
    }

    /** From lowest to highest, both inclusive. */
    long between(final long lowest, final long highest) {
        return lowest + Math.floorMod(nextLong() >>> 1, highest - lowest + 1);
    }

    /** Whether something with this probability happens now. */
    boolean chance(final int perMillion) {
        return perMillion > 0 && below(1_000_000) < perMillion;
    }

    static long mix(final long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ mixed >>> 31;
    }
}
