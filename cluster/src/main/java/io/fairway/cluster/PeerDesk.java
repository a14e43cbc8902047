package io.fairway.cluster;

import io.fairway.cluster.directory.PathCondition;
import io.fairway.cluster.directory.PathStates;
import io.fairway.cluster.membership.ClusterConfig;
import io.fairway.cluster.membership.NoticeActor;
import io.fairway.cluster.peer.Incarnation;
import io.fairway.cluster.peer.PeerContext;
import io.fairway.cluster.peer.PeerHandover;
import io.fairway.cluster.peer.PeerListener;
import io.fairway.cluster.peer.PeerPort;
import io.fairway.cluster.peer.PeerRooms;
import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.cluster.peer.exchange.PeerKeys;
import io.fairway.cluster.replication.Retries;
import io.fairway.cluster.session.SessionPlanner;
import io.fairway.cluster.session.SessionRooms;
import io.fairway.model.boundary.PeerMessageFlyweight;
import io.fairway.model.config.Router;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.TcpProbe;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between the peers' room and the rest of a node: what it learns goes to the forwarder and to the other node of this
 * router, and a peer that lost its sessions is told of them again. Any thread may call; nothing blocks.
 */
final class PeerDesk implements PeerListener {
    private static final Logger LOG = LoggerFactory.getLogger(PeerDesk.class);

    /** The topic of this router's own sessions' number; the others are paths. */
    private static final int INCARNATION = -1;

    /** Added to a path's index: the topic of how it is. */
    private static final int CONDITION = 1 << 16;

    /** What was being set up when a path went down is found by a second look. */
    private static final long SECOND_LOOK_US = 1_000_000;

    private final PeerPort port;
    private final Router router;
    private final int nodeId;
    private final SessionPlanner planner;
    private final PathSessions sessions;
    private final Retries retries;
    private final AtomicReferenceArray<PeerHandover> known;
    private volatile PeerRooms rooms;
    private volatile ActorRef<NoticeActor.Command> notices;

    private PeerDesk(
            final ControllerContext context,
            final SessionPlanner planner,
            final SessionRooms rooms,
            final Retries retries) {
        port = context.neighbours().peers();
        router = context.authority().routerOfNode(context.nodeName());
        nodeId = router.node(context.nodeName()).id();
        this.planner = planner;
        sessions = new PathSessions(context.neighbours(), nodeId, rooms, retries);
        this.retries = retries;
        known = new AtomicReferenceArray<>(router.peerPaths().size());
        paths().far(partnersPaths());
        for (int path = 0; path < known.length(); path++) {
            known.set(path, port.kept(path));
        }
    }

    /**
     * Starts the room's actors as children of this one.
     *
     * @throws IdentityException if a file with a certificate or key cannot be used
     */
    static PeerDesk open(
            final ControllerContext context,
            final SessionPlanner planner,
            final SessionRooms sessions,
            final Retries retries,
            final ActorContext<?> parent)
            throws IdentityException {
        final PeerDesk desk = new PeerDesk(context, planner, sessions, retries);
        final Router router = desk.router;
        desk.rooms = PeerRooms.open(
                new PeerContext(
                        context.authority(),
                        router,
                        desk.nodeId,
                        desk.port.incarnation()::get,
                        router.nodes().size() > 1,
                        desk.port::kept,
                        desk.port::leads,
                        desk.port,
                        desk,
                        new PeerContext.Clocks(SystemNanoClock.INSTANCE, SystemEpochClock.INSTANCE),
                        new SecureRandom()),
                parent,
                DispatcherSelector.fromConfig(ClusterConfig.PATHS_DISPATCHER));
        if (ClusterConfig.isClustered(router)) {
            final String partner = ClusterConfig.host(router.nodes().get(1 - desk.nodeId));
            desk.notices = parent.spawn(NoticeActor.create(partner, desk::noticed), "notices");
            desk.sayIncarnation();
            for (int path = 0; path < desk.known.length(); path++) {
                desk.sayHandover(path);
            }
        }
        return desk;
    }

    /** The room. */
    PeerRooms rooms() {
        return rooms;
    }

    /** Somebody said something: a PeerMessageFlyweight, read before this returns. */
    void heard(final DirectBuffer message, final int offset) {
        final byte[] payload = new byte[message.getInt(offset + PeerMessageFlyweight.PAYLOAD_LENGTH)];
        message.getBytes(offset + PeerMessageFlyweight.PAYLOAD, payload);
        final int remotePort = message.getShort(offset + PeerMessageFlyweight.REMOTE_PORT) & 0xffff;
        rooms.received(
                payload,
                new Endpoint(address(message, offset + PeerMessageFlyweight.REMOTE), remotePort),
                address(message, offset + PeerMessageFlyweight.LOCAL));
    }

    private static IpAddress address(final DirectBuffer message, final int at) {
        return new IpAddress(message.getLong(at), message.getLong(at + Long.BYTES));
    }

    @Override
    public void onPathUp(final int pathIndex) {
        LOG.info("path {} is up", name(pathIndex));
        learnCondition(pathIndex, before -> before.down(false));
    }

    @Override
    public void onPathDown(final int pathIndex, final String why) {
        LOG.warn("path {} is down: {}", name(pathIndex), why);
        learnCondition(pathIndex, before -> before.down(true));
    }

    @Override
    public void onMtu(final int pathIndex, final int mtuBytes) {
        LOG.info("path {} carries packets of {} bytes", name(pathIndex), mtuBytes);
        learnCondition(pathIndex, before -> before.mtu(mtuBytes));
    }

    @Override
    public void onTcpRefused(final int pathIndex, final int refused) {
        LOG.info("path {} refuses TCP segments: [{}]", name(pathIndex), TcpProbe.names(refused));
        learnCondition(pathIndex, before -> before.tcp(refused));
    }

    private void learnCondition(final int pathIndex, final UnaryOperator<PathCondition> change) {
        noteCondition(pathIndex, change);
        if (notices != null) {
            final byte[] now = paths().condition(pathIndex).encode();
            notices.tell(new NoticeActor.Say(CONDITION + pathIndex, now));
        }
    }

    private void noteCondition(final int pathIndex, final UnaryOperator<PathCondition> change) {
        final PathCondition before = paths().learn(pathIndex, change);
        final PathCondition now = paths().condition(pathIndex);
        if (now.mtuBytes() != before.mtuBytes()) {
            giveMtu(pathIndex);
        }
        if (now.isDown() && !before.isDown()) {
            leaveTwice(pathIndex);
        }
    }

    private void leaveTwice(final int pathIndex) {
        leave(pathIndex);
        retries.later(() -> leave(pathIndex), SECOND_LOOK_US);
    }

    /**
     * The other node is dead, and with it the paths that only it can send by: nobody waits for BFD to notice. Of what
     * it owned, some may also have been about to leave a path that was down before.
     */
    void onPartnerDead() {
        partnersPaths().stream().forEach(path -> {
            LOG.warn("path {} is down: the node that has it is dead", name(path));
            paths().learn(path, before -> before.down(true));
        });
        IntStream.range(0, known.length()).filter(paths()::isDown).forEach(this::leaveTwice);
        if (notices != null) {
            notices.tell(new NoticeActor.Partner(false));
        }
    }

    /** The other node lives: its paths may be used until it says how they are. */
    void onPartnerAlive() {
        partnersPaths().stream().forEach(path -> paths().learn(path, before -> before.down(false)));
        if (notices != null) {
            notices.tell(new NoticeActor.Partner(true));
        }
    }

    private BitSet partnersPaths() {
        final BitSet paths = new BitSet();
        for (int path = 0; path < router.peerPaths().size(); path++) {
            paths.set(
                    path,
                    router.isElsewhere(nodeId, router.peerPaths().get(path).interfaceIndex()));
        }
        return paths;
    }

    private void giveMtu(final int pathIndex) {
        if (!port.carries(pathIndex, paths().condition(pathIndex).mtuBytes())) {
            retries.later(() -> giveMtu(pathIndex));
        }
    }

    private PathStates paths() {
        return planner.mover().paths();
    }

    /** Our sessions leave a path that is down for another one, if there is any. */
    private void leave(final int pathIndex) {
        final List<Router.PeerPath> all = router.peerPaths();
        final String peer = all.get(pathIndex).peer();
        final boolean others =
                IntStream.range(0, all.size()).anyMatch(i -> all.get(i).peer().equals(peer) && !paths().isDown(i));
        if (others && paths().isDown(pathIndex)) {
            sessions.leave(name(pathIndex));
        }
    }

    @Override
    public void onPeerIncarnation(final int pathIndex, final long incarnation, final boolean lost) {
        learn(pathIndex, before -> new PeerHandover(before.keys(), incarnation, before.seen()));
        if (lost) {
            sessions.tellAgain(name(pathIndex));
        }
    }

    @Override
    public void onObservedAddressChanged(final int pathIndex, final Endpoint seen) {
        learn(pathIndex, before -> new PeerHandover(before.keys(), before.peerIncarnation(), seen));
        giveAddress(pathIndex);
    }

    private void giveAddress(final int pathIndex) {
        final IpAddress address = known.get(pathIndex).seen().address();
        planner.seenAt(router.peerPaths().get(pathIndex), address);
        if (!port.seenAt(pathIndex, address)) {
            retries.later(() -> giveAddress(pathIndex));
        }
    }

    @Override
    public void onOwnAddressChanged(final int pathIndex, final Endpoint seen) {
        sessions.tellAgain(name(pathIndex));
    }

    @Override
    public void onKeys(final int pathIndex, final PeerKeys keys) {
        learn(pathIndex, before -> new PeerHandover(keys, before.peerIncarnation(), before.seen()));
        giveKeys(pathIndex);
    }

    private void learn(final int pathIndex, final UnaryOperator<PeerHandover> change) {
        known.updateAndGet(pathIndex, change);
        keep(pathIndex);
        sayHandover(pathIndex);
    }

    private void keep(final int pathIndex) {
        if (!port.keep(pathIndex, known.get(pathIndex))) {
            retries.later(() -> keep(pathIndex));
        }
    }

    private void giveKeys(final int pathIndex) {
        if (!port.useKeys(pathIndex, known.get(pathIndex).keys())) {
            retries.later(() -> giveKeys(pathIndex));
        }
    }

    private void sayHandover(final int pathIndex) {
        final PeerHandover handover = known.get(pathIndex);
        if (notices != null && !handover.equals(PeerHandover.NONE)) {
            notices.tell(new NoticeActor.Say(pathIndex, handover.encode()));
        }
    }

    private void sayIncarnation() {
        final byte[] bytes = new byte[Long.BYTES];
        ByteBuffer.wrap(bytes).putLong(port.incarnation().get());
        notices.tell(new NoticeActor.Say(INCARNATION, bytes));
    }

    /** Whether the partner's word counts: of a path, only who speaks on it knows. */
    private boolean noticed(final int topic, final byte[] content) {
        if (topic == INCARNATION && content.length >= Long.BYTES) {
            final long before = port.incarnation().get();
            port.incarnation().meet(ByteBuffer.wrap(content).getLong());
            if (port.incarnation().get() != before) {
                sayIncarnation();
            }
            return false;
        }
        final int path = topic >= CONDITION ? topic - CONDITION : topic;
        if (path < 0 || path >= known.length() || leads(path)) {
            return false;
        }
        if (topic >= CONDITION) {
            final PathCondition told = PathCondition.decode(content);
            noteCondition(path, before -> told);
        } else {
            handedOver(path, PeerHandover.decode(content));
        }
        return true;
    }

    private boolean leads(final int pathIndex) {
        return port.leads(router.peerPaths().get(pathIndex).interfaceIndex());
    }

    private void handedOver(final int pathIndex, final PeerHandover handover) {
        final PeerHandover before = known.getAndSet(pathIndex, handover);
        if (handover.equals(before)) {
            return;
        }
        keep(pathIndex);
        rooms.handedOver(pathIndex, handover);
        if (!handover.keys().equals(before.keys())) {
            giveKeys(pathIndex);
        }
        if (handover.seen() != null && !handover.seen().equals(before.seen())) {
            giveAddress(pathIndex);
        }
        if (Incarnation.isLoss(before.peerIncarnation(), handover.peerIncarnation())) {
            sessions.tellAgain(name(pathIndex));
        }
    }

    private String name(final int pathIndex) {
        return router.peerPaths().get(pathIndex).name();
    }
}
