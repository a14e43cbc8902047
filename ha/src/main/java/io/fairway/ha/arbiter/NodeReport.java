package io.fairway.ha.arbiter;

/**
 * What a node says of itself in every beat.
 *
 * @param state its state
 * @param deadIncarnation the highest incarnation of its partner that it declared dead
 * @param knownIncarnation the highest one it has heard of
 * @param home0 its view of the buckets of home node 0
 * @param home1 its view of the buckets of home node 1
 * @param leaderMask the interfaces it leads
 * @param givenMask the interfaces that its partner must lead
 * @param linkMask the interfaces that have a link
 * @param healthyMask the interfaces that it could lead: with a link, and a gateway that answers
 * @param synced whether it has a copy of every session of its partner
 * @param drained whether an operator wants it to own and lead nothing
 * @param frozen whether nothing may move between the nodes by itself
 */
public record NodeReport(
        PairState state,
        long deadIncarnation,
        long knownIncarnation,
        HomeClaim home0,
        HomeClaim home1,
        long leaderMask,
        long givenMask,
        long linkMask,
        long healthyMask,
        boolean synced,
        boolean drained,
        boolean frozen) {
    /** Its view of one home. */
    public HomeClaim home(final int homeNode) {
        return homeNode == 0 ? home0 : home1;
    }

    /** Whether a node owns something in this view. */
    public boolean hasAnyOf(final int node) {
        return home0.hasAnyOf(node) || home1.hasAnyOf(node);
    }
}
