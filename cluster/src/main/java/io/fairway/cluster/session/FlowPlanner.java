package io.fairway.cluster.session;

import io.fairway.cluster.directory.PathStates;
import io.fairway.cluster.directory.RouteDirectory.Route;
import io.fairway.model.config.Router;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.Flow;
import io.fairway.model.session.FlowAction;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.TcpHeader;
import java.util.List;

/**
 * Both flows of a session, for its four shapes: {@link #ingress} (towards a peer), {@link #egress} (from a peer to the
 * server), {@link #transit} (from a peer to a peer) and {@link #local}. Pure and immutable.
 *
 * <p>ICMP echo of both families travels between routers in UDP; its identifier is the client's port
 * ({@code FlowKeyFlyweight}). A path may be of another family than the sessions that it carries.
 */
final class FlowPlanner {
    /** Bytes of an IP and a TCP header without options. */
    private static final int HEADERS_V4_BYTES = Ipv4Header.LENGTH + TcpHeader.LENGTH;

    private static final int HEADERS_V6_BYTES = Ipv6Header.LENGTH + TcpHeader.LENGTH;

    /** Room for metadata and its HMAC in a full segment, so that metadata fits on every packet. */
    private static final int METADATA_HEADROOM_BYTES = 256;

    private final List<Router.NetworkInterface> interfaces;
    private final PathStates paths;

    FlowPlanner(final Router router, final PathStates paths) {
        interfaces = router.interfaces();
        this.paths = paths;
    }

    /** Both directions. */
    record Flows(Flow forward, Flow reverse) {}

    /** Where a flow's packets arrive, and how. */
    record Arrival(int interfaceIndex, int vlan, FiveTuple tuple) {}

    /** Where a flow's packets leave, and how. */
    record Departure(int interfaceIndex, FiveTuple tuple, IpAddress nextHop) {}

    /** The protocol that carries this one between routers. */
    static int wireProtocol(final int protocol, final boolean tcpAsUdp) {
        return protocol == IpProtocol.TCP && !tcpAsUdp ? IpProtocol.TCP : IpProtocol.UDP;
    }

    /** Whether a client's tuple is of one family and can have travelled between routers in this protocol. */
    static boolean mayTravelIn(final FiveTuple context, final int wireProtocol, final boolean tcpAsUdp) {
        final boolean v4 = context.source().isV4();
        return v4 == context.destination().isV4()
                && context.protocol() != (v4 ? IpProtocol.ICMPV6 : IpProtocol.ICMP)
                && wireProtocol(context.protocol(), tcpAsUdp) == wireProtocol;
    }

    /** The next hop out of an interface, or null if the destination cannot be reached there. */
    IpAddress nextHop(final int interfaceIndex, final IpAddress destination) {
        return interfaces.get(interfaceIndex).nextHopFor(destination);
    }

    /**
     * Where a session with this tuple goes first on a route, or null if it cannot be reached there. A route's next hop
     * is for sessions of its family.
     */
    IpAddress nextHop(final Route route, final FiveTuple tuple) {
        return switch (route) {
            case Route.ToPeer toPeer ->
                nextHop(toPeer.path().interfaceIndex(), toPeer.path().remoteWaypoint());
            case Route.ToInterface out -> {
                final IpAddress destination = out.aimed(tuple).destination();
                final boolean ofFamily = out.nextHop() != null && out.nextHop().isV4() == destination.isV4();
                yield ofFamily ? out.nextHop() : nextHop(out.interfaceIndex(), destination);
            }
        };
    }

    /** How a client's packets arrive on an interface. */
    Arrival arrival(final int interfaceIndex, final FiveTuple tuple) {
        return new Arrival(interfaceIndex, vlan(interfaceIndex), tuple);
    }

    /** The interface behind which a client of ours is: the one of its network, else one with a gateway; or -1. */
    int interfaceTowards(final IpAddress client) {
        int found = -1;
        for (int i = 0; i < interfaces.size(); i++) {
            final Router.NetworkInterface port = interfaces.get(i);
            if (port.nextHopFor(client) != null && port.neighborhoods().isEmpty()) {
                if (client.equals(port.nextHopFor(client))) {
                    return i;
                }
                found = i;
            }
        }
        return found;
    }

    /** A client's session that leaves towards a peer as {@code out}, whose tuple is the waypoints', by this path. */
    Flows ingress(
            final Arrival in,
            final Departure out,
            final IpAddress clientHop,
            final SessionSecurity security,
            final Router.PeerPath path) {
        final int inside = in.tuple().protocol();
        final int outside = out.tuple().protocol();
        final int clamp = svrClampBytes(in.tuple(), out.tuple(), path, security);
        final FlowAction forward = new FlowAction(
                FlowActionFlyweight.between(inside, outside),
                FlowActionFlyweight.METADATA_FORWARD,
                out.interfaceIndex(),
                vlan(out.interfaceIndex()),
                clamp,
                out.tuple(),
                false,
                out.nextHop());
        final FlowAction reverse = new FlowAction(
                FlowActionFlyweight.between(outside, inside),
                FlowActionFlyweight.METADATA_NONE,
                in.interfaceIndex(),
                in.vlan(),
                clamp,
                in.tuple().reversed(),
                true,
                clientHop);
        return flows(in, out, forward, reverse);
    }

    /** A peer's session, arriving on the waypoints' tuple by this path, that leaves towards the server. */
    Flows egress(
            final Arrival in,
            final Departure out,
            final IpAddress peerHop,
            final SessionSecurity security,
            final Router.PeerPath path) {
        final int outside = in.tuple().protocol();
        final int inside = out.tuple().protocol();
        final int clamp = svrClampBytes(out.tuple(), in.tuple(), path, security);
        final FlowAction forward = new FlowAction(
                FlowActionFlyweight.between(outside, inside),
                FlowActionFlyweight.METADATA_NONE,
                out.interfaceIndex(),
                vlan(out.interfaceIndex()),
                clamp,
                out.tuple(),
                true,
                out.nextHop());
        final FlowAction reverse = new FlowAction(
                FlowActionFlyweight.between(inside, outside),
                FlowActionFlyweight.METADATA_REVERSE,
                in.interfaceIndex(),
                in.vlan(),
                clamp,
                in.tuple().reversed(),
                false,
                peerHop);
        return flows(in, out, forward, reverse);
    }

    /** A session that comes from one peer and goes on to another; both tuples are waypoints'. */
    Flows transit(final Arrival in, final Departure out, final IpAddress clientHop) {
        final FlowAction forward =
                between(FlowActionFlyweight.METADATA_FORWARD, in.tuple().protocol(), vlan(out.interfaceIndex()), out);
        final Departure back = new Departure(in.interfaceIndex(), in.tuple().reversed(), clientHop);
        final FlowAction reverse =
                between(FlowActionFlyweight.METADATA_REVERSE, out.tuple().protocol(), in.vlan(), back);
        return flows(in, out, forward, reverse);
    }

    private static FlowAction between(
            final int role, final int fromProtocol, final int egressVlan, final Departure out) {
        final int transport =
                FlowActionFlyweight.between(fromProtocol, out.tuple().protocol());
        return new FlowAction(transport, role, out.interfaceIndex(), egressVlan, 0, out.tuple(), true, out.nextHop());
    }

    /** A session between two interfaces of this router. */
    Flows local(final Arrival in, final Departure out, final IpAddress clientHop) {
        final int clamp = localClampBytes(in.tuple(), in.interfaceIndex(), out.interfaceIndex());
        final FlowAction forward = plain(clamp, out.interfaceIndex(), vlan(out.interfaceIndex()), out);
        final FlowAction reverse = plain(
                clamp,
                in.interfaceIndex(),
                in.vlan(),
                new Departure(in.interfaceIndex(), in.tuple().reversed(), clientHop));
        return flows(in, out, forward, reverse);
    }

    private Flows flows(final Arrival in, final Departure out, final FlowAction forward, final FlowAction reverse) {
        return new Flows(
                new Flow(in.interfaceIndex(), in.vlan(), in.tuple(), forward),
                new Flow(
                        out.interfaceIndex(),
                        vlan(out.interfaceIndex()),
                        out.tuple().reversed(),
                        reverse));
    }

    private static FlowAction plain(
            final int clampBytes, final int egressInterface, final int egressVlan, final Departure out) {
        return new FlowAction(
                FlowActionFlyweight.SAME,
                FlowActionFlyweight.METADATA_NONE,
                egressInterface,
                egressVlan,
                clampBytes,
                out.tuple(),
                false,
                out.nextHop());
    }

    private int vlan(final int interfaceIndex) {
        return interfaces.get(interfaceIndex).vlan();
    }

    /** What counts between routers: headers of the path's family, the seal, and metadata. */
    private int svrClampBytes(
            final FiveTuple original,
            final FiveTuple wire,
            final Router.PeerPath path,
            final SessionSecurity security) {
        final int linkMtu = interfaces.get(path.interfaceIndex()).mtuBytes();
        return original.protocol() == IpProtocol.TCP
                ? Math.min(linkMtu, paths.mtuBytes(path))
                        - headersBytes(wire)
                        - security.mostSealBytes()
                        - METADATA_HEADROOM_BYTES
                : 0;
    }

    private static int headersBytes(final FiveTuple tuple) {
        return tuple.destination().isV4() ? HEADERS_V4_BYTES : HEADERS_V6_BYTES;
    }

    private int localClampBytes(final FiveTuple tuple, final int in, final int out) {
        final int inMtu = interfaces.get(in).mtuBytes();
        final int outMtu = interfaces.get(out).mtuBytes();
        return tuple.protocol() == IpProtocol.TCP && inMtu != outMtu
                ? Math.min(inMtu, outMtu) - headersBytes(tuple)
                : 0;
    }
}
