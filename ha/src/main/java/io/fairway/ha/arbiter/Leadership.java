package io.fairway.ha.arbiter;

import io.fairway.ha.arbiter.PairAction.LeadInterfaces;
import io.fairway.ha.arbiter.PairAction.ReleaseInterfaces;
import java.util.List;

/**
 * Which of two living nodes leads which interface: one that has a link, one whose gateway answers, one that is not
 * drained, the preferred one where that is configured to take it back, else the one that does. Only the leader gives an
 * interface away, the partner must take it, and gives it back only when it is known to have it: so no two ever lead
 * one. What only one node has it leads as long as it is part of the pair, and never gives away. Pure; the arbiter uses
 * it.
 */
final class Leadership {
    /** A gateway that dies for both is missed by one of them first, by a question's interval at most. */
    static final long GATEWAY_PATIENCE_NS = 2_000_000_000L;

    private final ArbiterSettings settings;
    private final LastingMask worse;
    private final LastingMask equal;
    private long mask;

    /** Given away, and not yet seen to be led by the partner. */
    private long given;

    Leadership(final ArbiterSettings settings) {
        this.settings = settings;
        worse = new LastingMask(settings.allMask());
        equal = new LastingMask(settings.allMask());
    }

    /** What this node leads. */
    long mask() {
        return mask;
    }

    long given() {
        return given;
    }

    /** Whether the partner says that it leads what this node leads. */
    boolean disputed(final NodeReport partner) {
        return (mask & settings.sharedMask() & partner.leaderMask()) != 0;
    }

    /** Takes what nobody else can lead, or what the partner gives. */
    void lead(final long wanted, final List<PairAction> actions) {
        final long more = wanted & ~mask;
        given &= ~wanted;
        if (more != 0) {
            mask |= more;
            actions.add(new LeadInterfaces(more));
        }
    }

    /** Leads nothing any more. */
    void stop(final String why, final List<PairAction> actions) {
        release(mask, why, actions);
        given = 0;
    }

    private void release(final long unwanted, final String why, final List<PairAction> actions) {
        if (unwanted != 0) {
            mask &= ~unwanted;
            actions.add(new ReleaseInterfaces(unwanted, why));
        }
    }

    /**
     * Both nodes live and hear each other.
     *
     * @param own what this node says of itself
     * @param partner what its partner says of itself
     * @param settled both have been well for so long that interfaces may go back to the preferred node
     */
    void share(
            final NodeReport own,
            final NodeReport partner,
            final boolean settled,
            final long nowNs,
            final List<PairAction> actions) {
        given &= ~partner.leaderMask();
        lead(partner.givenMask() & settings.sharedMask(), actions);
        final long known = mask & settings.sharedMask() & ~partner.givenMask();
        final long cannot = known & partner.linkMask() & ~own.linkMask();
        give(cannot, "the partner can lead it, this node cannot", actions);
        final long linked = known & own.linkMask() & partner.linkMask();
        final long worseHere = linked & partner.healthyMask() & ~own.healthyMask();
        give(
                worse.lasting(worseHere, GATEWAY_PATIENCE_NS, nowNs),
                "its gateway answers the partner, not this node",
                actions);
        final long alike =
                known & mask & ~(own.linkMask() ^ partner.linkMask()) & ~(own.healthyMask() ^ partner.healthyMask());
        // What is ill on both nodes stays where it is.
        final long steady = equal.lasting(alike & partner.healthyMask(), settings.holdDownNs(), nowNs);
        if (own.drained() && !partner.drained()) {
            give(alike, "this node is drained", actions);
        } else if (settled && !partner.drained()) {
            give(steady & settings.revertiveMask() & ~settings.preferredMask(), "the partner is preferred", actions);
        }
    }

    private void give(final long interfaces, final String why, final List<PairAction> actions) {
        given |= interfaces;
        release(interfaces, why, actions);
    }
}
