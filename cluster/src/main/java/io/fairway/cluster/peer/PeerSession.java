package io.fairway.cluster.peer;

import io.fairway.cluster.peer.MessageGate.Verdict;
import io.fairway.cluster.peer.PathEvent.Heard;
import io.fairway.cluster.peer.PathEvent.HearsUs;
import io.fairway.cluster.peer.PathEvent.Overheard;
import io.fairway.cluster.peer.PathEvent.PeerTimers;
import io.fairway.cluster.peer.PeerSpeaker.Echo;
import io.fairway.cluster.peer.PeerSpeaker.Route;
import io.fairway.cluster.peer.PeerSpeaker.Saying;
import io.fairway.cluster.peer.exchange.ExchangeAction;
import io.fairway.cluster.peer.exchange.ExchangeEvent;
import io.fairway.cluster.peer.exchange.ExchangeRefusal;
import io.fairway.cluster.peer.exchange.ExchangeState;
import io.fairway.cluster.peer.exchange.KeyExchange;
import io.fairway.cluster.peer.exchange.PeerKeys;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.PeerMessageParser;
import io.fairway.model.wire.peer.PeerMessageView;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One path to a peer while this node speaks on it: judges what comes, lets {@link PathMonitor}, {@link KeyExchange} and
 * {@link MtuProber} decide, does what they want and keeps the path's row. Order of checks: form, authority, name, code,
 * discriminator, replay; what fails one of them reaches nothing behind it, except that a key exchange needs no code.
 * One thread uses it; time comes with the calls.
 */
final class PeerSession {
    private static final Logger LOG = LoggerFactory.getLogger(PeerSession.class);
    private static final long NS_PER_US = 1_000;
    private static final long EXCHANGE_TICK_NS = 100_000_000L;

    private final PeerSettings settings;
    private final int path;
    private final PeerTools tools;
    private final PeerCounters counters;
    private final PathMonitor monitor;
    private final PathProbes probes;
    private final KeyExchange exchange;
    private final PeerSpeaker speaker;
    private final MessageGate gate = new MessageGate();
    private final PathQuality quality = new PathQuality();
    private final PeerMessageView view = new PeerMessageView();

    private MessageKeys keys;
    private PeerKeys agreed = PeerKeys.NONE;
    private int inUse;
    private int peerUses;
    private Endpoint peerSeen;
    private Endpoint ownSeen;
    private boolean natAtPeer;
    private long peerIncarnation;
    private long sinceNs;

    /** To whom to answer while a message is looked at, else null. */
    private Route reply;

    PeerSession(final PeerSettings settings, final PeerTools tools) {
        this.settings = settings;
        this.tools = tools;
        path = settings.pathIndex();
        counters = tools.table().counters(path);
        monitor = new PathMonitor(
                settings.timers(), discriminator(), () -> tools.random().nextDouble());
        exchange = settings.certified() ? tools.exchanges().get() : null;
        speaker = new PeerSpeaker(settings, monitor, tools);
        probes = new PathProbes(settings, tools.listener(), this::say);
        hold(settings.certified() ? MessageKeys.agreed(PeerKeys.NONE) : tools.sharedKeys(), 0);
        inUse = keys.signingGeneration();
    }

    private int discriminator() {
        int random;
        do {
            random = tools.random().nextInt();
        } while (random == 0);
        return random;
    }

    /** Begins to speak, or to listen first if another process may have spoken until now. */
    void start(final boolean succeeding, final PeerHandover handover, final long nowNs) {
        peerIncarnation = handover.peerIncarnation();
        peerSeen = handover.seen();
        sinceNs = nowNs;
        if (exchange != null && handover.keys().inUse() != 0) {
            doExchange(exchange.on(new ExchangeEvent.Adopted(handover.keys()), nowNs), nowNs);
        }
        doPath(monitor.on(new PathEvent.Start(succeeding), nowNs), nowNs);
        publish();
    }

    /** What who goes on here needs to know. */
    PeerHandover handover() {
        return new PeerHandover(agreed, peerIncarnation, peerSeen);
    }

    /** Time passes. */
    void tick(final long nowNs) {
        doPath(monitor.on(new PathEvent.Tick(), nowNs), nowNs);
        tickExchange(nowNs);
        probes.tick(nowNs);
        publish();
    }

    /** Agrees on new keys now. */
    void rekey(final long nowNs) {
        if (exchange != null) {
            doExchange(exchange.on(new ExchangeEvent.Rekey(), nowNs), nowNs);
        }
        publish();
    }

    /** Lets the path be used, or not. */
    void administer(final boolean up, final long nowNs) {
        doPath(monitor.on(new PathEvent.Administer(up), nowNs), nowNs);
        publish();
    }

    /** A message came from there. */
    void received(final byte[] bytes, final Endpoint from, final long nowNs) {
        if (!PeerMessageParser.parse(new UnsafeBuffer(bytes), 0, bytes.length, view)) {
            counters.drop(PeerDrop.MALFORMED);
        } else if (view.authorityHash() != settings.exchange().authorityHash()) {
            counters.drop(PeerDrop.FOREIGN_AUTHORITY);
        } else if (!view.nameIs(settings.exchange().peerName())) {
            counters.drop(PeerDrop.UNKNOWN_PEER);
        } else {
            final PeerDrop doubt = verify(bytes);
            if (doubt != null) {
                counters.drop(doubt);
            }
            if (doubt == null || exchange != null && doubt != PeerDrop.BAD_CODE) {
                reply = route(from, doubt == null, nowNs);
                look(doubt == null, from, nowNs);
                tickExchange(nowNs);
                reply = null;
                publish();
            }
        }
    }

    /** Why nobody vouches for the message, or null. */
    private PeerDrop verify(final byte[] bytes) {
        if (!view.hasCode()) {
            return PeerDrop.UNSIGNED;
        }
        final MessageCode code = keys.accepted(view.codeGeneration());
        if (code == null) {
            return PeerDrop.UNKNOWN_KEY;
        }
        return code.verify(bytes, view.codeOffset()) ? null : PeerDrop.BAD_CODE;
    }

    private Route route(final Endpoint from, final boolean authentic, final long nowNs) {
        return new Route(
                settings.listening() ? from : settings.configured(),
                view.senderDiscriminator(),
                authentic,
                authentic ? Echo.of(view, nowNs) : Echo.NONE);
    }

    private void look(final boolean authentic, final Endpoint from, final long nowNs) {
        final boolean toUs = view.receiverDiscriminator() == monitor.discriminator();
        if (view.tcpProbe() != null) {
            probed(authentic && toUs, nowNs);
            return;
        }
        if (!toUs) {
            overheard(authentic, from, nowNs);
        } else if (authentic) {
            addressed(from, nowNs);
        } else {
            doPath(monitor.on(new HearsUs(view.senderDiscriminator()), nowNs), nowNs);
            exchangePart(false, nowNs);
        }
        if (authentic && exchange != null) {
            // After the path's state: what confirms new keys must not say that a path is down which is not.
            final var announced = new ExchangeEvent.Announced(view.generationInUse(), view.newestGeneration());
            doExchange(exchange.on(announced, nowNs), nowNs);
        }
    }

    /** It came by TCP: where from is not where the peer is spoken to. */
    private void probed(final boolean believed, final long nowNs) {
        reply = null;
        if (!believed) {
            counters.drop(PeerDrop.NOT_TO_US);
        } else if (gate.judge(view) == Verdict.REPLAYED) {
            counters.drop(PeerDrop.REPLAYED);
        } else {
            say(Saying.arrived(view.tcpProbe()), nowNs);
        }
    }

    private void overheard(final boolean authentic, final Endpoint from, final long nowNs) {
        counters.drop(PeerDrop.NOT_TO_US);
        if (view.exchangeLength() > 0) {
            counters.refuse(ExchangeRefusal.UNPROVEN);
        }
        if (authentic && monitor.state() != PathState.UP) {
            speaker.heard(Echo.of(view, nowNs), 0, from);
        }
        final PathState state = PathState.ofCode(view.state());
        doPath(monitor.on(new Overheard(view.senderDiscriminator(), state, authentic), nowNs), nowNs);
    }

    private void addressed(final Endpoint from, final long nowNs) {
        final Verdict verdict = gate.judge(view);
        if (verdict == Verdict.REPLAYED) {
            counters.drop(PeerDrop.REPLAYED);
            return;
        }
        counters.believed().increment();
        if (verdict == Verdict.NEW_SENDER) {
            quality.restart();
        }
        quality.note(view, nowNs);
        if (verdict != Verdict.LATE) {
            newest(from, nowNs);
        }
        exchangePart(true, nowNs);
        probes.heard(view, nowNs);
    }

    private void newest(final Endpoint from, final long nowNs) {
        peerUses = view.codeGeneration();
        probes.peerRefused(view.tcpRefused());
        speaker.heard(Echo.of(view, nowNs), quality.lossTowardsUs(), from);
        noteAddresses(from);
        noteIncarnation();
        final PeerTimers timers =
                new PeerTimers(view.multiplier(), view.desiredTxUs() * NS_PER_US, view.requiredRxUs() * NS_PER_US);
        doPath(
                monitor.on(
                        new Heard(
                                view.senderDiscriminator(),
                                PathState.ofCode(view.state()),
                                view.isPoll(),
                                view.isFinal(),
                                timers),
                        nowNs),
                nowNs);
    }

    private void noteIncarnation() {
        final long before = peerIncarnation;
        peerIncarnation = view.incarnation();
        if (peerIncarnation != before) {
            final boolean lost = Incarnation.isLoss(before, peerIncarnation);
            LOG.info("path {}: the peer's sessions are {}", path, lost ? "lost" : "known");
            tools.listener().onPeerIncarnation(path, peerIncarnation, lost);
        }
    }

    private void noteAddresses(final Endpoint from) {
        natAtPeer = view.ownEndpoint() != null && !view.ownEndpoint().equals(from);
        final Endpoint before = peerSeen == null ? settings.configured() : peerSeen;
        final boolean first = peerSeen == null && settings.listening();
        peerSeen = from;
        if (first || !from.equals(before)) {
            LOG.info("path {}: the peer is seen at {}", path, from);
            tools.listener().onObservedAddressChanged(path, from);
        }
        final Endpoint seen = view.seenEndpoint();
        if (seen != null && !seen.equals(ownSeen)) {
            final Endpoint ownBefore = ownSeen == null ? settings.own() : ownSeen;
            ownSeen = seen;
            if (!seen.equals(ownBefore)) {
                LOG.info("path {}: the peer sees us at {}", path, seen);
                tools.listener().onOwnAddressChanged(path, seen);
            }
        }
    }

    private void exchangePart(final boolean authentic, final long nowNs) {
        if (exchange != null && view.exchangeLength() > 0) {
            final byte[] part = new byte[view.exchangeLength()];
            view.buffer().getBytes(view.exchangeOffset(), part);
            doExchange(exchange.on(new ExchangeEvent.Arrived(part, authentic), nowNs), nowNs);
        }
    }

    private void tickExchange(final long nowNs) {
        if (exchange != null) {
            // An answer to who hears us reaches it, wherever it is.
            final boolean answers = reply != null && view.receiverDiscriminator() == monitor.discriminator();
            final boolean reachable = monitor.peerDiscriminator() != 0 && (answers || destination() != null);
            doExchange(exchange.on(new ExchangeEvent.Tick(reachable), nowNs), nowNs);
        }
    }

    private void doPath(final List<PathAction> actions, final long nowNs) {
        for (final PathAction action : actions) {
            switch (action) {
                case PathAction.Speak(final boolean isFinal) -> say(isFinal ? Saying.FINAL : Saying.STATE, nowNs);
                case PathAction.Become(final PathState state, final String why) -> {
                    LOG.info("path {}: {}, {}", path, state, why);
                    sinceNs = nowNs;
                }
                case PathAction.AnnounceUp _ -> {
                    counters.ups().increment();
                    probes.up(nowNs);
                    tools.listener().onPathUp(path);
                }
                case PathAction.AnnounceDown(final String why) -> {
                    counters.downs().increment();
                    probes.down(nowNs);
                    tools.listener().onPathDown(path, why);
                }
            }
        }
    }

    private void doExchange(final List<ExchangeAction> actions, final long nowNs) {
        for (final ExchangeAction action : actions) {
            switch (action) {
                case ExchangeAction.Send(final byte[] part) -> say(Saying.part(part), nowNs);
                case ExchangeAction.Install(final PeerKeys newKeys) -> install(newKeys);
                case ExchangeAction.Confirm _ -> confirm(nowNs);
                case ExchangeAction.Refuse(final ExchangeRefusal why) -> counters.refuse(why);
                case ExchangeAction.Become(final ExchangeState state, final String why) ->
                    LOG.info("path {}: key exchange {}, {}", path, state, why);
            }
        }
    }

    private void install(final PeerKeys newKeys) {
        agreed = newKeys;
        hold(MessageKeys.agreed(newKeys), newKeys.newest());
        inUse = newKeys.inUse();
        tools.listener().onKeys(path, newKeys);
    }

    /** Also where the message that is looked at was not signed, what answers it is. */
    private void confirm(final long nowNs) {
        if (reply != null) {
            reply = new Route(reply.to(), reply.discriminator(), true, reply.echo());
        }
        say(Saying.STATE, nowNs);
    }

    private void hold(final MessageKeys newKeys, final int newest) {
        keys = newKeys;
        speaker.sign(newKeys, settings.certified() ? newest : newKeys.signingGeneration());
    }

    private void say(final Saying saying, final long nowNs) {
        final Endpoint destination = destination();
        speaker.tcpRefused(probes.ownTcpRefused());
        if (reply != null) {
            speaker.say(saying, reply, nowNs);
        } else if (destination != null) {
            speaker.say(saying, speaker.route(destination), nowNs);
        }
    }

    /** Where the peer is to be found without having been heard just now, or null. */
    private Endpoint destination() {
        return settings.listening() ? peerSeen : settings.configured();
    }

    private void publish() {
        final PeerPathRow row = row();
        if (!row.equals(tools.table().row(path))) {
            tools.table().publish(path, row);
        }
    }

    private PeerPathRow row() {
        return new PeerPathRow(
                true,
                monitor.state(),
                sinceNs,
                monitor.isAnnounced(),
                new PeerPathRow.Quality(quality.latencyNs(), quality.jitterNs(), quality.loss()),
                peerSeen,
                ownSeen,
                natAtPeer,
                ownSeen != null && !ownSeen.equals(settings.own()),
                probes.mtuBytes(),
                probes.tcpRefused(),
                peerIncarnation,
                new PeerPathRow.Keys(inUse, peerUses));
    }

    /** When to tick next. */
    long deadlineNs(final long nowNs) {
        long deadlineNs = monitor.deadlineNs(nowNs);
        final long probesNs = probes.deadlineNs(nowNs);
        deadlineNs = probesNs - deadlineNs < 0 ? probesNs : deadlineNs;
        final boolean busy = exchange != null && (inUse == 0 || exchange.state() != ExchangeState.IDLE);
        return busy ? Math.min(deadlineNs - nowNs, EXCHANGE_TICK_NS) + nowNs : deadlineNs;
    }
}
