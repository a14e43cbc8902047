package io.fairway.ha.arbiter;

import io.fairway.ha.arbiter.PairAction.Note;
import io.fairway.ha.arbiter.PairAction.Refuse;
import io.fairway.ha.arbiter.PairAction.SettleBucket;
import io.fairway.ha.arbiter.PairAction.UnsettleBucket;
import java.util.List;

/**
 * Gives buckets to a living partner, one after the other: a bucket is settled first, then given at a new epoch, then
 * the partner says that it owns it. By itself it gives what is at home there, after a hold-down that doubles with every
 * change of owner; after too many changes it waits for an operator. An operator may empty a node, stop all that moves
 * by itself, and resume. Pure; the arbiter uses it.
 */
final class Handover {
    private static final long SETTLE_LIMIT_NS = 2_000_000_000L;
    private static final long RETRY_NS = 1_000_000_000L;
    private static final long LONGEST_HOLD_NS = 60_000_000_000L;
    private static final long MEMORY_NS = 60_000_000_000L;
    private static final int MOST_CHANGES = 3;
    private static final int NONE = -1;

    private final ArbiterSettings settings;
    private final Claims claims;
    private final long[] changedNs = new long[MOST_CHANGES];
    private int changes;

    private boolean drained;
    private boolean frozen;
    private long wellSinceNs;
    private int settling = NONE;
    private int given = NONE;
    private long settleDeadlineNs;
    private long retryNs;

    Handover(final ArbiterSettings settings, final Claims claims, final long nowNs) {
        this.settings = settings;
        this.claims = claims;
        drained = settings.drained();
        wellSinceNs = nowNs;
        retryNs = nowNs;
    }

    boolean drained() {
        return drained;
    }

    boolean frozen() {
        return frozen;
    }

    /** An operator wants things to move, or not to. */
    void onOrder(
            final PairEvent.Order order, final PairState state, final Partner partner, final List<PairAction> actions) {
        final boolean leaving = order == PairEvent.Order.HANDOVER || order == PairEvent.Order.DRAIN;
        final String obstacle = leaving ? obstacle(state, partner) : null;
        if (obstacle != null) {
            actions.add(new Refuse(obstacle));
            return;
        }
        switch (order) {
            case HANDOVER, DRAIN -> drained = true;
            case FREEZE -> frozen = true;
            case RESUME -> {
                drained = false;
                frozen = false;
                changes = 0;
            }
            case FENCE -> throw new IllegalArgumentException("nothing is handed to a partner that is fenced off");
        }
        actions.add(new Note("ordered: " + order.sentence()));
    }

    /** Why the partner cannot take what is here, or null. */
    private static String obstacle(final PairState state, final Partner partner) {
        if (!partner.alive()) {
            return "the partner is not there to take over";
        }
        if (partner.report().drained()) {
            return "the partner is drained itself; 'fairway pair resume' there ends it";
        }
        return state == PairState.PAIRED && partner.paired() ? null : "the partner does not have every session yet";
    }

    /** Both nodes are well from now on. */
    void onPaired(final long nowNs) {
        wellSinceNs = nowNs;
    }

    /** This node took over from its partner. */
    void onTakeover(final long nowNs, final List<PairAction> actions) {
        final int oldest = changes % changedNs.length;
        final boolean often = changes >= changedNs.length && nowNs - changedNs[oldest] < MEMORY_NS;
        changedNs[oldest] = nowNs;
        changes++;
        if (often && !frozen) {
            frozen = true;
            actions.add(new Note("more than " + MOST_CHANGES + " changes of owner within " + MEMORY_NS / 1_000_000_000
                    + " s: nothing goes back by itself until 'fairway pair resume'"));
        }
    }

    /** The partner cannot take anything now. */
    void stop(final String why, final List<PairAction> actions) {
        if (settling != NONE) {
            actions.add(new UnsettleBucket(settling, why));
            settling = NONE;
        }
        given = NONE;
    }

    /** Whether both have been well for long enough that things may go home. */
    boolean mayGoHome(final NodeReport partner, final long nowNs) {
        return !frozen && !partner.frozen() && nowNs - wellSinceNs >= holdDownNs(nowNs);
    }

    private long holdDownNs(final long nowNs) {
        int recent = 0;
        for (int i = 0; i < Math.min(changes, changedNs.length); i++) {
            recent += nowNs - changedNs[i] < MEMORY_NS ? 1 : 0;
        }
        return Math.min(LONGEST_HOLD_NS, settings.holdDownNs() << Math.max(0, recent - 1));
    }

    /** Time passes while both nodes live, hear each other and have every session. */
    void step(
            final NodeReport own,
            final NodeReport partner,
            final boolean copiesEqual,
            final long nowNs,
            final List<PairAction> actions) {
        if (given != NONE && (claims.owns(given) || isTaken(partner))) {
            given = NONE;
        }
        if (settling != NONE && nowNs - settleDeadlineNs >= 0) {
            stop("its sessions did not settle in time", actions);
            retryNs = nowNs + RETRY_NS;
        }
        if (settling != NONE || given != NONE || nowNs - retryNs < 0) {
            return;
        }
        final boolean evicted = drained && !partner.drained();
        if (!copiesEqual || !evicted && !mayGoHome(partner, nowNs)) {
            return;
        }
        for (int home = 0; home < 2 && settling == NONE; home++) {
            if (evicted || isTheirs(home, own, partner)) {
                settle(claims.nextToGive(home), nowNs, actions);
            }
        }
    }

    /** The partner says that it has what was given; if that went unheard, it may have given it back already. */
    private boolean isTaken(final NodeReport partner) {
        return partner.home(given >>> 8).at(given & 0xff).owner() == settings.partner();
    }

    /** The buckets of a home are with its node if traffic reaches that. */
    private boolean isTheirs(final int home, final NodeReport own, final NodeReport partner) {
        return home == settings.partner() && own.drained() == partner.drained() && partner.leaderMask() != 0;
    }

    private void settle(final int bucket, final long nowNs, final List<PairAction> actions) {
        if (bucket != NONE) {
            settling = bucket;
            settleDeadlineNs = nowNs + SETTLE_LIMIT_NS;
            actions.add(new SettleBucket(bucket));
        }
    }

    /** Nothing more will be written about a bucket, and the partner has all that was. */
    void onSettled(final int bucket, final List<PairAction> actions) {
        if (bucket == settling && claims.owns(bucket)) {
            settling = NONE;
            given = bucket;
            claims.give(bucket, actions);
        }
    }
}
