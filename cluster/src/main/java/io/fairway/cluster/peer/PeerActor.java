package io.fairway.cluster.peer;

import io.fairway.model.wire.peer.Endpoint;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.NanoClock;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ExtensibleBehavior;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One path to a peer: {@link #following} while the other node of this router speaks on it, {@link #leading} while this
 * one does. It obeys leadership, which it reads, and decides none of it. It never blocks.
 */
final class PeerActor extends ExtensibleBehavior<PeerActor.Command> {
    private static final Logger LOG = LoggerFactory.getLogger(PeerActor.class);
    private static final long FOLLOWING_TICK_NS = 100_000_000L;
    private static final long LEAST_TICK_NS = 1_000_000L;

    private final PeerSettings settings;
    private final PeerTools tools;
    private final BooleanSupplier leads;
    private final NanoClock clock;
    private final TimerScheduler<Command> timers;
    private PeerHandover handover;
    private boolean succeeding;
    private boolean wanted = true;

    /** Null while the other node speaks. */
    private PeerSession session;

    private PeerActor(
            final PeerSettings settings,
            final PeerTools tools,
            final Leadership leadership,
            final NanoClock clock,
            final TimerScheduler<Command> timers) {
        this.settings = settings;
        this.tools = tools;
        leads = leadership.leads();
        succeeding = leadership.succeeding();
        handover = leadership.inherited();
        this.clock = clock;
        this.timers = timers;
    }

    /**
     * Who speaks.
     *
     * @param leads whether this node leads the path's interface now
     * @param succeeding whether, when this node starts, another process of this router may have spoken until then
     * @param inherited what that process knew
     */
    record Leadership(BooleanSupplier leads, boolean succeeding, PeerHandover inherited) {}

    /** The actor of this path; it looks after itself from the start. */
    static Behavior<Command> create(
            final PeerSettings settings, final PeerTools tools, final Leadership leadership, final NanoClock clock) {
        return Behaviors.withTimers(timers -> {
            final PeerActor actor = new PeerActor(settings, tools, leadership, clock, timers);
            actor.lookAround(clock.nanoTime());
            actor.wakeLater(clock.nanoTime());
            return actor;
        });
    }

    /** What a path is told. */
    sealed interface Command {}

    /** A UDP payload came from there. */
    @SuppressWarnings("ArrayRecordComponent") // Messages are never compared.
    record Received(byte[] bytes, Endpoint from) implements Command {}

    /** Agree on new keys now. */
    record Rekey() implements Command {}

    /** Let the path be used, or not. */
    record Administer(boolean up) implements Command {}

    /** Leadership may have changed. */
    record LeadershipChanged() implements Command {}

    /** What the other node knows, should this one go on. */
    record HandedOver(PeerHandover handover) implements Command {}

    private record Tick() implements Command {}

    @Override
    public Behavior<Command> receive(final TypedActorContext<Command> unused, final Command command) {
        final long nowNs = clock.nanoTime();
        try {
            lookAround(nowNs);
            if (session == null) {
                following(command);
            } else {
                leading(command, nowNs);
            }
        } catch (final RuntimeException e) {
            LOG.error(
                    "path {} failed on {}",
                    settings.pathIndex(),
                    command.getClass().getSimpleName(),
                    e);
        }
        wakeLater(nowNs);
        return Behaviors.same();
    }

    private void wakeLater(final long nowNs) {
        final long deadlineNs = session == null ? nowNs + FOLLOWING_TICK_NS : session.deadlineNs(nowNs);
        timers.startSingleTimer(new Tick(), Duration.ofNanos(Math.max(LEAST_TICK_NS, deadlineNs - nowNs)));
    }

    @Override
    public Behavior<Command> receiveSignal(final TypedActorContext<Command> unused, final Signal signal) {
        return Behaviors.same();
    }

    private void following(final Command command) {
        switch (command) {
            case Received _ -> tools.table().counters(settings.pathIndex()).drop(PeerDrop.NOT_LEADING);
            case HandedOver(final PeerHandover newer) -> handover = newer;
            case Administer(final boolean up) -> wanted = up;
            case Rekey _, LeadershipChanged _, Tick _ -> {
                // The other node's to do.
            }
        }
    }

    private void leading(final Command command, final long nowNs) {
        switch (command) {
            case Received(final byte[] bytes, final Endpoint from) -> session.received(bytes, from, nowNs);
            case Rekey _ -> session.rekey(nowNs);
            case Administer(final boolean up) -> {
                wanted = up;
                session.administer(up, nowNs);
            }
            case LeadershipChanged _, Tick _ -> session.tick(nowNs);
            case HandedOver _ -> {
                // This node knows better.
            }
        }
    }

    private void lookAround(final long nowNs) {
        final boolean mustLead = leads.getAsBoolean();
        if (mustLead && session == null) {
            session = new PeerSession(settings, tools);
            session.start(succeeding, handover, nowNs);
            if (!wanted) {
                session.administer(false, nowNs);
            }
        } else if (!mustLead && session != null) {
            handover = session.handover();
            session = null;
            final PeerTable table = tools.table();
            table.publish(settings.pathIndex(), table.row(settings.pathIndex()).retired());
        }
        // Whoever leads later follows the other node.
        succeeding |= !mustLead;
    }
}
