package io.fairway.deploy.sim;

/** The hash of all that was seen at the edges and decided: same seed and commit, same hash. */
final class Trace {
    private long hash = 0x6661_6972_7761_79L;
    private long entries;

    void add(final long what, final long a, final long b) {
        hash = SimRandom.mix(hash + 0x9e37_79b9_7f4a_7c15L ^ what);
        hash = SimRandom.mix(hash ^ a);
        hash = SimRandom.mix(hash ^ b);
        entries++;
    }

    void add(final String what, final long a, final long b) {
        add(what.hashCode(), a, b);
    }

    long hash() {
        return hash;
    }

    long entries() {
        return entries;
    }
}
