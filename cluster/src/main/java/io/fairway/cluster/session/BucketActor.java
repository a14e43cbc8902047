package io.fairway.cluster.session;

import io.fairway.cluster.replication.SessionChange;
import io.fairway.model.DropReason;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongArrayList;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ExtensibleBehavior;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parent of one bucket's sessions: plans new ones, hands each message to its session, starts a session's actor when
 * it is first needed after a takeover, and keeps the few clocks that sessions do without. It obeys ownership, which it
 * reads, and decides none of it.
 */
final class BucketActor extends ExtensibleBehavior<BucketActor.Command> {
    private static final Logger LOG = LoggerFactory.getLogger(BucketActor.class);
    private static final long OPENING_LIMIT_NS = 1_000_000_000L;
    private static final Duration DEADLINE_TICK = Duration.ofMillis(250);
    private static final Duration REMIND_TICK = Duration.ofMillis(10);
    private static final long NO_SESSION = -1;
    private static final int KEPT_OPENINGS = 64;

    private final SessionServices services;
    private final int bucket;
    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Props sessionProps;
    private final Long2ObjectHashMap<ActorRef<SessionCommand>> sessions = new Long2ObjectHashMap<>();
    private final Long2LongHashMap openingsByKey = new Long2LongHashMap(NO_SESSION);
    private ArrayDeque<Opening> openings = new ArrayDeque<>();
    private final LongArrayList owing = new LongArrayList();
    private boolean settling;
    // Their records stay in the replica until the journal has the tombstone; they must not be adopted meanwhile.
    private LongHashSet endedLately = new LongHashSet();
    private LongHashSet endedBefore = new LongHashSet();
    // A random start, so that a restarted node does not name a session as it named one before.
    private long counter = ThreadLocalRandom.current().nextLong();

    private BucketActor(
            final SessionServices services,
            final int bucket,
            final ActorContext<Command> context,
            final TimerScheduler<Command> timers) {
        this.services = services;
        this.bucket = bucket;
        this.context = context;
        this.timers = timers;
        sessionProps = SessionActor.props(services, context.getSelf());
    }

    /** The actor of this bucket. */
    static Behavior<Command> create(final SessionServices services, final int bucket) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new BucketActor(services, bucket, context, timers)));
    }

    /** What a bucket is told. */
    sealed interface Command {}

    /** The forwarder met an unknown flow. */
    record Seen(FirstPacket packet) implements Command {}

    /** The forwarder saw something of a session: an event of SessionEventFlyweight. */
    record Happened(long sessionId, int event, int detail) implements Command {}

    /** The journal has a session's first version. */
    record Committed(long sessionId) implements Command {}

    /** A session of the partner's, of a lower bucket than this, has the flow that this hash names. */
    record Contested(long keyHash, long winner) implements Command {}

    /** End a session and say whether it was there. */
    record Delete(long sessionId, CompletableFuture<Boolean> ended) implements Command {}

    /** This node owns these sessions now; say when their actors run. */
    @SuppressWarnings("ArrayRecordComponent") // Messages are never compared.
    record Adopt(long[] sessionIds, ActorRef<AdoptionActor.Command> replyTo) implements Command {}

    /** The partner owns this bucket now: stop every actor, end no session. */
    record Release() implements Command {}

    /** This bucket is to be the partner's: let nobody write about its sessions, then mark the place in the journal. */
    record Settle() implements Command {}

    /** It stays after all. */
    record Unsettle() implements Command {}

    /** A session has nothing left to say here. */
    record Left(long sessionId) implements Command {}

    /** A session of ours met a full ring. */
    record Owing(long sessionId) implements Command {}

    /** A session's actor stops. */
    record Ended(long sessionId) implements Command {}

    private record DeadlineTick() implements Command {}

    private record RemindTick() implements Command {}

    private record Opening(long keyHash, long sessionId, long deadlineNs) {}

    @Override
    public Behavior<Command> receive(final TypedActorContext<Command> unused, final Command command) {
        try {
            handle(command);
        } catch (final RuntimeException e) {
            services.counters().failed().increment();
            LOG.error("bucket {} failed on {}", bucket, command, e);
        }
        return Behaviors.same();
    }

    @Override
    public Behavior<Command> receiveSignal(final TypedActorContext<Command> unused, final Signal signal) {
        return Behaviors.same();
    }

    /** A record's bytes. */
    static byte[] encoded(final SessionRecord record) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(512);
        final int length = SessionRecordFlyweight.encode(buffer, 0, record);
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return bytes;
    }

    private void handle(final Command command) {
        switch (command) {
            case Seen(final FirstPacket packet) -> seen(packet);
            case Happened happened -> happened(happened);
            case Committed(final long sessionId) -> tell(sessionId, new SessionCommand.Committed());
            case Contested(final long keyHash, final long winner) ->
                tell(openingsByKey.get(keyHash), new SessionCommand.GiveWay(winner));
            case Delete delete -> delete(delete);
            case Adopt adopt -> adopt(adopt);
            case Release _ -> release();
            case Settle _ -> settle();
            case Unsettle _ -> settling = false;
            case Left(final long sessionId) -> {
                sessions.remove(sessionId);
                markIfSettled();
            }
            case Owing(final long sessionId) -> {
                owing.addLong(sessionId);
                startTimer(new RemindTick(), REMIND_TICK);
            }
            case Ended(final long sessionId) -> {
                sessions.remove(sessionId);
                endedLately.add(sessionId);
                startTimer(new DeadlineTick(), DEADLINE_TICK);
                markIfSettled();
            }
            case DeadlineTick _ -> {
                endOpenings();
                forgetEnded();
            }
            case RemindTick _ -> remind();
        }
    }

    private void settle() {
        settling = true;
        sessions.values().forEach(session -> session.tell(new SessionCommand.Settle()));
        markIfSettled();
    }

    /** Whoever ends or leaves has written its last word before it says so. A full ring is asked again soon. */
    private void markIfSettled() {
        if (settling && sessions.isEmpty() && !services.graph().offer(new SessionChange.Settled(bucket))) {
            startTimer(new RemindTick(), REMIND_TICK);
        }
    }

    private void seen(final FirstPacket packet) {
        if (!services.owns(bucket)) {
            refuse(packet.pendingId(), Verdict.silently(DropReason.CONTROLLER_REFUSED));
            return;
        }
        final ActorRef<SessionCommand> known = sessions.get(openingsByKey.get(packet.keyHash()));
        if (known != null) {
            known.tell(new SessionCommand.NewerPending(packet.pendingId()));
            return;
        }
        final long sessionId = nextSessionId();
        switch (services.planner().plan(packet, birth(sessionId))) {
            case Verdict.Refused refused -> refuse(packet.pendingId(), refused);
            case Verdict.Accepted accepted -> open(packet, accepted);
        }
    }

    private void open(final FirstPacket packet, final Verdict.Accepted accepted) {
        final SessionRecord record = accepted.record();
        final long sessionId = record.sessionId();
        services.counters().accepted().increment();
        services.index().note(record);
        final ActorRef<SessionCommand> session = startSession();
        sessions.put(sessionId, session);
        openingsByKey.put(packet.keyHash(), sessionId);
        openings.add(
                new Opening(packet.keyHash(), sessionId, services.nanoClock().nanoTime() + OPENING_LIMIT_NS));
        startTimer(new DeadlineTick(), DEADLINE_TICK);
        session.tell(new SessionCommand.Begin(encoded(record), packet.pendingId(), accepted.replaces()));
    }

    private SessionPlanner.Birth birth(final long sessionId) {
        return new SessionPlanner.Birth(
                sessionId,
                services.uuids().get(),
                bucket,
                services.ownership().epoch(bucket),
                services.epochClock().time());
    }

    private long nextSessionId() {
        long sessionId;
        do {
            sessionId = BucketId.sessionId(bucket, counter++);
        } while (sessions.containsKey(sessionId) || services.replica().get(sessionId) != null);
        return sessionId;
    }

    private void happened(final Happened happened) {
        if (happened.event() == SessionEventFlyweight.CONTESTED) {
            contested(happened.sessionId(), happened.detail());
            return;
        }
        final ActorRef<SessionCommand> session = findOrAdopt(happened.sessionId());
        if (session != null) {
            session.tell(new SessionCommand.Happened(happened.event(), happened.detail()));
        } else if (!settling && services.owns(bucket) && happened.event() != SessionEventFlyweight.INSTALL_FAILED) {
            // An entry that no record stands behind: whatever back-pressure loses, the next idle event brings again.
            services.installer().remove(happened.sessionId());
        }
    }

    /** Both nodes made a session of one flow: that of the lower bucket keeps it (ha-design.md section 2). */
    private void contested(final long sessionId, final int byBucket) {
        if (byBucket < bucket && !services.owns(byBucket)) {
            final ActorRef<SessionCommand> session = findOrAdopt(sessionId);
            if (session != null) {
                session.tell(new SessionCommand.GiveWay(NO_SESSION));
            }
        }
    }

    private void delete(final Delete delete) {
        final ActorRef<SessionCommand> session = findOrAdopt(delete.sessionId());
        if (session == null) {
            delete.ended().complete(false);
        } else {
            session.tell(new SessionCommand.Delete(delete.ended()));
        }
    }

    private void adopt(final Adopt adopt) {
        for (final long sessionId : adopt.sessionIds()) {
            findOrAdopt(sessionId);
        }
        adopt.replyTo().tell(new AdoptionActor.ChunkDone());
    }

    private ActorRef<SessionCommand> findOrAdopt(final long sessionId) {
        final ActorRef<SessionCommand> session = sessions.get(sessionId);
        if (session != null || settling || !services.owns(bucket) || hasEnded(sessionId)) {
            return session;
        }
        final byte[] record = services.replica().get(sessionId);
        if (record == null) {
            return null;
        }
        services.counters().adopted().increment();
        services.note(new UnsafeBuffer(record), 0);
        final ActorRef<SessionCommand> adopted = startSession();
        adopted.tell(new SessionCommand.Adopted(record));
        sessions.put(sessionId, adopted);
        return adopted;
    }

    private ActorRef<SessionCommand> startSession() {
        return Adapter.toTyped(Adapter.toClassic(context).actorOf(sessionProps));
    }

    private void release() {
        settling = false;
        sessions.values().forEach(context::stop);
        sessions.clear();
        for (final Opening opening : openings) {
            if (services.replica().get(opening.sessionId()) == null) {
                services.forget(opening.sessionId());
            }
        }
        openingsByKey.clear();
        openings.clear();
        owing.clear();
    }

    private void endOpenings() {
        final long nowNs = services.nanoClock().nanoTime();
        while (!openings.isEmpty() && openings.peek().deadlineNs() - nowNs <= 0) {
            final Opening opening = openings.poll();
            openingsByKey.remove(opening.keyHash(), opening.sessionId());
            tell(opening.sessionId(), new SessionCommand.Deadline());
        }
        if (!openings.isEmpty()) {
            startTimer(new DeadlineTick(), DEADLINE_TICK);
        } else if (openingsByKey.capacity() > KEPT_OPENINGS) {
            // The room of a burst is given back.
            openingsByKey.compact();
            openings = new ArrayDeque<>();
        }
    }

    private void forgetEnded() {
        final LongHashSet empty = endedBefore;
        empty.clear();
        endedBefore = endedLately;
        endedLately = empty;
        if (!endedBefore.isEmpty()) {
            startTimer(new DeadlineTick(), DEADLINE_TICK);
        }
    }

    private boolean hasEnded(final long sessionId) {
        return endedLately.contains(sessionId) || endedBefore.contains(sessionId);
    }

    private void remind() {
        final long[] sessionIds = owing.toLongArray();
        owing.clear();
        for (final long sessionId : sessionIds) {
            tell(sessionId, new SessionCommand.Remind());
        }
        markIfSettled();
    }

    private void refuse(final long pendingId, final Verdict.Refused refused) {
        services.counters().refused().increment();
        // Back-pressure here is harmless: what waits in the pending table expires with a name of its own.
        services.installer().refuse(pendingId, refused.reason(), refused.answer());
    }

    private void tell(final long sessionId, final SessionCommand command) {
        final ActorRef<SessionCommand> session = sessions.get(sessionId);
        if (session != null) {
            session.tell(command);
        }
    }

    private void startTimer(final Command tick, final Duration delay) {
        if (!timers.isTimerActive(tick)) {
            timers.startSingleTimer(tick, tick, delay);
        }
    }
}
