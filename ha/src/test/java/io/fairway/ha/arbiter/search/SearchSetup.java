package io.fairway.ha.arbiter.search;

import io.fairway.ha.arbiter.ArbiterSettings;
import java.util.Set;

/**
 * What does not change during a search.
 *
 * @param name what is searched, in a word
 * @param moves what may happen
 * @param fence a means is configured that cuts the partner off
 * @param fenceWorks it does so
 * @param build what is between the arbiters and their nodes
 */
record SearchSetup(String name, Set<Move.Kind> moves, boolean fence, boolean fenceWorks, SearchBuild build) {
    static final long MS = 1_000_000;

    /** The grain of time: both nodes take a turn, beats go their way. */
    static final long STEP_NS = 5 * MS;

    static final long LEASE_NS = 20 * MS;
    static final long DRIFT_NS = 5 * MS;
    static final long COLD_START_NS = 80 * MS;
    static final long HOLD_DOWN_NS = 20 * MS;

    /** The shared interfaces. */
    static final long ALL = 0b11;

    /** Whether a witness is configured; then the nodes may lose sight of each other in any way. */
    boolean witnessed() {
        return moves.contains(Move.Kind.WITNESS_LOST);
    }

    ArbiterSettings settings(final int id, final long incarnation) {
        return new ArbiterSettings(
                id,
                incarnation,
                LEASE_NS,
                DRIFT_NS,
                COLD_START_NS,
                HOLD_DOWN_NS,
                1L << id,
                ALL,
                ALL,
                0,
                false,
                witnessed(),
                fence);
    }
}
