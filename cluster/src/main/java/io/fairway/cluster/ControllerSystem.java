package io.fairway.cluster;

import com.typesafe.config.Config;
import io.fairway.cluster.membership.ClusterConfig;
import io.fairway.cluster.membership.DeathRegister;
import io.fairway.cluster.membership.ManagementActor;
import io.fairway.cluster.membership.MembershipView;
import io.fairway.cluster.peer.PeerRooms;
import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.cluster.replication.ReplicationGraph;
import io.fairway.cluster.replication.Retries;
import io.fairway.cluster.replication.SessionInstaller;
import io.fairway.cluster.session.FirstPacket;
import io.fairway.cluster.session.PortLedger;
import io.fairway.cluster.session.RebindFinder;
import io.fairway.cluster.session.SessionCounters;
import io.fairway.cluster.session.SessionIndex;
import io.fairway.cluster.session.SessionPlanner;
import io.fairway.cluster.session.SessionRooms;
import io.fairway.cluster.session.SessionServices;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.config.Router;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.session.SessionState;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.stream.Materializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller of one node: its actor system and all in it. The forwarder's, the journal's and the pair's threads
 * call its {@code on...} methods; each hands a message over and returns, none blocks. It decides neither ownership nor
 * death.
 */
public final class ControllerSystem implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerSystem.class);
    private static final int GRAPH_CAPACITY = 16 * 1024;
    private static final long START_LIMIT_S = 30;
    private static final long CLOSE_LIMIT_S = 5;
    private static final long DELETE_LIMIT_S = 2;

    private final ControllerContext context;
    private final Router router;
    private final Router.Node node;
    private final Retries retries = new Retries();
    private final SessionCounters counters = new SessionCounters();
    private final DeathRegister deaths = new DeathRegister();
    private final ActorSystem<Void> system;
    private final Inside inside;

    private ControllerSystem(final ControllerContext context) throws IdentityException {
        this.context = context;
        router = context.authority().routerOfNode(context.nodeName());
        node = router.node(context.nodeName());
        final Config config = ClusterConfig.of(router, node, context.clusterPort());
        final CompletableFuture<Inside> started = new CompletableFuture<>();
        system = ActorSystem.create(
                guardian(started),
                ClusterConfig.SYSTEM_NAME,
                ActorSystemSetup.create(BootstrapSetup.create(config), deaths));
        inside = await(started);
    }

    /**
     * Starts a controller and returns when its actors run; a cluster forms, or not, in the background.
     *
     * @throws IllegalStateException if it cannot start, for instance because Artery's port is taken
     * @throws IdentityException if a file with a certificate or key cannot be used
     */
    public static ControllerSystem start(final ControllerContext context) throws IdentityException {
        return new ControllerSystem(context);
    }

    private record Inside(
            SessionServices services,
            SessionRooms rooms,
            ReplicationGraph graph,
            ActorRef<ManagementActor.Command> management,
            PeerDesk peers) {}

    /** The forwarder met an unknown flow: a message as in FirstPacketFlyweight, read before this returns. */
    public void onFirstPacket(final DirectBuffer message, final int offset, final int length) {
        inside.rooms().seen(FirstPacket.read(message, offset));
    }

    /** The forwarder saw something of a session: an event of SessionEventFlyweight. */
    public void onSessionEvent(final long sessionId, final int event, final int detail) {
        if (event == SessionEventFlyweight.INSTALL_FAILED && !inside.services().owns(BucketId.ofSession(sessionId))) {
            counters.standbyRefused().increment();
            context.neighbours().standbyRefused().accept(sessionId);
        } else {
            inside.rooms().happened(sessionId, event, detail);
        }
    }

    /** Somebody sent something to UDP port 1280 of a waypoint: a PeerMessageFlyweight, read before this returns. */
    public void onPeerMessage(final DirectBuffer message, final int offset) {
        inside.peers().heard(message, offset);
    }

    /** The paths to other routers; null if nobody speaks to them. */
    public PeerRooms peers() {
        return inside.peers() == null ? null : inside.peers().rooms();
    }

    /** The journal has committed a version of our own. */
    public void onCommitted(final long sessionId, final int version, final boolean synced) {
        if (!synced && router.nodes().size() > 1) {
            counters.unsynced().increment();
        }
        if (version == 1) {
            inside.rooms().committed(sessionId);
        }
    }

    /** The partner has a version after all. */
    public void onSynced(final long sessionId, final int version) {
        // The replica knows; no actor needs it.
    }

    /** The replica has a record that another process made, or will: its ports and names are taken. */
    public void onRemoteRecord(final DirectBuffer record, final int offset, final int length) {
        inside.services().note(record, offset);
        if (SessionRecordFlyweight.version(record, offset) == 1) {
            inside.rooms()
                    .openedByPartner(
                            FlowKeyFlyweight.hash(record, offset + SessionRecordFlyweight.FORWARD_KEY),
                            SessionRecordFlyweight.sessionId(record, offset));
        }
    }

    /** The replica has forgotten a session. */
    public void onRemoteDelete(final long sessionId) {
        inside.services().forget(sessionId);
    }

    /** Buckets changed hands; the ownership view says which. */
    public void onOwnershipChanged() {
        inside.rooms().ownershipChanged();
    }

    /** A bucket is to be the partner's; the journal says when nothing more comes about its sessions. */
    public void onSettle(final int bucket) {
        inside.rooms().settle(bucket);
    }

    /** It stays after all. */
    public void onUnsettle(final int bucket) {
        inside.rooms().unsettle(bucket);
    }

    /** The arbiter declared the partner dead: it is downed in the cluster. */
    public void onPartnerDead(final String why) {
        if (ClusterConfig.isClustered(router)) {
            LOG.warn("partner declared dead: {}", why);
            deaths.declareDead(ClusterConfig.host(router.nodes().get(1 - node.id())));
            joinOurselvesIfAlone();
        }
        if (inside.peers() != null) {
            inside.peers().onPartnerDead();
        }
    }

    /** The arbiter sees the partner alive; it rejoins the cluster by itself. */
    public void onPartnerAlive() {
        LOG.info("partner alive");
        if (inside.peers() != null) {
            inside.peers().onPartnerAlive();
        }
    }

    /** Notes the ports and names of every session of the replica: once, before traffic. */
    public void restore() {
        context.neighbours().replica().forEach(record -> inside.services().note(new UnsafeBuffer(record), 0));
    }

    /**
     * Goes on where another controller stopped while its forwarder did not: {@link #restore}, own sessions are adopted,
     * and of those that were being set up the forwarder tells again what it has seen. Returns soon; the forwarder is
     * fed in the background.
     */
    public void resume() {
        final LongArrayList unfinished = new LongArrayList();
        context.neighbours().replica().forEach(record -> {
            final UnsafeBuffer view = new UnsafeBuffer(record);
            inside.services().note(view, 0);
            final long sessionId = SessionRecordFlyweight.sessionId(view, 0);
            if (inside.services().owns(BucketId.ofSession(sessionId)) && isUnfinished(view)) {
                unfinished.addLong(sessionId);
            }
        });
        LOG.info("goes on; {} sessions were being set up", unfinished.size());
        installAgain(unfinished, 0);
        onOwnershipChanged();
    }

    private static boolean isUnfinished(final DirectBuffer record) {
        if (SessionRecordFlyweight.state(record, 0) == SessionState.OPENING) {
            return true;
        }
        final SessionRecord whole = SessionRecordFlyweight.decode(record, 0);
        return !whole.handshakeDone()
                && (whole.forward().action().metadataRole() != 0
                        || whole.reverse().action().metadataRole() != 0);
    }

    private void installAgain(final LongArrayList sessionIds, final int first) {
        int at = first;
        while (at < sessionIds.size() && installedAgain(sessionIds.getLong(at))) {
            at++;
        }
        if (at < sessionIds.size()) {
            final int next = at;
            retries.later(() -> installAgain(sessionIds, next));
        }
    }

    private boolean installedAgain(final long sessionId) {
        final SessionInstaller forwarder = context.neighbours().installer();
        final byte[] record = context.neighbours().replica().get(sessionId);
        return record == null
                || forwarder.install(new UnsafeBuffer(record), 0, record.length, 0) && forwarder.report(sessionId);
    }

    /**
     * Ends a session, whoever owns it; completes with whether it was there, or false when its owner does not answer.
     */
    public CompletionStage<Boolean> delete(final long sessionId) {
        final CompletableFuture<Boolean> ended = new CompletableFuture<>();
        inside.management().tell(new ManagementActor.Delete(sessionId, ended));
        return ended.completeOnTimeout(false, DELETE_LIMIT_S, TimeUnit.SECONDS);
    }

    /** The cluster as this node sees it. */
    public MembershipView membership() {
        return ClusterConfig.isClustered(router) ? MembershipView.of(system) : MembershipView.alone();
    }

    /** What was done so far. */
    public SessionCounters counters() {
        return counters;
    }

    /** Completes when the actor system has ended: after close, or when the partner has downed this node. */
    public CompletionStage<Done> terminated() {
        return system.getWhenTerminated();
    }

    @Override
    public void close() {
        quietly(inside.graph().drain().toCompletableFuture());
        system.terminate();
        quietly(system.getWhenTerminated().toCompletableFuture());
        retries.close();
    }

    private Behavior<Void> guardian(final CompletableFuture<Inside> started) {
        return Behaviors.setup(actor -> {
            try {
                started.complete(build(actor));
            } catch (final IdentityException e) {
                started.completeExceptionally(e);
            }
            return Behaviors.empty();
        });
    }

    private Inside build(final ActorContext<Void> actor) throws IdentityException {
        final ControllerContext.Neighbours neighbours = context.neighbours();
        final SystemNanoClock clock = SystemNanoClock.INSTANCE;
        final PortLedger ledger = new PortLedger(router, node.id(), clock);
        final SessionIndex index = new SessionIndex();
        final ReplicationGraph graph = ReplicationGraph.start(
                neighbours.journal(), retries, GRAPH_CAPACITY, Materializer.createMaterializer(actor.getSystem()));
        final SessionServices services = new SessionServices(
                node.id(),
                new SessionPlanner(
                        context.authority(),
                        router,
                        ledger,
                        new RebindFinder(index, neighbours.replica()),
                        recovering(clock)),
                ledger,
                index,
                graph,
                neighbours.installer(),
                neighbours.replica(),
                neighbours.ownership(),
                this::delete,
                UUID::randomUUID,
                clock,
                SystemEpochClock.INSTANCE,
                counters);
        final SessionRooms rooms = SessionRooms.open(services, actor);
        final ActorRef<ManagementActor.Command> management = actor.spawn(
                ManagementActor.create(id -> services.owns(BucketId.ofSession(id)), rooms::delete), "management");
        final PeerDesk peers =
                neighbours.peers() == null ? null : PeerDesk.open(context, services.planner(), rooms, retries, actor);
        return new Inside(services, rooms, graph, management, peers);
    }

    /** Whether sessions may still turn up that were there before this start: as long as silent ones live. */
    private BooleanSupplier recovering(final NanoClock clock) {
        final long startNs = clock.nanoTime();
        final long spanNs = TimeUnit.MILLISECONDS.toNanos(router.timers().tcpMs());
        return () -> clock.nanoTime() - startNs < spanNs;
    }

    private Inside await(final CompletableFuture<Inside> started) throws IdentityException {
        try {
            return started.get(START_LIMIT_S, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the controller started", e);
        } catch (final ExecutionException | TimeoutException e) {
            system.terminate();
            if (e.getCause() instanceof final IdentityException unusable) {
                throw unusable;
            }
            throw new IllegalStateException("the controller did not start", e);
        }
    }

    /** Node 1 alone never founds a cluster by its seed list; when its partner is dead it must. */
    private void joinOurselvesIfAlone() {
        final Cluster cluster = Cluster.get(system);
        final MemberStatus status = cluster.selfMember().status();
        if (status.equals(MemberStatus.removed()) && cluster.state().members().isEmpty()) {
            cluster.manager().tell(Join.create(cluster.selfMember().address()));
        }
    }

    private static void quietly(final CompletableFuture<?> future) {
        try {
            future.get(CLOSE_LIMIT_S, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (final ExecutionException | TimeoutException e) {
            LOG.warn("the controller did not close within {}", Duration.ofSeconds(CLOSE_LIMIT_S), e);
        }
    }
}
