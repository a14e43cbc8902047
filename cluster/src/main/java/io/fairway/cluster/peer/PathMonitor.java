package io.fairway.cluster.peer;

import io.fairway.cluster.peer.PathAction.AnnounceDown;
import io.fairway.cluster.peer.PathAction.AnnounceUp;
import io.fairway.cluster.peer.PathAction.Become;
import io.fairway.cluster.peer.PathAction.Speak;
import io.fairway.cluster.peer.PathEvent.Administer;
import io.fairway.cluster.peer.PathEvent.Heard;
import io.fairway.cluster.peer.PathEvent.HearsUs;
import io.fairway.cluster.peer.PathEvent.Overheard;
import io.fairway.cluster.peer.PathEvent.PeerTimers;
import io.fairway.cluster.peer.PathEvent.Start;
import io.fairway.cluster.peer.PathEvent.Tick;
import io.fairway.model.wire.peer.BfdHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Whether a path to a peer is up: RFC 5880 section 6 in asynchronous mode. Pure: time comes with the events, what is to
 * be done goes out as actions. One thread uses it; it never reads a clock and never does I/O.
 *
 * <p>Where it differs from the RFC: a state is believed only if its message names our discriminator, so that no replay
 * moves us; one that does not is answered at once, which is how ends get to know each other. A process that succeeds
 * another one listens first; when it hears that the peer holds the path for up, it goes on from INIT, at which the peer
 * stays up.
 */
public final class PathMonitor {
    /** The shortest interval while the path is not up (RFC 5880 section 6.8.3). */
    static final long SLOW_NS = 1_000_000_000L;

    /** The shortest time between two answers to messages that do not name us. */
    static final long ANSWER_GAP_NS = 20_000_000L;

    private static final double JITTER = 0.25;
    private static final long NS_PER_US = 1_000;

    private final PathTimers timers;
    private final int discriminator;
    private final DoubleSupplier random;

    private PathState state = PathState.DOWN;
    private int diagnostic = BfdHeader.NO_DIAGNOSTIC;
    private boolean listening;
    private long listenUntilNs;

    private int peerDiscriminator;
    private PeerTimers peer;
    private long forgetPeerNs;

    private boolean polling;
    private boolean started;
    private long speakNs;
    private long answeredNs;

    private boolean announced;
    /** Others may hold the path for up because it was when another process spoke. */
    private boolean inherited;

    private boolean fell;
    private long announceNs;

    private List<PathAction> actions = new ArrayList<>();

    /**
     * @param discriminator our name of the session: at random, never 0
     * @param random from 0 to 1, for jitter
     */
    public PathMonitor(final PathTimers timers, final int discriminator, final DoubleSupplier random) {
        this.timers = timers;
        this.discriminator = discriminator;
        this.random = random;
        // RFC 5880 section 6.8.1: until it is heard, the peer is taken to listen as often as can be.
        peer = new PeerTimers(1, SLOW_NS, 1);
    }

    /** Decides on one event. The actions are to be applied in order, before the next event. */
    public List<PathAction> on(final PathEvent event, final long nowNs) {
        actions = new ArrayList<>(2);
        switch (event) {
            case Start start -> onStart(start.succeeding(), nowNs);
            case Heard heard -> onHeard(heard, nowNs);
            case HearsUs hears -> onHearsUs(hears.discriminator(), nowNs);
            case Overheard overheard -> onOverheard(overheard, nowNs);
            case Tick _ -> onTick(nowNs);
            case Administer administer -> onAdminister(administer.up(), nowNs);
        }
        return actions;
    }

    private void onStart(final boolean succeeding, final long nowNs) {
        started = true;
        listening = succeeding;
        inherited = succeeding;
        listenUntilNs = nowNs + timers.detectNs();
        speakNs = succeeding ? listenUntilNs : nowNs;
        answeredNs = nowNs - ANSWER_GAP_NS;
        onTick(nowNs);
    }

    private void onHeard(final Heard heard, final long nowNs) {
        if (state == PathState.ADMIN_DOWN) {
            return;
        }
        final boolean stranger = heard.discriminator() != peerDiscriminator;
        final PathState before = state;
        peerDiscriminator = heard.discriminator();
        peer = heard.timers();
        forgetPeerNs = nowNs + detectNs();
        polling &= !heard.isFinal();
        switch (heard.state()) {
            case ADMIN_DOWN -> fall(BfdHeader.NEIGHBOR_SIGNALED_DOWN, "the peer's end is administratively down", nowNs);
            case DOWN -> onPeerDown(nowNs);
            case INIT -> rise("the peer hears us", nowNs);
            case UP -> onPeerUp(nowNs);
        }
        if (heard.poll()) {
            speak(true, nowNs);
        } else if (stranger || state != before) {
            speak(false, nowNs);
        }
    }

    private void onPeerDown(final long nowNs) {
        if (state == PathState.DOWN) {
            speakFirst("the peer holds the path for down", nowNs);
            become(PathState.INIT, "the peer is heard");
        } else if (state == PathState.UP) {
            fall(BfdHeader.NEIGHBOR_SIGNALED_DOWN, "the peer does not hear us, or started anew", nowNs);
        }
    }

    private void onPeerUp(final long nowNs) {
        if (state == PathState.INIT) {
            rise("the peer hears us", nowNs);
        } else if (state == PathState.DOWN && listening) {
            succeed(nowNs);
        }
    }

    private void onHearsUs(final int sender, final long nowNs) {
        final boolean stranger = sender != peerDiscriminator;
        if (state == PathState.DOWN) {
            peerDiscriminator = sender;
            forgetPeerNs = nowNs + timers.multiplier() * SLOW_NS;
        }
        if (stranger) {
            answer(nowNs);
        }
    }

    private void onOverheard(final Overheard overheard, final long nowNs) {
        if (state == PathState.ADMIN_DOWN) {
            return;
        }
        if (listening && overheard.authentic() && state == PathState.DOWN) {
            if (overheard.state() == PathState.UP || overheard.state() == PathState.INIT) {
                peerDiscriminator = overheard.discriminator();
                forgetPeerNs = nowNs + timers.detectNs();
                succeed(nowNs);
            } else {
                speakFirst("the peer holds the path for down", nowNs);
            }
        }
        answer(nowNs);
    }

    private void succeed(final long nowNs) {
        listening = false;
        speakNs = nowNs;
        become(PathState.INIT, "the peer holds the path for up; this node goes on where another one stopped");
    }

    /** There is nothing to go on with. */
    private void speakFirst(final String why, final long nowNs) {
        listening = false;
        speakNs = nowNs;
        announceDown(why);
    }

    private void onTick(final long nowNs) {
        if (!started) {
            return;
        }
        if (state != PathState.ADMIN_DOWN && peerDiscriminator != 0 && nowNs - forgetPeerNs >= 0) {
            peerDiscriminator = 0;
            fall(BfdHeader.DETECTION_TIME_EXPIRED, "the peer was not heard in time", nowNs);
        }
        if (listening && nowNs - listenUntilNs >= 0) {
            speakFirst("the peer was not heard when this node went on where another one stopped", nowNs);
        }
        if (state == PathState.UP && !announced && nowNs - announceNs >= 0) {
            announceUp();
        }
        if (isSpeaking() && nowNs - speakNs >= 0) {
            speak(false, nowNs);
        }
    }

    private void onAdminister(final boolean up, final long nowNs) {
        if (up && state == PathState.ADMIN_DOWN) {
            become(PathState.DOWN, "the path is wanted");
            speak(false, nowNs);
        } else if (!up && state != PathState.ADMIN_DOWN) {
            diagnostic = BfdHeader.ADMINISTRATIVELY_DOWN;
            leave("somebody wants the path not to be used");
            become(PathState.ADMIN_DOWN, "somebody wants the path not to be used");
            speak(false, nowNs);
        }
    }

    private void rise(final String why, final long nowNs) {
        if (state == PathState.UP) {
            return;
        }
        listening = false;
        diagnostic = BfdHeader.NO_DIAGNOSTIC;
        // The interval changes with the state: RFC 5880 section 6.8.3 wants the peer to confirm that it knows.
        polling = timers.desiredTxNs() < SLOW_NS;
        announceNs = fell ? nowNs + timers.holdDownNs() : nowNs;
        become(PathState.UP, why);
        if (!fell) {
            announceUp();
        }
    }

    private void fall(final int because, final String why, final long nowNs) {
        if (state == PathState.DOWN) {
            return;
        }
        diagnostic = because;
        leave(why);
        become(PathState.DOWN, why);
        speakNs = nowNs;
    }

    private void leave(final String why) {
        polling = false;
        listening = false;
        announceDown(why);
    }

    private void announceDown(final String why) {
        if (announced || inherited) {
            fell |= announced;
            announced = false;
            inherited = false;
            actions.add(new AnnounceDown(why));
        }
    }

    private void announceUp() {
        announced = true;
        inherited = false;
        actions.add(new AnnounceUp());
    }

    private void answer(final long nowNs) {
        if (nowNs - answeredNs >= ANSWER_GAP_NS) {
            answeredNs = nowNs;
            // The peer's own timer does not wait for this: whoever it is for may be nobody.
            actions.add(new Speak(false));
        }
    }

    private void speak(final boolean isFinal, final long nowNs) {
        actions.add(new Speak(isFinal));
        // RFC 5880 section 6.8.7: shorter at random, so that ends do not fall into step.
        speakNs = nowNs + (long) (intervalNs() * (1 - JITTER * random.getAsDouble()));
    }

    /** RFC 5880 section 6.8.7: a peer that requires an interval of 0 wants no periodic messages. */
    private boolean isSpeaking() {
        return !listening && peer.requiredRxNs() != 0;
    }

    /** How often we speak. */
    public long intervalNs() {
        return Math.max(desiredTxNs(), peer.requiredRxNs());
    }

    private long desiredTxNs() {
        return state == PathState.UP ? timers.desiredTxNs() : Math.max(timers.desiredTxNs(), SLOW_NS);
    }

    private long detectNs() {
        return peer.multiplier() * Math.max(timers.requiredRxNs(), peer.desiredTxNs());
    }

    private void become(final PathState next, final String why) {
        state = next;
        actions.add(new Become(next, why));
    }

    /** When the next event is due, unless the peer speaks before. */
    public long deadlineNs(final long nowNs) {
        long deadlineNs = nowNs + SLOW_NS;
        if (isSpeaking()) {
            deadlineNs = earlier(deadlineNs, speakNs);
        }
        if (peerDiscriminator != 0) {
            deadlineNs = earlier(deadlineNs, forgetPeerNs);
        }
        if (listening) {
            deadlineNs = earlier(deadlineNs, listenUntilNs);
        }
        return state == PathState.UP && !announced ? earlier(deadlineNs, announceNs) : deadlineNs;
    }

    private static long earlier(final long aNs, final long bNs) {
        return aNs - bNs < 0 ? aNs : bNs;
    }

    public PathState state() {
        return state;
    }

    /** Whether the path may be used. */
    public boolean isAnnounced() {
        return announced;
    }

    /** Why the path last fell, as in RFC 5880 section 4.1. */
    public int diagnostic() {
        return diagnostic;
    }

    /** Whether this process waits to hear how things stand before it says so itself. */
    public boolean isListening() {
        return listening;
    }

    /** Our name of the session. */
    public int discriminator() {
        return discriminator;
    }

    /** The peer's name of the session, or 0. */
    public int peerDiscriminator() {
        return peerDiscriminator;
    }

    /** Whether the peer is to answer at once. */
    public boolean isPolling() {
        return polling;
    }

    /** What our messages say: how often we would like to speak. */
    public long desiredTxUs() {
        return desiredTxNs() / NS_PER_US;
    }

    /** What our messages say: how often we can listen. */
    public long requiredRxUs() {
        return timers.requiredRxNs() / NS_PER_US;
    }

    /** What our messages say: how many of them in a row may be missing. */
    public int multiplier() {
        return timers.multiplier();
    }
}
