package io.fairway.deploy.sim;

import io.fairway.ha.owner.Outside;

/** The third parties as one process reaches them: the witness, and a switch that takes the partner's power away. */
final class SimOutside implements Outside {
    private final World world;
    private final SimNode node;
    private final SimProcess process;
    private long sequence;

    SimOutside(final World world, final SimNode node, final SimProcess process) {
        this.world = world;
        this.node = node;
        this.process = process;
    }

    @Override
    public void askWitness(final long forNs) {
        final long askedNs = node.clock().nanoTime();
        sequence++;
        world.witness()
                .ask(
                        new SimWitness.Asker(node.id(), process.incarnation(), sequence),
                        forNs,
                        grantedNs -> process.told(pair -> pair.granted(askedNs + grantedNs)));
    }

    @Override
    public void fence(final long incarnation) {
        world.timeline().after(node.random().between(5_000_000, 300_000_000), () -> {
            if (node.process() == process) {
                final boolean done = world.node(1 - node.id()).cutOff();
                world.evidence(done ? "fence confirmed" : "fence failed");
                process.told(pair -> pair.fenced(incarnation, done, done ? "off" : "no answer"));
            }
        });
    }
}
