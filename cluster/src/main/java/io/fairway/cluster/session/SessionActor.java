package io.fairway.cluster.session;

import io.fairway.cluster.replication.SessionChange;
import io.fairway.cluster.session.SessionCommand.Adopted;
import io.fairway.cluster.session.SessionCommand.Begin;
import io.fairway.cluster.session.SessionCommand.Committed;
import io.fairway.cluster.session.SessionCommand.Deadline;
import io.fairway.cluster.session.SessionCommand.Delete;
import io.fairway.cluster.session.SessionCommand.GiveWay;
import io.fairway.cluster.session.SessionCommand.Happened;
import io.fairway.cluster.session.SessionCommand.NewerPending;
import io.fairway.cluster.session.SessionCommand.Remind;
import io.fairway.cluster.session.SessionCommand.Replaced;
import io.fairway.cluster.session.SessionCommand.Settle;
import io.fairway.model.DropReason;
import io.fairway.model.boundary.RefusePendingFlyweight;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.session.SessionState;
import java.util.concurrent.CompletableFuture;
import org.agrona.concurrent.UnsafeBuffer;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ExtensibleBehavior;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one session: {@link #replacing}, {@link #opening}, {@link #established}, {@link #closing}. There are a
 * million of these, so it is lean: it is its own behaviour, holds no timer, and its record lies in the replica once the
 * journal has it. It never blocks and never decides ownership: its {@link BucketActor} starts and stops it.
 *
 * <p>What meets a full ring is owed: the bucket reminds the session until it is paid.
 */
final class SessionActor extends ExtensibleBehavior<SessionCommand> {
    private static final Logger LOG = LoggerFactory.getLogger(SessionActor.class);
    private static final int OWES_INSTALL = 1;
    private static final int OWES_UPDATE = 2;
    private static final int OWES_TOMBSTONE = 4;
    private static final int OWES_REMOVAL = 8;
    private static final int OWES_MOVE = 16;

    private final SessionServices services;
    private final ActorRef<BucketActor.Command> bucket;
    private long sessionId;
    private Phase phase;
    private SessionState state;
    private boolean handshakeDone;
    private boolean yields;
    private boolean leaves;
    /** Its flow may be another session's for a moment: the partner's, which gives way. */
    private boolean young;

    private byte owed;
    private int version;
    /** What only a young or a dying session needs; null in between. */
    private Aside aside;

    private SessionActor(final SessionServices services, final ActorRef<BucketActor.Command> bucket) {
        this.services = services;
        this.bucket = bucket;
        phase = Phase.OPENING;
        state = SessionState.OPENING;
    }

    /**
     * How a bucket makes its sessions: one Props for all of them, as one for each would weigh 170 bytes. The first
     * message must be {@link Begin} or {@link Adopted}.
     */
    static Props props(final SessionServices services, final ActorRef<BucketActor.Command> bucket) {
        return Adapter.props(() -> new SessionActor(services, bucket));
    }

    private enum Phase {
        REPLACING,
        OPENING,
        ESTABLISHED,
        CLOSING
    }

    @Override
    public Behavior<SessionCommand> receive(
            final TypedActorContext<SessionCommand> context, final SessionCommand command) {
        try {
            return switch (phase) {
                case REPLACING -> replacing(command);
                case OPENING -> opening(context, command);
                case ESTABLISHED -> established(command);
                case CLOSING -> closing(command);
            };
        } catch (final RuntimeException e) {
            LOG.error("session {} failed; its record lives on", Long.toHexString(sessionId), e);
            services.counters().failed().increment();
            bucket.tell(new BucketActor.Ended(sessionId));
            return Behaviors.stopped();
        }
    }

    @Override
    public Behavior<SessionCommand> receiveSignal(
            final TypedActorContext<SessionCommand> context, final Signal signal) {
        return Behaviors.same();
    }

    private Behavior<SessionCommand> replacing(final SessionCommand command) {
        return switch (command) {
            case Replaced _ -> journalFirstVersion();
            case NewerPending(final long pendingId) -> waitsNowAs(pendingId);
            case Deadline _, GiveWay _ -> giveUp(DropReason.CONTROLLER_REFUSED);
            case Delete(final CompletableFuture<Boolean> future) -> {
                refuse(DropReason.CONTROLLER_REFUSED);
                yield endNow(future);
            }
            case Settle _ -> leave();
            case Begin _, Adopted _, Committed _, Happened _, Remind _ -> Behaviors.same();
        };
    }

    private Behavior<SessionCommand> opening(
            final TypedActorContext<SessionCommand> context, final SessionCommand command) {
        return switch (command) {
            case Begin begin -> begin(context, begin);
            case Adopted(final byte[] record) -> adopted(record);
            case NewerPending(final long pendingId) -> waitsNowAs(pendingId);
            case Committed _ -> {
                phase = Phase.ESTABLISHED;
                owed |= OWES_INSTALL;
                yield pay();
            }
            case Deadline _ -> {
                refuse(DropReason.CONTROLLER_REFUSED);
                yield close(null);
            }
            case GiveWay(final long winner) -> giveWay(winner);
            case Happened happened when isEnd(happened.event()) -> close(null);
            case Delete(final CompletableFuture<Boolean> future) -> close(future);
            case Settle _ -> leave();
            case Happened _, Remind _, Replaced _ -> Behaviors.same();
        };
    }

    private Behavior<SessionCommand> established(final SessionCommand command) {
        return switch (command) {
            case Happened(final int event, final int detail) -> happened(event, detail);
            case NewerPending(final long pendingId) -> {
                aside = new Aside(record(), pendingId);
                owed |= OWES_INSTALL;
                yield pay();
            }
            case Deadline _ -> {
                young = false;
                yield (owed & OWES_INSTALL) != 0 ? close(null) : Behaviors.same();
            }
            case GiveWay(final long winner) -> giveWay(winner);
            case Remind _ -> pay();
            case Delete(final CompletableFuture<Boolean> future) -> close(future);
            case Settle _ -> leave();
            case Begin _, Adopted _, Replaced _, Committed _ -> Behaviors.same();
        };
    }

    private Behavior<SessionCommand> closing(final SessionCommand command) {
        return switch (command) {
            case Remind _ -> pay();
            case Delete(final CompletableFuture<Boolean> future) -> {
                aside = Aside.awaited(aside, future);
                yield Behaviors.same();
            }
            case Begin _,
                    Adopted _,
                    Replaced _,
                    Committed _,
                    NewerPending _,
                    Happened _,
                    Deadline _,
                    GiveWay _,
                    Settle _ -> Behaviors.same();
        };
    }

    private Behavior<SessionCommand> begin(final TypedActorContext<SessionCommand> context, final Begin begin) {
        final UnsafeBuffer view = new UnsafeBuffer(begin.record());
        sessionId = SessionRecordFlyweight.sessionId(view, 0);
        state = SessionRecordFlyweight.state(view, 0);
        version = 1;
        young = true;
        aside = new Aside(begin.record(), begin.pendingId());
        if (begin.replaces() == Verdict.NOTHING) {
            return journalFirstVersion();
        }
        phase = Phase.REPLACING;
        services.counters().rebound().increment();
        context.asJava().pipeToSelf(services.deleter().apply(begin.replaces()), (done, failure) -> new Replaced());
        return Behaviors.same();
    }

    private Behavior<SessionCommand> adopted(final byte[] record) {
        final UnsafeBuffer view = new UnsafeBuffer(record);
        sessionId = SessionRecordFlyweight.sessionId(view, 0);
        version = SessionRecordFlyweight.version(view, 0);
        state = SessionRecordFlyweight.state(view, 0);
        handshakeDone = SessionRecordFlyweight.handshakeDone(view, 0);
        yields = SessionRecordFlyweight.adaptation(view, 0) == SessionSecurity.Adaptation.YIELDS;
        phase = Phase.ESTABLISHED;
        return Behaviors.same();
    }

    private Behavior<SessionCommand> journalFirstVersion() {
        if (!services.graph().offer(new SessionChange.Put(aside.record))) {
            return giveUp(DropReason.JOURNAL_FULL);
        }
        phase = Phase.OPENING;
        return Behaviors.same();
    }

    private Behavior<SessionCommand> waitsNowAs(final long pendingId) {
        aside.pendingId = pendingId;
        return Behaviors.same();
    }

    private Behavior<SessionCommand> happened(final int event, final int detail) {
        switch (event) {
            case SessionEventFlyweight.ESTABLISHED -> state = SessionState.ESTABLISHED;
            case SessionEventFlyweight.HANDSHAKE_DONE -> {
                handshakeDone = true;
                yields = detail == SessionEventFlyweight.YIELDS;
            }
            case SessionEventFlyweight.METADATA_WANTED -> {
                return recovered();
            }
            case SessionEventFlyweight.PATH_LOST -> {
                return moved();
            }
            case SessionEventFlyweight.INSTALL_FAILED -> {
                if (young && detail == DropReason.DUPLICATE_FLOW.ordinal()) {
                    return installLater();
                }
                services.counters().failed().increment();
                LOG.debug("install failed: {}", DropReason.of(detail));
                return close(null);
            }
            case SessionEventFlyweight.IDLE, SessionEventFlyweight.CLOSED -> {
                return close(null);
            }
            default -> {
                return Behaviors.same();
            }
        }
        version++;
        owed |= OWES_UPDATE;
        return pay();
    }

    /** What waited is gone, and comes again; whoever has the flow gives way, or this session at its deadline. */
    private Behavior<SessionCommand> installLater() {
        aside = aside == null ? new Aside(record(), 0) : aside;
        owed |= OWES_INSTALL;
        bucket.tell(new BucketActor.Owing(sessionId));
        return Behaviors.same();
    }

    /** A full ring is harmless: the peer asks again. */
    private Behavior<SessionCommand> recovered() {
        if (toldAnew()) {
            services.counters().recovered().increment();
        }
        return Behaviors.same();
    }

    private boolean toldAnew() {
        final byte[] record = record();
        return services.installer().recover(new UnsafeBuffer(record), 0, record.length);
    }

    /** On another path the session has the same name, and its next router learns of it as if it had lost it. */
    private Behavior<SessionCommand> moved() {
        final SessionRecord next = services.planner().mover().moved(last());
        if (next == null) {
            return Behaviors.same();
        }
        services.counters().moved().increment();
        version++;
        handshakeDone = false;
        aside = new Aside(encoded(next), aside == null ? 0 : aside.pendingId);
        owed |= OWES_UPDATE | OWES_MOVE;
        return pay();
    }

    private Behavior<SessionCommand> close(final CompletableFuture<Boolean> future) {
        phase = Phase.CLOSING;
        version++;
        // The tombstone outlives any version still owed.
        owed = OWES_TOMBSTONE | OWES_REMOVAL;
        aside = Aside.awaited(aside, future);
        return pay();
    }

    private Behavior<SessionCommand> pay() {
        if ((owed & OWES_INSTALL) != 0 && installed()) {
            owed &= ~OWES_INSTALL;
            aside = services.replica().get(sessionId) == null ? aside : null;
        }
        if ((owed & OWES_MOVE) != 0 && toldAnew()) {
            owed &= ~OWES_MOVE;
        }
        if ((owed & OWES_UPDATE) != 0 && services.graph().offer(new SessionChange.Put(encoded(last())))) {
            owed &= ~OWES_UPDATE;
        }
        if ((owed & OWES_TOMBSTONE) != 0 && services.graph().offer(new SessionChange.Delete(sessionId, version))) {
            owed &= ~OWES_TOMBSTONE;
        }
        if ((owed & OWES_REMOVAL) != 0 && services.installer().remove(sessionId)) {
            owed &= ~OWES_REMOVAL;
        }
        if (owed != 0) {
            services.counters().retried().increment();
            bucket.tell(new BucketActor.Owing(sessionId));
            return Behaviors.same();
        }
        return phase == Phase.CLOSING ? endNow(null) : leaves ? leave() : Behaviors.same();
    }

    /** The session goes on at the partner, as soon as nothing is left to say of it here. */
    private Behavior<SessionCommand> leave() {
        leaves = true;
        if (phase != Phase.ESTABLISHED || owed != 0) {
            return Behaviors.same();
        }
        bucket.tell(new BucketActor.Left(sessionId));
        return Behaviors.stopped();
    }

    private boolean installed() {
        return services.installer().install(new UnsafeBuffer(aside.record), 0, aside.record.length, aside.pendingId);
    }

    private SessionRecord last() {
        return SessionRecordFlyweight.decode(new UnsafeBuffer(record()), 0);
    }

    private byte[] encoded(final SessionRecord last) {
        final int epoch = services.ownership().epoch(BucketId.ofSession(sessionId));
        return BucketActor.encoded(
                last.with(version, epoch, state, handshakeDone, last.security().adapted(yields)));
    }

    private byte[] record() {
        return Aside.newest(aside, services.replica().get(sessionId));
    }

    /** What waits for this session goes where the partner's goes: across the fabric. */
    private Behavior<SessionCommand> giveWay(final long winner) {
        services.counters().yielded().increment();
        final byte[] record = services.replica().get(winner);
        if (phase == Phase.OPENING
                && (record == null
                        || !services.installer()
                                .install(new UnsafeBuffer(record), 0, record.length, aside.pendingId))) {
            refuse(DropReason.CONTROLLER_REFUSED);
        }
        return close(null);
    }

    private Behavior<SessionCommand> giveUp(final DropReason reason) {
        refuse(reason);
        return endNow(null);
    }

    private void refuse(final DropReason reason) {
        services.counters().refused().increment();
        // Back-pressure here is harmless: what waits in the pending table expires with a name of its own.
        services.installer().refuse(aside.pendingId, reason, RefusePendingFlyweight.SILENT);
    }

    private Behavior<SessionCommand> endNow(final CompletableFuture<Boolean> future) {
        aside = Aside.awaited(aside, future);
        services.forget(sessionId);
        services.counters().ended().increment();
        bucket.tell(new BucketActor.Ended(sessionId));
        if (aside != null && aside.ended != null) {
            aside.ended.complete(true);
        }
        return Behaviors.stopped();
    }

    private static boolean isEnd(final int event) {
        return event == SessionEventFlyweight.INSTALL_FAILED
                || event == SessionEventFlyweight.IDLE
                || event == SessionEventFlyweight.CLOSED;
    }
}
