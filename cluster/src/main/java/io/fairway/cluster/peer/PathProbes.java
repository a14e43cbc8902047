package io.fairway.cluster.peer;

import io.fairway.cluster.directory.PathCondition;
import io.fairway.cluster.peer.PeerSpeaker.Saying;
import io.fairway.model.wire.peer.PeerMessageView;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is tried out on a path that is up: how large packets may be, and which TCP passes. One thread uses it. */
final class PathProbes {
    private static final Logger LOG = LoggerFactory.getLogger(PathProbes.class);

    /** No set of kinds. */
    private static final int UNTOLD = -1;

    private final PeerSettings settings;
    private final PeerListener listener;
    private final ObjLongConsumer<Saying> speech;
    private final MtuProber prober;
    private final FirewallDetector detector = new FirewallDetector();

    private int peerRefused;
    private int told = UNTOLD;

    PathProbes(final PeerSettings settings, final PeerListener listener, final ObjLongConsumer<Saying> speech) {
        this.settings = settings;
        this.listener = listener;
        this.speech = speech;
        prober = new MtuProber(settings.mtuBytes());
    }

    /** The path came up. */
    void up(final long nowNs) {
        mtu(prober.on(new MtuEvent.PathUp(), nowNs), nowNs);
        if (settings.detectsFirewalls()) {
            tcp(detector.up(nowNs), nowNs);
        }
    }

    /** The path fell. */
    void down(final long nowNs) {
        mtu(prober.on(new MtuEvent.PathDown(), nowNs), nowNs);
        detector.down();
    }

    /** Time passes. */
    void tick(final long nowNs) {
        mtu(prober.on(new MtuEvent.Tick(), nowNs), nowNs);
        tcp(detector.tick(nowNs), nowNs);
    }

    /** The peer said this, and to us. */
    void heard(final PeerMessageView view, final long nowNs) {
        if (view.probeBytes() != 0) {
            speech.accept(Saying.arrived(view.probeBytes()), nowNs);
        }
        if (view.answerBytes() != 0) {
            mtu(prober.on(new MtuEvent.Answered(view.answerBytes()), nowNs), nowNs);
        }
        if (view.tcpArrived() != null) {
            tcp(detector.arrived(view.tcpArrived(), nowNs), nowNs);
        }
    }

    /** The newest that the peer knows of its own segments. */
    void peerRefused(final int refused) {
        peerRefused = refused;
        tell();
    }

    private void mtu(final List<MtuAction> actions, final long nowNs) {
        for (final MtuAction action : actions) {
            switch (action) {
                case MtuAction.Probe(final int packetBytes) -> speech.accept(Saying.probe(packetBytes), nowNs);
                case MtuAction.Found(final int packetBytes) ->
                    listener.onMtu(
                            settings.pathIndex(),
                            packetBytes < settings.mtuBytes() ? packetBytes : PathCondition.LINK_MTU);
                case MtuAction.Become(final MtuState state, final String why) ->
                    LOG.debug("path {}: MTU {}, {}", settings.pathIndex(), state, why);
            }
        }
    }

    private void tcp(final List<FirewallDetector.Action> actions, final long nowNs) {
        for (final FirewallDetector.Action action : actions) {
            switch (action) {
                case FirewallDetector.Send(final var probe) -> speech.accept(Saying.tcp(probe), nowNs);
                case FirewallDetector.Found _ -> tell();
            }
        }
    }

    /** A session needs both directions. Before this process knows anything, what one before it found holds. */
    private void tell() {
        final int now = tcpRefused();
        if (detector.isKnown() && now != told) {
            told = now;
            listener.onTcpRefused(settings.pathIndex(), now);
        }
    }

    /** The largest IP packet that is known to arrive. */
    int mtuBytes() {
        return prober.mtuBytes();
    }

    /** The kinds of our own segments that do not come through. */
    int ownTcpRefused() {
        return detector.refused();
    }

    /** The kinds that do not come through one way or the other, 0 where nobody looks. */
    int tcpRefused() {
        return settings.detectsFirewalls() ? detector.refused() | peerRefused : 0;
    }

    /** When to tick next. */
    long deadlineNs(final long nowNs) {
        final long mtuNs = prober.deadlineNs(nowNs);
        final long tcpNs = detector.deadlineNs(nowNs);
        return tcpNs - mtuNs < 0 ? tcpNs : mtuNs;
    }
}
