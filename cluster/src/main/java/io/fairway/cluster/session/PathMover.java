package io.fairway.cluster.session;

import io.fairway.cluster.directory.PathStates;
import io.fairway.cluster.directory.PeerDirectory;
import io.fairway.cluster.directory.RouteDirectory;
import io.fairway.cluster.directory.RouteDirectory.Route;
import io.fairway.cluster.session.FlowPlanner.Arrival;
import io.fairway.cluster.session.FlowPlanner.Departure;
import io.fairway.cluster.session.FlowPlanner.Flows;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.wire.IpAddress;

/**
 * Plans a session's move to another path to the same next router (svr-protocol.md section 2.13). The router that opened
 * the session towards that one moves it; the other follows, as it does when a peer has lost a session. Any thread.
 */
public final class PathMover {
    private final RouteDirectory routes;
    private final PeerDirectory peers;
    private final FlowPlanner flowPlanner;
    private final PortLedger ledger;

    PathMover(
            final RouteDirectory routes,
            final PeerDirectory peers,
            final FlowPlanner flowPlanner,
            final PortLedger ledger) {
        this.routes = routes;
        this.peers = peers;
        this.flowPlanner = flowPlanner;
        this.ledger = ledger;
    }

    /** What is known of the paths. */
    public PathStates paths() {
        return routes.paths();
    }

    /** Whether a session is for this router to move off this path: it opened it towards the next router there. */
    public static boolean goesOutBy(final SessionRecord record, final String path) {
        return record.forward().action().metadataRole() == FlowActionFlyweight.METADATA_FORWARD
                && record.path().equals(path);
    }

    /**
     * A session whose path is down, with its name and contexts, on one that is not; null if it may stay or has no other
     * way.
     */
    SessionRecord moved(final SessionRecord record) {
        Route.ToPeer way = null;
        boolean mustMove = false;
        for (final Route route : routes.routesTo(record.service())) {
            if (route instanceof Route.ToPeer peer && peer.path().peer().equals(record.peer())) {
                final boolean down = routes.paths().isDown(peer.pathIndex());
                mustMove |= down && goesOutBy(record, peer.path().name());
                way = way == null && !down ? peer : way;
            }
        }
        return mustMove && way != null ? moved(record, way) : null;
    }

    private SessionRecord moved(final SessionRecord record, final Route.ToPeer route) {
        final FiveTuple arrived = record.forward().tuple();
        final int protocol =
                (record.transit() == null ? arrived : record.transit().context()).protocol();
        final IpAddress hop = flowPlanner.nextHop(route, arrived);
        final FiveTuple wire = hop == null ? null : wayports(record.sessionId(), protocol, route);
        if (wire == null) {
            return null;
        }
        final Arrival in =
                new Arrival(record.forward().interfaceIndex(), record.forward().vlan(), arrived);
        final Departure out = new Departure(route.path().interfaceIndex(), wire, hop);
        final IpAddress clientHop = record.reverse().action().nextHop();
        final Flows flows = record.forward().action().fromSvr()
                ? flowPlanner.transit(in, out, clientHop)
                : flowPlanner.ingress(in, out, clientHop, record.security(), route.path());
        return record.onPath(flows.forward(), flows.reverse(), route.path().name());
    }

    /** A new tuple towards a peer for a session whose endpoints speak this protocol, or null. */
    FiveTuple wayports(final long sessionId, final int protocol, final Route.ToPeer route) {
        final boolean tcpAsUdp = peers.carriesTcpAsUdp(route.pathIndex())
                || paths().condition(route.pathIndex()).tcpRefused() != 0;
        final int wireProtocol = FlowPlanner.wireProtocol(protocol, tcpAsUdp);
        final int couple = ledger.lendWayports(sessionId, route.pathIndex(), wireProtocol);
        return couple == PortLedger.NONE
                ? null
                : new FiveTuple(
                        route.path().localWaypoint(),
                        route.path().remoteWaypoint(),
                        WayportAllocator.local(couple),
                        WayportAllocator.remote(couple),
                        wireProtocol);
    }
}
