package io.fairway.deploy.sim;

import io.fairway.ha.beat.BeatSettings;
import io.fairway.ha.witness.WitnessMessage;
import io.fairway.ha.witness.WitnessVotes;
import java.util.function.LongConsumer;

/** The third machine that grants one node at a time that it serves alone: the real votes, and the way to them. */
final class SimWitness {
    private static final long ROUTER = BeatSettings.routerHash("sim");

    /** Who asks, and which of its questions it is. */
    record Asker(int node, long incarnation, long sequence) {}

    private final World world;
    private final SimRandom random;
    private final int[] unreachable = new int[2];
    private WitnessVotes votes;

    SimWitness(final World world) {
        this.world = world;
        random = world.random("witness");
        votes = new WitnessVotes(world.timeline().nowNs());
    }

    /** A node loses it, or finds it again. */
    void lose(final int node, final int change) {
        unreachable[node] += change;
    }

    /** It forgets all and begins anew. */
    void restart() {
        votes = new WitnessVotes(world.timeline().nowNs());
    }

    /** Both nodes reach it. */
    void heal() {
        unreachable[0] = 0;
        unreachable[1] = 0;
    }

    /** A question comes in; a grant goes back, for so many nanoseconds from when it was asked. */
    void ask(final Asker asker, final long forNs, final LongConsumer granted) {
        final int node = asker.node();
        if (unreachable[node] > 0) {
            world.evidence("witness not reached");
            return;
        }
        world.timeline().after(random.between(100_000, 2_000_000), () -> {
            final boolean real = votes.grant(
                    new WitnessMessage(
                            WitnessMessage.QUESTION, node, ROUTER, asker.incarnation(), asker.sequence(), forNs),
                    world.timeline().nowNs());
            world.evidence(real ? "witness granted" : "witness refused");
            if (world.build().granted(real) && unreachable[node] == 0) {
                world.timeline().after(random.between(100_000, 2_000_000), () -> granted.accept(forNs));
            }
        });
    }
}
