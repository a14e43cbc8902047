package io.fairway.ha.arbiter;

/**
 * What the partner says of itself in a beat.
 *
 * @param incarnation rises with each start of the partner
 * @param state its state
 * @param deadIncarnation the highest incarnation of ours that it declared dead
 * @param knownIncarnation the highest incarnation of ours that it has heard of
 * @param home0 its view of the buckets of home node 0
 * @param home1 its view of the buckets of home node 1
 * @param leaderMask the interfaces it leads
 * @param synced whether it has a copy of every session of ours
 * @param returned whether it echoes a beat of our present incarnation: it hears us, and this beat is no replay
 * @param returnedSentNs when that beat of ours was sent, our clock
 */
public record PartnerBeat(
        long incarnation,
        PairState state,
        long deadIncarnation,
        long knownIncarnation,
        HomeClaim home0,
        HomeClaim home1,
        long leaderMask,
        boolean synced,
        boolean returned,
        long returnedSentNs) {
    /** Its view of one home. */
    public HomeClaim home(final int homeNode) {
        return homeNode == 0 ? home0 : home1;
    }

    /** Whether this node says that it owns something itself. */
    public boolean claimsAnything(final int node) {
        return home0.owner() == node || home1.owner() == node;
    }
}
