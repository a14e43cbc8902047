package io.fairway.ha.arbiter.search;

import io.fairway.ha.arbiter.NodeReport;
import io.fairway.ha.arbiter.PairEvent;
import io.fairway.ha.arbiter.PairState;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongArrayList;
import org.agrona.collections.LongHashSet;

/**
 * L3: from every state, when all links are whole, both nodes run, copies are made and an operator lets things move,
 * each node comes to own and to lead what is at home there, within a bound. What follows a healed state is certain, so
 * a milestone on the way of an earlier one ends the way: its distance is known.
 */
final class Healing {
    /** A hold-down, and 512 buckets that go home one after the other, some steps each. */
    private static final int MOST_STEPS = 3_000;

    private static final int UNKNOWN = -1;

    /** Until then, what was before the healing still shows, and both nodes have told each other their epochs. */
    private static final int CALM_STEPS = 20;

    /** One state in so many is remembered on the way; every way soon comes past one. */
    private static final int MILESTONES = 4;

    private final StateKey key = new StateKey();
    private final LongHashSet healed = new LongHashSet();
    private final Long2LongHashMap stepsLeft = new Long2LongHashMap(UNKNOWN);
    private final LongArrayList milestones = new LongArrayList();
    private final IntArrayList milestonesAt = new IntArrayList();
    private long longest;

    /** The most steps that were needed. */
    long longest() {
        return longest;
    }

    /** How many healed states were followed. */
    int followed() {
        return healed.size();
    }

    /** Destroys the world. */
    void demand(final SearchWorld world) {
        heal(world);
        if (!healed.add(key.of(world))) {
            return;
        }
        milestones.clear();
        milestonesAt.clear();
        int steps = 0;
        long left = atHome(world) ? 0 : UNKNOWN;
        while (left == UNKNOWN) {
            if (steps == MOST_STEPS) {
                throw new Violation("L3", "a healed pair is not as planned after " + MOST_STEPS + " steps");
            }
            tend(world);
            world.run(1);
            steps++;
            left = atHome(world) ? 0 : left(world, steps);
        }
        for (int i = 0; i < milestones.size(); i++) {
            stepsLeft.put(milestones.getLong(i), left + steps - milestonesAt.getInt(i));
        }
        longest = Math.max(longest, left + steps);
        if (left + steps > MOST_STEPS) {
            throw new Violation("L3", "a healed pair needs " + (left + steps) + " steps");
        }
    }

    private long left(final SearchWorld world, final int steps) {
        if (steps < CALM_STEPS || !paired(world.node(0)) || !paired(world.node(1))) {
            return UNKNOWN;
        }
        final long here = key.ofHealed(world);
        if (here % MILESTONES != 0) {
            return UNKNOWN;
        }
        final long left = stepsLeft.get(here);
        if (left == UNKNOWN) {
            milestones.addLong(here);
            milestonesAt.addInt(steps);
        }
        return left;
    }

    private static void heal(final SearchWorld world) {
        for (int link = 0; link < SearchWorld.LINKS; link++) {
            world.block(link, 0, false);
            world.block(link, 1, false);
        }
        for (int id = 0; id < 2; id++) {
            world.node(id).plugged = true;
            world.node(id).frozen = false;
            world.node(id).untold = 0;
            world.reachWitness(id, true);
        }
    }

    /** What sentinel, journal and operator do. */
    private static void tend(final SearchWorld world) {
        for (int id = 0; id < 2; id++) {
            final SearchNode node = world.node(id);
            if (node.arbiter == null) {
                world.boot(id);
                node.untold = 0;
                continue;
            }
            if (node.arbiter.state() == PairState.SYNCING && !node.arbiter.synced()) {
                world.synced(id);
            }
            final NodeReport report = node.arbiter.report();
            if (report.drained() || report.frozen()) {
                world.order(id, PairEvent.Order.RESUME);
            }
        }
    }

    private static boolean paired(final SearchNode node) {
        return node.running() && node.arbiter.state() == PairState.PAIRED;
    }

    private static boolean atHome(final SearchWorld world) {
        for (int id = 0; id < 2; id++) {
            final SearchNode node = world.node(id);
            if (!paired(node)
                    || !node.sends(world.nowNs())
                    || node.leaders != 1L << id
                    || !node.gate[id].isAllOf(id)
                    || !world.node(1 - id).gate[id].isAllOf(id)) {
                return false;
            }
        }
        return true;
    }
}
