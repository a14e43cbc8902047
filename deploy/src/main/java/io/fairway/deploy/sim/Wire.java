package io.fairway.deploy.sim;

/**
 * The Link door: one direction of a way between the two nodes, and all that can be wrong with it. Amounts are per
 * million frames.
 */
final class Wire {
    private static final long BASE_NS = 60_000;
    private static final long SPREAD_NS = 60_000;
    private static final long RETRANSMIT_NS = 2_000_000;

    private final SimRandom random;
    int cut;
    int journalBlocked;
    int beatsBlocked;
    int lost;
    int repeated;
    int corrupted;
    int reordered;
    long delayNs;
    private long lastOrderedNs;

    Wire(final SimRandom random) {
        this.random = random;
    }

    void heal() {
        cut = 0;
        journalBlocked = 0;
        beatsBlocked = 0;
        lost = 0;
        repeated = 0;
        corrupted = 0;
        reordered = 0;
        delayNs = 0;
    }

    /** Whether nothing passes. */
    boolean isCut() {
        return cut > 0;
    }

    boolean loses() {
        return random.chance(lost);
    }

    boolean repeats() {
        return random.chance(repeated);
    }

    /** Spoils a bit of the frame, or not. */
    void corrupt(final byte[] frame) {
        if (random.chance(corrupted)) {
            frame[random.below(frame.length)] ^= (byte) (1 << random.below(8));
        }
    }

    /** How long a datagram is under way. */
    long latencyNs() {
        final long late = random.chance(reordered) ? random.between(0, 5_000_000) : 0;
        return BASE_NS + random.between(0, SPREAD_NS) + delayNs + late;
    }

    /** When the next frame of a stream arrives that repairs losses and keeps its order. */
    long orderedArrivalNs(final long nowNs) {
        long atNs = nowNs + BASE_NS + random.between(0, SPREAD_NS) + delayNs;
        for (int i = 0; i < 50 && loses(); i++) {
            atNs += RETRANSMIT_NS;
        }
        lastOrderedNs = Math.max(lastOrderedNs, atNs);
        return lastOrderedNs;
    }
}
