package io.fairway.cluster.session;

import io.fairway.cluster.directory.PeerDirectory;
import io.fairway.cluster.directory.RouteDirectory;
import io.fairway.cluster.directory.RouteDirectory.Route;
import io.fairway.cluster.directory.SecurityDirectory;
import io.fairway.cluster.directory.ServiceDirectory;
import io.fairway.cluster.directory.ServiceDirectory.Finding;
import io.fairway.cluster.directory.TenantDirectory;
import io.fairway.cluster.directory.TreatmentDirectory;
import io.fairway.cluster.session.FlowPlanner.Arrival;
import io.fairway.cluster.session.FlowPlanner.Departure;
import io.fairway.cluster.session.FlowPlanner.Flows;
import io.fairway.model.DropReason;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Router;
import io.fairway.model.config.TcpEnforcement;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.session.Transit;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Decides on a first packet (svr-protocol.md, sections 2.1 and 2.3): tenant, service, access, way, both flows. It
 * decides and does nothing else: no clock, no message, no table of its own; the only state that it touches is the
 * {@link PortLedger} from which it lends. Any thread may ask.
 */
public final class SessionPlanner {
    private final TenantDirectory tenants;
    private final ServiceDirectory services;
    private final TreatmentDirectory treatments;
    private final SecurityDirectory securities;
    private final RouteDirectory routes;
    private final PeerDirectory peers;
    private final FlowPlanner flowPlanner;
    private final PortLedger ledger;
    private final PathMover mover;
    private final RebindFinder rebinds;
    private final BooleanSupplier recovering;

    /**
     * A planner for a router.
     *
     * @param recovering whether sessions may still turn up that this router has lost by a restart
     */
    public SessionPlanner(
            final Authority authority,
            final Router router,
            final PortLedger ledger,
            final RebindFinder rebinds,
            final BooleanSupplier recovering) {
        tenants = new TenantDirectory(authority, router);
        services = new ServiceDirectory(authority);
        treatments = new TreatmentDirectory(authority, router);
        securities = new SecurityDirectory(authority);
        routes = new RouteDirectory(router);
        peers = new PeerDirectory(router);
        flowPlanner = new FlowPlanner(router, routes.paths());
        this.ledger = ledger;
        mover = new PathMover(routes, peers, flowPlanner, ledger);
        this.rebinds = rebinds;
        this.recovering = recovering;
    }

    /**
     * What a session is born with.
     *
     * @param sessionId its id
     * @param uuid its name, if it starts here
     * @param bucket its bucket
     * @param epoch the bucket's epoch
     * @param createdMs wall-clock ms since 1970
     */
    public record Birth(long sessionId, UUID uuid, int bucket, int epoch, long createdMs) {}

    /** What moves a session to another path. */
    public PathMover mover() {
        return mover;
    }

    /** A path's peer is seen at this address. */
    public void seenAt(final Router.PeerPath path, final IpAddress address) {
        peers.seenAt(path, address);
    }

    /** Decides; a refusal holds no port. */
    public Verdict plan(final FirstPacket packet, final Birth birth) {
        final Verdict verdict = packet.carriesMetadata() ? planFromPeer(packet, birth) : planFromClient(packet, birth);
        return packet.goesOn() && verdict instanceof final Verdict.Accepted accepted ? accepted.established() : verdict;
    }

    private Verdict planFromClient(final FirstPacket packet, final Birth birth) {
        final FiveTuple tuple = packet.tuple();
        final boolean echo = tuple.protocol() == IpProtocol.ICMP || tuple.protocol() == IpProtocol.ICMPV6;
        if (echo && tuple.destinationPort() != 0) {
            return Verdict.silently(DropReason.NO_SERVICE);
        }
        final String tenant = tenants.tenantOf(packet.interfaceIndex(), tuple.source());
        return switch (services.find(tenant, tuple)) {
            case Finding.None _ -> unserved(packet, DropReason.NO_SERVICE);
            case Finding.Denied _ -> Verdict.silently(DropReason.DENIED_BY_POLICY);
            case Finding.Allowed(final String service) -> admitted(packet, birth, tenant, service);
        };
    }

    private Verdict unserved(final FirstPacket packet, final DropReason reason) {
        if (peers.isOurs(packet.tuple().destination())) {
            return Verdict.silently(DropReason.TO_OURSELVES);
        }
        return packet.opens() ? Verdict.unreachable(reason) : Verdict.silently(DropReason.TCP_NOT_SYN);
    }

    /** A TCP segment that is no SYN is its service's business; an RST is never answered (RFC 9293 section 3.10.7.1). */
    private Verdict admitted(final FirstPacket packet, final Birth birth, final String tenant, final String service) {
        if (packet.opens()) {
            return routed(packet, birth, tenant, service);
        }
        if ((packet.tcpFlags() & TcpHeader.RST) != 0) {
            return Verdict.silently(DropReason.TCP_NOT_SYN);
        }
        return switch (treatments.tcpEnforcement(service)) {
            case ALLOW -> routed(packet, birth, tenant, service);
            case RESET -> Verdict.reset(DropReason.TCP_NOT_SYN);
            // If it is ours and we have lost it, the router at the other end knows it; if it knows nothing, it refuses.
            case BLOCK, STRICT ->
                recovering.getAsBoolean() && isBehindPeer(service)
                        ? routed(packet, birth, tenant, service)
                        : Verdict.silently(DropReason.TCP_NOT_SYN);
        };
    }

    private boolean isBehindPeer(final String service) {
        final List<Route> ways = routes.routesTo(service);
        return !ways.isEmpty() && ways.getFirst() instanceof Route.ToPeer;
    }

    private Verdict routed(final FirstPacket packet, final Birth birth, final String tenant, final String service) {
        final IpAddress clientHop =
                flowPlanner.nextHop(packet.interfaceIndex(), packet.tuple().source());
        if (clientHop == null) {
            return Verdict.silently(DropReason.NO_ROUTE);
        }
        for (final Route route : routes.routesTo(service)) {
            final IpAddress hop = flowPlanner.nextHop(route, packet.tuple());
            if (hop != null && leadsOn(route, packet.tuple())) {
                final boolean toPeer = route instanceof Route.ToPeer;
                final SessionSecurity security =
                        toPeer ? securities.begin(service, packet.tuple()) : SessionSecurity.CLEAR;
                final Naming naming =
                        new Naming(birth, birth.uuid(), tenant, service, service, packet.tuple(), security, null);
                return switch (route) {
                    case Route.ToPeer peer -> towardsPeer(packet, naming.on(peer), peer, new Hops(clientHop, hop));
                    case Route.ToInterface out -> locally(packet, naming, out, new Hops(clientHop, hop));
                };
            }
        }
        return unserved(packet, DropReason.NO_ROUTE);
    }

    /** What is sent to ourselves goes where a NAT target is, or nowhere. */
    private boolean leadsOn(final Route route, final FiveTuple tuple) {
        return !peers.isOurs(tuple.destination())
                || route instanceof Route.ToInterface out
                        && !out.aimed(tuple).destination().equals(tuple.destination());
    }

    private Verdict towardsPeer(
            final FirstPacket packet, final Naming naming, final Route.ToPeer route, final Hops hops) {
        final FiveTuple wire = wayports(naming, route);
        if (wire == null) {
            return Verdict.silently(DropReason.NO_WAYPORT);
        }
        final Departure out = new Departure(route.path().interfaceIndex(), wire, hops.server());
        final Flows flows = flowPlanner.ingress(arrival(packet), out, hops.client(), naming.security(), route.path());
        return accepted(naming, flows, route.path(), null, Verdict.NOTHING);
    }

    /** A new session's tuple towards a peer, or null. */
    private FiveTuple wayports(final Naming naming, final Route.ToPeer route) {
        return mover.wayports(naming.birth().sessionId(), naming.context().protocol(), route);
    }

    private Verdict locally(
            final FirstPacket packet, final Naming naming, final Route.ToInterface route, final Hops hops) {
        final FiveTuple out = translated(route.aimed(packet.tuple()), route, naming);
        if (out == null) {
            return Verdict.silently(DropReason.NO_WAYPORT);
        }
        final Flows flows = flowPlanner.local(
                arrival(packet), new Departure(route.interfaceIndex(), out, hops.server()), hops.client());
        return accepted(naming, flows, null, null, Verdict.NOTHING);
    }

    private Verdict planFromPeer(final FirstPacket packet, final Birth birth) {
        final ReceivedMetadata metadata = packet.metadata();
        if (metadata == null) {
            return Verdict.silently(DropReason.METADATA_MALFORMED);
        }
        final Router.PeerPath path = peers.pathOf(
                packet.interfaceIndex(),
                packet.tuple().destination(),
                packet.tuple().source());
        if (path == null || metadata.router() != null && !metadata.router().equals(path.peer())) {
            return Verdict.silently(DropReason.METADATA_UNKNOWN_PEER);
        }
        if (!metadata.suffices()) {
            return Verdict.silently(DropReason.METADATA_INCOMPLETE);
        }
        if (!FlowPlanner.mayTravelIn(metadata.forwardContext(), packet.tuple().protocol(), metadata.tcpAsUdp())) {
            return Verdict.silently(DropReason.METADATA_MALFORMED);
        }
        final String tenant = tenants.nearestKnown(metadata.tenant());
        if (tenant == null) {
            return Verdict.silently(DropReason.NO_TENANT);
        }
        final SessionSecurity security = securities.received(metadata);
        if (security == null) {
            return Verdict.silently(DropReason.METADATA_UNKNOWN_POLICY);
        }
        final FiveTuple context = metadata.forwardContext();
        if (metadata.reverseContext() != null) {
            return told(packet, birth, path, security);
        }
        return switch (services.find(tenant, context, metadata.service())) {
            case Finding.None _ -> Verdict.silently(DropReason.NO_SERVICE);
            case Finding.Denied _ -> Verdict.silently(DropReason.DENIED_BY_POLICY);
            case Finding.Allowed(final String service) ->
                towardsServer(packet, Naming.of(packet, birth, service, security), path);
        };
    }

    /** A session that began here and that we have lost; its last router tells it (svr-protocol.md section 2.7). */
    private Verdict told(
            final FirstPacket packet, final Birth birth, final Router.PeerPath path, final SessionSecurity security) {
        final ReceivedMetadata metadata = packet.metadata();
        final FiveTuple context = metadata.forwardContext();
        final int client = flowPlanner.interfaceTowards(context.source());
        final IpAddress clientHop = client < 0 ? null : flowPlanner.nextHop(client, context.source());
        final IpAddress peerHop = flowPlanner.nextHop(packet.interfaceIndex(), path.remoteWaypoint());
        if (clientHop == null || peerHop == null) {
            return Verdict.silently(DropReason.NO_ROUTE);
        }
        if (!(services.find(tenants.nearestKnown(metadata.tenant()), context, metadata.service())
                instanceof Finding.Allowed(final String service))) {
            return Verdict.silently(DropReason.DENIED_BY_POLICY);
        }
        final Naming naming = Naming.of(packet, birth, service, security);
        final Arrival in = flowPlanner.arrival(client, context);
        final Departure out =
                new Departure(packet.interfaceIndex(), packet.tuple().reversed(), peerHop);
        final Verdict.Accepted accepted =
                accepted(naming, flowPlanner.ingress(in, out, clientHop, security, path), path, null, Verdict.NOTHING);
        ledger.note(accepted.record());
        return accepted;
    }

    private Verdict towardsServer(final FirstPacket packet, final Naming naming, final Router.PeerPath path) {
        final FiveTuple context = naming.context();
        final IpAddress peerHop =
                flowPlanner.nextHop(packet.interfaceIndex(), packet.tuple().source());
        if (peerHop == null) {
            return Verdict.silently(DropReason.NO_ROUTE);
        }
        for (final Route route : routes.routesTo(naming.localService())) {
            final IpAddress hop = flowPlanner.nextHop(route, context);
            if (hop != null && route instanceof Route.ToInterface out) {
                return restored(packet, naming, path, out, hop);
            }
            // A session does not go back to where it came from.
            if (hop != null
                    && route instanceof Route.ToPeer peer
                    && !peer.path().peer().equals(path.peer())) {
                return passedOn(packet, naming.on(peer), path, peer, new Hops(peerHop, hop));
            }
        }
        return Verdict.silently(DropReason.NO_ROUTE);
    }

    /** The router in the middle (svr-protocol.md section 2.4): a session between two peers. */
    private Verdict passedOn(
            final FirstPacket packet,
            final Naming naming,
            final Router.PeerPath from,
            final Route.ToPeer route,
            final Hops hops) {
        final SessionRecord old = rebinds.find(naming.context());
        final FiveTuple wire;
        if (old != null && !naming.mayReplace(old, from.peer())) {
            return Verdict.silently(DropReason.DUPLICATE_FLOW);
        }
        if (old != null
                && old.uuid().equals(naming.uuid())
                && old.path().equals(route.path().name())) {
            wire = old.forward().action().rewrite();
            ledger.transfer(old.sessionId(), naming.birth().sessionId());
        } else {
            // If the first router has lost it and given it another name, the next one must learn that, too.
            wire = wayports(naming, route);
        }
        if (wire == null) {
            return Verdict.silently(DropReason.NO_WAYPORT);
        }
        final Departure out = new Departure(route.path().interfaceIndex(), wire, hops.server());
        final Flows flows = flowPlanner.transit(arrival(packet), out, hops.client());
        final Transit transit = new Transit(from.peer(), from.name(), naming.context());
        return accepted(naming, flows, route.path(), transit, old == null ? Verdict.NOTHING : old.sessionId());
    }

    private Verdict restored(
            final FirstPacket packet,
            final Naming naming,
            final Router.PeerPath path,
            final Route.ToInterface route,
            final IpAddress serverHop) {
        final FiveTuple aimed = route.aimed(naming.context());
        final SessionRecord old = rebinds.find(naming.context());
        final boolean known = old != null
                && naming.mayReplace(old, path.peer())
                && Naming.reaches(old, route.interfaceIndex(), aimed);
        // Where the source is translated, hosts of two sites may have the same address.
        if (old != null && !known && !translates(route, aimed, naming)) {
            return Verdict.silently(DropReason.DUPLICATE_FLOW);
        }
        if (!known && !mayBegin(packet, naming)) {
            return Verdict.silently(DropReason.TCP_NOT_SYN);
        }
        final FiveTuple server = known ? old.forward().action().rewrite() : translated(aimed, route, naming);
        if (known) {
            ledger.transfer(old.sessionId(), naming.birth().sessionId());
        }
        if (server == null) {
            return Verdict.silently(DropReason.NO_WAYPORT);
        }
        final Flows flows = flowPlanner.egress(
                arrival(packet),
                new Departure(route.interfaceIndex(), server, serverHop),
                flowPlanner.nextHop(packet.interfaceIndex(), packet.tuple().source()),
                naming.security(),
                path);
        // A peer that loses the session must be told what the client sent, and NAT has hidden it.
        final Transit origin =
                server.equals(naming.context()) ? null : new Transit(path.peer(), path.name(), naming.context());
        return accepted(naming, flows, path, origin, known ? old.sessionId() : Verdict.NOTHING);
    }

    /** A TCP session begins with a SYN, unless a peer says that it is one that we have lost. */
    private boolean mayBegin(final FirstPacket packet, final Naming naming) {
        return naming.context().protocol() != IpProtocol.TCP
                || (packet.tcpFlags() & TcpHeader.SYN) != 0
                || packet.metadata().remainingSeconds() != ReceivedMetadata.NO_REMAINING_TIME
                || treatments.tcpEnforcement(naming.localService()) == TcpEnforcement.ALLOW;
    }

    private Verdict.Accepted accepted(
            final Naming naming,
            final Flows flows,
            final Router.PeerPath path,
            final Transit transit,
            final long replaces) {
        final SessionRecord record = naming.record(
                flows,
                path,
                transit,
                treatments.idleTimeoutMs(naming.localService(), naming.context()),
                treatments.treatment(naming.localService(), naming.context()));
        return new Verdict.Accepted(record, replaces);
    }

    private static boolean translates(final Route.ToInterface route, final FiveTuple tuple, final Naming naming) {
        return route.translates(tuple)
                || naming.sourceNat() != null && tuple.source().isV4();
    }

    /** What is configured here comes last, so it is what the server sees. */
    private FiveTuple translated(final FiveTuple tuple, final Route.ToInterface route, final Naming naming) {
        final long sessionId = naming.birth().sessionId();
        if (!translates(route, tuple, naming)) {
            return tuple;
        }
        return route.translates(tuple)
                ? ledger.lendSource(sessionId, route.sourceNat(), tuple)
                : ledger.lendSource(sessionId, naming.sourceNat(), tuple);
    }

    private static Arrival arrival(final FirstPacket packet) {
        return new Arrival(packet.interfaceIndex(), packet.vlan(), packet.tuple());
    }

    private record Hops(IpAddress client, IpAddress server) {}
}
