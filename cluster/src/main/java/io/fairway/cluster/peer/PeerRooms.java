package io.fairway.cluster.peer;

import io.fairway.cluster.peer.exchange.CertificateJudge;
import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.cluster.peer.exchange.KeyExchange;
import io.fairway.cluster.peer.exchange.PeerIdentity;
import io.fairway.model.config.Peering;
import io.fairway.model.config.Router;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.peer.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** The actors of all paths to peers: what other threads call. Every call hands a message over and returns. */
public final class PeerRooms {
    private final PathFinder finder;
    private final PeerTable table;
    private final List<ActorRef<PeerActor.Command>> paths;
    private final LongAdder unknown = new LongAdder();

    private PeerRooms(final PathFinder finder, final PeerTable table, final List<ActorRef<PeerActor.Command>> paths) {
        this.finder = finder;
        this.table = table;
        this.paths = List.copyOf(paths);
    }

    /**
     * Starts the actors as children of this one.
     *
     * @param threads where they run
     * @throws IdentityException if a file with a certificate or key cannot be used
     */
    public static PeerRooms open(
            final PeerContext context, final ActorContext<?> parent, final DispatcherSelector threads)
            throws IdentityException {
        final Router router = context.router();
        final Peering.Identity files = router.peering().identity();
        final PeerIdentity identity = files == null ? null : PeerIdentity.load(files);
        final CertificateJudge judge = files == null
                ? null
                : new CertificateJudge(files, context.clocks().epoch());
        final PeerTable table = new PeerTable(router.peerPaths().stream()
                .mapToInt(path -> router.interfaces().get(path.interfaceIndex()).mtuBytes())
                .toArray());
        final List<ActorRef<PeerActor.Command>> actors = new ArrayList<>();
        for (int i = 0; i < table.size(); i++) {
            final Router.PeerPath path = router.peerPaths().get(i);
            final PeerSettings settings =
                    PeerSettings.of(context.authority(), router, i, context.nodeId(), context.incarnation());
            final Supplier<KeyExchange> exchanges =
                    () -> new KeyExchange(settings.exchange(), identity, judge, context.random());
            final MessageKeys shared = settings.certified()
                    ? null
                    : MessageKeys.shared(context.authority().security(), router.securityId(), path.remoteSecurityId());
            final PeerTools tools =
                    new PeerTools(shared, exchanges, context.random(), context.output(), context.listener(), table);
            final PeerHandover inherited = context.inherited().apply(i);
            final var leadership = new PeerActor.Leadership(
                    () -> context.leads().test(path.interfaceIndex()),
                    context.succeeding() || !inherited.equals(PeerHandover.NONE),
                    inherited);
            actors.add(parent.spawn(
                    PeerActor.create(
                            settings, tools, leadership, context.clocks().nano()),
                    "peer-path-" + i,
                    threads));
        }
        return new PeerRooms(new PathFinder(router), table, actors);
    }

    /**
     * A UDP payload came to port 1280 of a waypoint of ours.
     *
     * @param message is not changed any more
     * @param from where it came from
     * @param to the waypoint
     */
    public void received(final byte[] message, final Endpoint from, final IpAddress to) {
        final int path = finder.find(message, to);
        if (path == PathFinder.NONE) {
            unknown.increment();
        } else {
            paths.get(path).tell(new PeerActor.Received(message, from));
        }
    }

    /** Agrees on new keys with the peer of a path. */
    public void rekey(final int pathIndex) {
        paths.get(pathIndex).tell(new PeerActor.Rekey());
    }

    /** Lets a path be used, or not. */
    public void administer(final int pathIndex, final boolean up) {
        paths.get(pathIndex).tell(new PeerActor.Administer(up));
    }

    /** This node leads other interfaces than before. Without being told, paths notice within a tenth of a second. */
    public void leadershipChanged() {
        paths.forEach(path -> path.tell(new PeerActor.LeadershipChanged()));
    }

    /** What the other node of this router, which speaks on a path, knows of it. */
    public void handedOver(final int pathIndex, final PeerHandover handover) {
        paths.get(pathIndex).tell(new PeerActor.HandedOver(handover));
    }

    /** All paths as they stand. */
    public PeerTable table() {
        return table;
    }

    /** Messages that came on no path. */
    public LongAdder unknown() {
        return unknown;
    }
}
