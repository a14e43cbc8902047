package io.fairway.ha.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.pair.BucketId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Searches sequences of faults on two arbiters: every short one, and long ones at random ({@code -Dseed=}). The world
 * throws when two nodes may send for one bucket or when an epoch falls. A silence both ways comes with the loss of one
 * node's links: that two connected nodes cannot tell a perfect split from a death is the price of having no witness.
 */
final class PairArbiterSearchTest {
    private static final long MS = PairWorld.MS;
    private static final int DEPTH = 4;
    private static final long[] WAITS_NS = {5 * MS, 45 * MS};
    private static final int RANDOM_RUNS = 4_000;
    private static final int RANDOM_LENGTH = 40;

    private enum Move {
        FREEZE,
        THAW,
        KILL_TOLD,
        KILL_UNTOLD,
        RESTART,
        DEAFEN,
        UNPLUG,
        HEAL,
        SYNCED,
        HANDOVER,
        RESUME,
        FENCE;

        boolean possible(final PairWorld world, final int id) {
            final WorldNode node = world.nodes[id];
            final WorldNode other = world.nodes[1 - id];
            final boolean whole = !node.deaf && !other.deaf && node.carriers && other.carriers;
            return switch (this) {
                case FREEZE -> node.running();
                case THAW -> node.frozen && node.arbiter != null;
                case KILL_TOLD, KILL_UNTOLD -> node.arbiter != null;
                case RESTART -> node.arbiter == null;
                case DEAFEN, UNPLUG -> whole;
                case HEAL -> node.deaf || !node.carriers;
                case SYNCED -> node.running() && node.arbiter.state() == PairState.SYNCING;
                case HANDOVER, RESUME -> node.running();
                case FENCE -> node.running() && other.arbiter == null;
            };
        }

        void make(final PairWorld world, final int id) {
            switch (this) {
                case FREEZE -> world.freeze(id);
                case THAW -> world.thaw(id);
                case KILL_TOLD -> world.kill(id, true);
                case KILL_UNTOLD -> world.kill(id, false);
                case RESTART -> world.boot(id);
                case DEAFEN -> world.nodes[id].deaf = true;
                case UNPLUG -> world.nodes[id].carriers = false;
                case HEAL -> {
                    world.nodes[id].deaf = false;
                    world.nodes[id].carriers = true;
                }
                case SYNCED -> world.synced(id);
                case HANDOVER -> world.order(id, PairEvent.Order.HANDOVER);
                case RESUME -> world.order(id, PairEvent.Order.RESUME);
                case FENCE -> world.order(id, PairEvent.Order.FENCE);
            }
        }
    }

    private record Step(Move move, int node, long waitNs) {}

    private static PairWorld play(final List<Step> steps, final boolean bothUp) {
        final PairWorld world = new PairWorld();
        world.boot(0);
        if (bothUp) {
            world.boot(1);
            world.run(40 * MS);
        }
        try {
            for (final Step step : steps) {
                if (!step.move().possible(world, step.node())) {
                    return null;
                }
                step.move().make(world, step.node());
                world.run(step.waitNs());
            }
        } catch (final AssertionError e) {
            throw new AssertionError("after " + steps + ": " + e.getMessage(), e);
        }
        return world;
    }

    /** Heals all, starts what is dead, and demands that everything is served in the end. */
    private static void demandService(final PairWorld world, final List<Step> steps) {
        for (int id = 0; id < 2; id++) {
            Move.HEAL.make(world, id);
            if (world.nodes[id].arbiter == null) {
                world.boot(id);
            } else {
                world.thaw(id);
            }
        }
        for (int i = 0; i < 40; i++) {
            world.run(50 * MS);
            world.synced(0);
            world.synced(1);
        }
        assertThat(world.state(0)).as(steps + world.story()).isEqualTo(PairState.PAIRED);
        assertThat(world.state(1)).as(steps + world.story()).isEqualTo(PairState.PAIRED);
        for (int id = 0; id < 2; id++) {
            world.order(id, PairEvent.Order.RESUME);
        }
        assertThat(world.runUntil(() -> world.served() && world.quiet() && atHome(world), 10_000 * MS))
                .as(steps + world.story())
                .isTrue();
        for (int home = 0; home < 2; home++) {
            assertThat(world.nodes[0].arbiter.report().home(home).epoch()).isEqualTo(world.highest[home]);
        }
    }

    private static boolean atHome(final PairWorld world) {
        return world.nodes[0].owned(0) == BucketId.PER_NODE
                && world.nodes[1].owned(1) == BucketId.PER_NODE
                && world.nodes[0].leaders == 0b01
                && world.nodes[1].leaders == 0b10;
    }

    @Test
    void everyShortSequence_neverTwoSenders() {
        long played = 0;
        for (final boolean bothUp : new boolean[] {true, false}) {
            played += search(new ArrayList<>(), bothUp);
        }
        assertThat(played).isGreaterThan(10_000);
    }

    private static long search(final List<Step> steps, final boolean bothUp) {
        if (steps.size() == DEPTH) {
            return 0;
        }
        long played = 0;
        for (final Move move : Move.values()) {
            for (int id = 0; id < 2; id++) {
                for (final long waitNs : WAITS_NS) {
                    steps.add(new Step(move, id, waitNs));
                    if (play(steps, bothUp) != null) {
                        played += 1 + search(steps, bothUp);
                    }
                    steps.removeLast();
                }
            }
        }
        return played;
    }

    @Test
    void longRandomSequences_neverTwoSendersAndServedInTheEnd() {
        final long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        final Random random = new Random(seed);
        for (int run = 0; run < RANDOM_RUNS; run++) {
            final List<Step> steps = new ArrayList<>();
            final PairWorld world = new PairWorld();
            world.boot(0);
            world.boot(1);
            try {
                while (steps.size() < RANDOM_LENGTH) {
                    final Move move = Move.values()[random.nextInt(Move.values().length)];
                    final int id = random.nextInt(2);
                    final long waitNs =
                            (1 + (long) (Math.pow(random.nextDouble(), 3) * 100) + random.nextInt(12)) * 5 * MS;
                    if (move.possible(world, id)) {
                        steps.add(new Step(move, id, waitNs));
                        move.make(world, id);
                        world.run(random.nextInt(20) == 0 ? 600 * MS : waitNs);
                    }
                }
                demandService(world, steps);
            } catch (final AssertionError e) {
                throw new AssertionError("seed " + seed + ", run " + run + ": " + e.getMessage(), e);
            }
        }
    }
}
