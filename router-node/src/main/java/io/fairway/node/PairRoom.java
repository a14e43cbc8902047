package io.fairway.node;

import io.fairway.cluster.ControllerSystem;
import io.fairway.dataplane.fabric.Fabric;
import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.dataplane.io.ThreadScheduling;
import io.fairway.ha.arbiter.ArbiterSettings;
import io.fairway.ha.beat.BeatAgent;
import io.fairway.ha.beat.BeatExchange;
import io.fairway.ha.beat.BeatPath;
import io.fairway.ha.beat.BeatSettings;
import io.fairway.ha.beat.RawBeatPort;
import io.fairway.ha.journal.JournalAgent;
import io.fairway.ha.owner.EpochStore;
import io.fairway.ha.owner.PairAgent;
import io.fairway.ha.owner.PairListener;
import io.fairway.ha.owner.PairParts;
import io.fairway.ha.owner.PairView;
import io.fairway.ha.owner.PartnerStatus;
import io.fairway.model.config.Router;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pair's room in a router of two nodes: beats on a thread of their own, arbiter and journal on the pair's thread.
 */
final class PairRoom {
    private static final Logger LOG = LoggerFactory.getLogger("pair");

    /** Below the beats' own; a starved pair's thread would let the lease end. */
    private static final int REAL_TIME_PRIORITY = 40;

    private final PairAgent pair;

    private PairRoom(final PairAgent pair) {
        this.pair = pair;
    }

    /** What the room is built from. */
    record Parts(
            Router router,
            Router.Node node,
            Fabric fabric,
            OwnershipGate gate,
            EpochStore epochs,
            PartnerStatus partner,
            JournalAgent journal,
            ControllerSystem controller) {}

    /**
     * Opens the beat paths and starts both threads.
     *
     * @throws IOException if a device is missing or privilege lacks, in one sentence
     */
    static PairRoom open(final Parts parts, final CloseStack opened) throws IOException {
        final Router.Pair configured = parts.router().pair();
        final BeatSettings settings = new BeatSettings(
                BeatSettings.routerHash(parts.router().name()),
                parts.node().id(),
                parts.epochs().incarnation(),
                TimeUnit.MICROSECONDS.toNanos(configured.beatIntervalUs()),
                TimeUnit.MILLISECONDS.toNanos(configured.leaseMs()),
                configured.secret());
        final BeatExchange exchange = new BeatExchange(parts.fabric()::wake);
        final BeatAgent beats =
                new BeatAgent(settings, paths(parts.node(), opened), exchange, SystemNanoClock.INSTANCE, null);
        final PairAgent pair = new PairAgent(
                new PairParts(
                        parts.gate(),
                        parts.epochs(),
                        exchange,
                        beats,
                        parts.journal()::synced,
                        parts.partner(),
                        listener(parts),
                        SystemNanoClock.INSTANCE,
                        task -> Thread.ofVirtual().start(task),
                        LOG::info),
                arbiter(parts, settings));
        final AgentLoop pairLoop = new AgentLoop(parts.fabric().idleStrategy(), parts.fabric(), parts.journal(), pair);
        Threads.start("pair", opened, pairLoop, () -> {
            ThreadScheduling.realTime(REAL_TIME_PRIORITY);
            ThreadScheduling.timerSlackNs(1);
            pairLoop.run();
        });
        final AgentLoop beatLoop = new AgentLoop(NoOpIdleStrategy.INSTANCE, beats);
        Threads.start("beats", opened, beatLoop, beatLoop);
        return new PairRoom(pair);
    }

    private static List<BeatPath> paths(final Router.Node node, final CloseStack opened) throws IOException {
        final List<BeatPath> paths = new ArrayList<>();
        for (final Map.Entry<Integer, String> device : BeatPath.devices(node).entrySet()) {
            paths.add(new BeatPath(device.getKey(), device.getValue(), opened.add(new RawBeatPort(device.getValue()))));
        }
        return paths;
    }

    private static ArbiterSettings arbiter(final Parts parts, final BeatSettings settings) {
        final Router.Pair configured = parts.router().pair();
        final int interfaces = parts.router().interfaces().size();
        long preferred = 0;
        for (int i = 0; i < interfaces; i++) {
            preferred |= parts.router().interfaces().get(i).preferredLeader()
                            == parts.node().id()
                    ? 1L << i
                    : 0;
        }
        return new ArbiterSettings(
                parts.node().id(),
                settings.incarnation(),
                settings.leaseNs(),
                TimeUnit.MILLISECONDS.toNanos(configured.driftMs()),
                TimeUnit.MILLISECONDS.toNanos(configured.coldStartMs()),
                preferred,
                (1L << interfaces) - 1);
    }

    private static PairListener listener(final Parts parts) {
        return new PairListener() {
            @Override
            public void onOwnershipChanged() {
                parts.controller().onOwnershipChanged();
            }

            @Override
            public void onPartnerDead(final String why) {
                parts.journal().takeAuthority();
                parts.controller().onPartnerDead(why);
            }

            @Override
            public void onPartnerAlive() {
                parts.controller().onPartnerAlive();
            }

            @Override
            public void onRestartRequired(final String why) {
                NodeMain.restart(why);
            }
        };
    }

    /** This moment, for {@code show pair}. */
    PairView view() {
        return pair.view();
    }
}
