package io.fairway.deploy.sim;

import io.fairway.dataplane.forward.ForwardCounters;
import io.fairway.ha.beat.BeatDrop;
import io.fairway.ha.journal.JournalCounters;
import io.fairway.model.DropReason;

/** What counters must show: no packet without a trace (S13), everything bounded (S14), and what was reached (L4). */
final class CounterRules {
    private static final int MOST_EVENTS = 200_000;

    private final World world;

    CounterRules(final World world) {
        this.world = world;
    }

    void check() {
        for (int i = 0; i < 2; i++) {
            if (world.node(i).process() != null) {
                check(i, world.node(i).process());
            }
        }
        if (world.timeline().waiting() > MOST_EVENTS) {
            throw new BrokenInvariant("S14", "more than " + MOST_EVENTS + " events wait");
        }
    }

    private void check(final int node, final SimProcess process) {
        final ForwardCounters counters = process.forwarder().counters();
        final long in = counters.receivedPackets(Profile.LAN)
                + counters.receivedPackets(Profile.WAN)
                + counters.crossedIn()
                + counters.generated()
                + counters.cut();
        final long out = counters.transmittedPackets(Profile.LAN)
                + counters.transmittedPackets(Profile.WAN)
                + counters.dropped()
                + counters.crossedOut()
                + counters.pendingPackets()
                + counters.fragmentsHeld()
                + counters.neighborQueued()
                + counters.held();
        if (in != out) {
            throw new BrokenInvariant("S13", "node" + node + " took " + in + " packets and accounts for " + out);
        }
        if (process.replica().size() > world.router().limits().tableSessions()
                || counters.pendingFlows() > world.router().limits().maxPending()) {
            throw new BrokenInvariant("S14", "a table of node" + node + " is beyond its limit");
        }
    }

    /** A process ends: what its counters say was reached. */
    void count(final SimProcess process) {
        for (final DropReason reason : DropReason.values()) {
            count(process.forwarder().counters().drops(reason), "drop " + reason);
        }
        for (final BeatDrop reason : BeatDrop.values()) {
            count(process.beats().drops(reason), "beat drop " + reason);
        }
        for (final JournalCounters.Counter counter : JournalCounters.Counter.values()) {
            count(process.journal().counters().get(counter), "journal " + counter);
        }
    }

    private void count(final long times, final String what) {
        if (times > 0) {
            world.count(what);
        }
    }
}
