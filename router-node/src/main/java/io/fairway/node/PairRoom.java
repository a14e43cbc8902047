package io.fairway.node;

import io.fairway.dataplane.fabric.Fabric;
import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.dataplane.io.Doorbell;
import io.fairway.dataplane.io.ThreadScheduling;
import io.fairway.dataplane.neighbor.GatewayWatch;
import io.fairway.ha.arbiter.ArbiterSettings;
import io.fairway.ha.arbiter.PairEvent;
import io.fairway.ha.beat.BeatAgent;
import io.fairway.ha.beat.BeatExchange;
import io.fairway.ha.beat.BeatPath;
import io.fairway.ha.beat.BeatSettings;
import io.fairway.ha.feed.PairNotices;
import io.fairway.ha.journal.JournalAgent;
import io.fairway.ha.owner.EpochStore;
import io.fairway.ha.owner.Gateways;
import io.fairway.ha.owner.PairAgent;
import io.fairway.ha.owner.PairListener;
import io.fairway.ha.owner.PairParts;
import io.fairway.ha.owner.PairView;
import io.fairway.ha.owner.PartnerStatus;
import io.fairway.model.config.Router;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.agrona.concurrent.SystemEpochClock;
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

    /**
     * What the room is built from.
     *
     * @param controller hears of ownership and partner
     * @param feed runs on the pair's thread, too, or null
     * @param gateways the forwarder's
     */
    record Parts(
            Router router,
            Router.Node node,
            Fabric fabric,
            OwnershipGate gate,
            EpochStore epochs,
            PartnerStatus partner,
            JournalAgent journal,
            PairNotices controller,
            Agent feed,
            GatewayWatch gateways,
            boolean drained) {}

    /**
     * Opens the beat paths and starts both threads.
     *
     * @throws IOException if a device is missing or privilege lacks, in one sentence
     */
    static PairRoom open(final Parts parts, final CloseStack opened) throws IOException {
        final long incarnation = parts.epochs().incarnation();
        final Doorbell bell = opened.add(new Doorbell());
        final BeatExchange exchange = new BeatExchange(parts.fabric()::wake, bell::ring);
        final List<BeatPath> paths = BeatPath.open(parts.router(), parts.node());
        final BeatAgent beats = new BeatAgent(
                BeatSettings.of(parts.router(), parts.node(), incarnation),
                paths,
                exchange,
                SystemNanoClock.INSTANCE,
                BeatAgent.waiter(paths, exchange, bell));
        final ThirdParties outside = ThirdParties.open(parts.router(), parts.node(), incarnation, opened);
        final PairAgent pair = new PairAgent(
                new PairParts(
                        parts.gate(),
                        parts.epochs(),
                        exchange,
                        beats,
                        parts.fabric()::linkUp,
                        parts.journal(),
                        gateways(parts.gateways()),
                        parts.partner(),
                        listener(parts),
                        outside,
                        SystemNanoClock.INSTANCE,
                        SystemEpochClock.INSTANCE,
                        task -> Thread.ofVirtual().start(task),
                        LOG::info),
                ArbiterSettings.of(parts.router(), parts.node(), incarnation, parts.drained()));
        outside.attach(pair);
        final Agent log = new GatewayLog(parts.router(), parts.gateways());
        final Agent[] agents = parts.feed() == null
                ? new Agent[] {parts.fabric(), parts.journal(), pair, log}
                : new Agent[] {parts.fabric(), parts.feed(), parts.journal(), pair, log};
        final AgentLoop pairLoop = new AgentLoop(parts.fabric().idleStrategy(), agents);
        Threads.start("pair", opened, pairLoop, () -> {
            ThreadScheduling.realTime(REAL_TIME_PRIORITY);
            ThreadScheduling.timerSlackNs(1);
            pairLoop.run();
        });
        final AgentLoop beatLoop = new AgentLoop(NoOpIdleStrategy.INSTANCE, beats);
        Threads.start("beats", opened, beatLoop, beatLoop);
        return new PairRoom(pair);
    }

    private static Gateways gateways(final GatewayWatch watch) {
        return new Gateways() {
            @Override
            public long answering() {
                return watch.answering();
            }

            @Override
            public long silent() {
                return watch.silent();
            }
        };
    }

    private static PairListener listener(final Parts parts) {
        return new PairListener() {
            @Override
            public void onOwnershipChanged() {
                parts.controller().onOwnershipChanged();
            }

            @Override
            public void onSettle(final int bucket) {
                parts.controller().onSettle(bucket);
            }

            @Override
            public void onUnsettle(final int bucket) {
                parts.controller().onUnsettle(bucket);
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

    /** What an operator wants. */
    CompletionStage<PairAgent.Answer> order(final PairEvent.Order order) {
        return pair.order(order);
    }

    /** This moment, for {@code show pair}. */
    PairView view() {
        return pair.view();
    }
}
