package io.fairway.ha.arbiter.search;

import io.fairway.ha.arbiter.PairEvent;
import io.fairway.ha.arbiter.PairState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One event of a sequence: time passes, or something happens at once.
 *
 * @param kind what
 * @param node to which node, or from which; 0 where it is nobody's
 * @param link on which link; 0 where it is on none
 */
record Move(Kind kind, int node, int link) {
    /** What may happen. */
    enum Kind {
        /** A step: one exchange of beats. */
        BEAT,
        /** Longer than a lease and a drift. */
        LEASE,
        /** Longer than a cold start. */
        COLD_START,
        KILL,
        /** The sentinel tells of a dead process, perhaps long after the next one was started. */
        NOTICE,
        RESTART,
        FREEZE,
        THAW,
        /** The node has copied every session of its partner. */
        SYNCED,
        UNPLUG,
        PLUG,
        LINK_DOWN,
        LINK_UP,
        ONE_WAY_DOWN,
        ONE_WAY_UP,
        WITNESS_LOST,
        WITNESS_BACK,
        /** An operator empties the node; handover is the same to the arbiter. */
        DRAIN,
        STOP_MOVING,
        RESUME,
        /** An operator says that the partner is dead; it is. */
        DECLARED_DEAD;

        /** Whether it touches nothing but what surrounds the nodes, closes gates only, and healing undoes it. */
        boolean isUndoneByHealing() {
            return switch (this) {
                case FREEZE, UNPLUG, LINK_DOWN, LINK_UP, ONE_WAY_DOWN, ONE_WAY_UP, WITNESS_LOST, WITNESS_BACK -> true;
                default -> false;
            };
        }
    }

    private static final Set<Kind> FAULTS = EnumSet.of(
            Kind.BEAT,
            Kind.LEASE,
            Kind.COLD_START,
            Kind.KILL,
            Kind.NOTICE,
            Kind.RESTART,
            Kind.FREEZE,
            Kind.THAW,
            Kind.SYNCED,
            Kind.DRAIN);

    private static final int LEASE_STEPS =
            (int) ((SearchSetup.LEASE_NS + SearchSetup.DRIFT_NS) / SearchSetup.STEP_NS) + 1;
    private static final int COLD_START_STEPS = (int) (SearchSetup.COLD_START_NS / SearchSetup.STEP_NS) + 2;

    /** What may always happen, and this. */
    static Set<Kind> faultsAnd(final Kind... more) {
        final Set<Kind> kinds = EnumSet.copyOf(FAULTS);
        kinds.addAll(List.of(more));
        return kinds;
    }

    /** All moves of a search, those of one kind beside each other. */
    static List<Move> of(final SearchSetup setup) {
        final List<Move> moves = new ArrayList<>();
        for (final Kind kind : setup.moves()) {
            switch (kind) {
                case BEAT, LEASE, COLD_START -> moves.add(new Move(kind, 0, 0));
                case LINK_DOWN, LINK_UP -> onLinks(moves, kind, 1);
                case ONE_WAY_DOWN, ONE_WAY_UP -> onLinks(moves, kind, 2);
                default -> onNodes(moves, kind);
            }
        }
        return moves;
    }

    private static void onNodes(final List<Move> moves, final Kind kind) {
        moves.add(new Move(kind, 0, 0));
        moves.add(new Move(kind, 1, 0));
    }

    private static void onLinks(final List<Move> moves, final Kind kind, final int directions) {
        for (int link = 0; link < SearchWorld.LINKS; link++) {
            for (int from = 0; from < directions; from++) {
                moves.add(new Move(kind, from, link));
            }
        }
    }

    boolean possible(final SearchWorld world) {
        final SearchNode it = world.node(node);
        final SearchNode other = world.node(1 - node);
        return switch (kind) {
            case BEAT, LEASE, COLD_START -> true;
            case KILL -> it.arbiter != null;
            case NOTICE -> it.untold != 0 && other.arbiter != null && world.passable(node);
            case RESTART -> it.arbiter == null;
            case FREEZE, STOP_MOVING -> it.running();
            case THAW -> it.frozen;
            case SYNCED -> it.running() && it.arbiter.state() == PairState.SYNCING && !it.arbiter.synced();
            case UNPLUG -> it.plugged;
            case PLUG -> !it.plugged;
            case LINK_DOWN, ONE_WAY_DOWN -> !world.isBlocked(link, node);
            case LINK_UP, ONE_WAY_UP -> world.isBlocked(link, node);
            case WITNESS_LOST -> world.reachesWitness(node);
            case WITNESS_BACK -> !world.reachesWitness(node);
            case DRAIN -> it.running() && !it.arbiter.report().drained();
            case RESUME -> it.running() && moves(it);
            case DECLARED_DEAD -> it.running() && other.arbiter == null;
        };
    }

    private static boolean moves(final SearchNode node) {
        return node.arbiter.report().drained() || node.arbiter.report().frozen();
    }

    void make(final SearchWorld world) {
        final SearchNode it = world.node(node);
        switch (kind) {
            case BEAT -> world.run(1);
            case LEASE -> world.run(LEASE_STEPS);
            case COLD_START -> world.run(COLD_START_STEPS);
            case KILL -> it.die();
            case NOTICE -> world.tell(node);
            case RESTART -> world.boot(node);
            case FREEZE -> it.frozen = true;
            case THAW -> {
                it.frozen = false;
                world.check();
            }
            case SYNCED -> world.synced(node);
            case UNPLUG -> it.plugged = false;
            case PLUG -> {
                it.plugged = true;
                world.check();
            }
            case LINK_DOWN, LINK_UP -> {
                world.block(link, 0, kind == Kind.LINK_DOWN);
                world.block(link, 1, kind == Kind.LINK_DOWN);
            }
            case ONE_WAY_DOWN, ONE_WAY_UP -> world.block(link, node, kind == Kind.ONE_WAY_DOWN);
            case WITNESS_LOST, WITNESS_BACK -> world.reachWitness(node, kind == Kind.WITNESS_BACK);
            case DRAIN -> world.order(node, PairEvent.Order.DRAIN);
            case STOP_MOVING -> world.order(node, PairEvent.Order.FREEZE);
            case RESUME -> world.order(node, PairEvent.Order.RESUME);
            case DECLARED_DEAD -> world.order(node, PairEvent.Order.FENCE);
        }
    }

    @Override
    public String toString() {
        return switch (kind) {
            case BEAT, LEASE, COLD_START -> kind.name();
            case LINK_DOWN, LINK_UP -> kind + " link" + link;
            case ONE_WAY_DOWN, ONE_WAY_UP -> kind + " link" + link + " from node" + node;
            default -> kind + " node" + node;
        };
    }
}
