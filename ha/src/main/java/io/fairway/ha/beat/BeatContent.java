package io.fairway.ha.beat;

import io.fairway.ha.arbiter.HomeClaim;
import io.fairway.ha.arbiter.PairState;

/**
 * What this node says of itself in its beats; made by the pair's thread after each decision, so that an echo and the
 * ownership in one beat always agree.
 *
 * @param state this node's state
 * @param deadIncarnation the highest incarnation of the partner declared dead
 * @param knownIncarnation the highest one heard of
 * @param home0 who owns home 0
 * @param home1 who owns home 1
 * @param leaderMask the interfaces led
 * @param synced whether all of the partner's sessions are here
 * @param echo the newest beat of the partner that the arbiter knows
 */
public record BeatContent(
        PairState state,
        long deadIncarnation,
        long knownIncarnation,
        HomeClaim home0,
        HomeClaim home1,
        long leaderMask,
        boolean synced,
        Echo echo) {
    /** Which beat of the partner is sent back. */
    public record Echo(long incarnation, long sequence, long sentNs) {
        /** Nothing was heard yet. */
        public static final Echo NONE = new Echo(0, 0, 0);
    }
}
