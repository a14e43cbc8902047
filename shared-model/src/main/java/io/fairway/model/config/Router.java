package io.fairway.model.config;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.Prefix;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A router: one node, or two that act as one.
 *
 * @param name the router's name, sent in TLV 14
 * @param securityId the key with which this router signs and that it accepts
 * @param nodes one or two
 * @param interfaces the logical interfaces; their order gives the interface index of flow keys, the same on both nodes
 * @param serviceRoutes where services are, seen from here
 * @param peerPaths the paths to other routers that the neighbourhoods imply, computed when the configuration is read
 * @param peering how the router presents itself to its peers, and what holds on the paths to them
 * @param pair how two nodes act as one; null for a router of one node
 * @param limits sizes
 * @param timers session time-outs
 * @param processes whether forwarder and controller of a node share a process
 */
public record Router(
        String name,
        int securityId,
        List<Node> nodes,
        List<NetworkInterface> interfaces,
        List<ServiceRoute> serviceRoutes,
        List<PeerPath> peerPaths,
        Peering peering,
        Pair pair,
        Limits limits,
        Timers timers,
        Processes processes) {
    /** Of one interface; more than these are not watched. */
    private static final int MAX_GATEWAYS = 8;

    public Router {
        nodes = List.copyOf(nodes);
        interfaces = List.copyOf(interfaces);
        serviceRoutes = List.copyOf(serviceRoutes);
        peerPaths = List.copyOf(peerPaths);
    }

    /** A router whose nodes are one process each. */
    public Router(
            final String name,
            final int securityId,
            final List<Node> nodes,
            final List<NetworkInterface> interfaces,
            final List<ServiceRoute> serviceRoutes,
            final List<PeerPath> peerPaths,
            final Peering peering,
            final Pair pair,
            final Limits limits,
            final Timers timers) {
        this(
                name,
                securityId,
                nodes,
                interfaces,
                serviceRoutes,
                peerPaths,
                peering,
                pair,
                limits,
                timers,
                Processes.EMBEDDED);
    }

    /** How many processes a node is. */
    public enum Processes {
        /** Forwarder and controller in one. */
        EMBEDDED,
        /** One for the forwarder, one for the controller. */
        SPLIT
    }

    /** The node with this name, or null. */
    public Node node(final String nodeName) {
        return nodes.stream().filter(n -> n.name().equals(nodeName)).findFirst().orElse(null);
    }

    /** The index of the interface with this name, or -1. */
    public int interfaceIndex(final String interfaceName) {
        for (int i = 0; i < interfaces.size(); i++) {
            if (interfaces.get(i).name().equals(interfaceName)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether every node has this interface; otherwise it belongs to one node of a pair. */
    public boolean isShared(final int interfaceIndex) {
        return nodes.stream().allMatch(node -> node.has(interfaceIndex));
    }

    /** Whether a node does not have this interface, but another one does. */
    public boolean isElsewhere(final int nodeId, final int interfaceIndex) {
        return !nodes.get(nodeId).has(interfaceIndex) && nodes.stream().anyMatch(node -> node.has(interfaceIndex));
    }

    /**
     * Whom this router needs to hear behind an interface: the gateways and next hops that the configuration names
     * there, else the peers on the link; each once, a few at most.
     */
    public List<IpAddress> gateways(final int interfaceIndex) {
        final NetworkInterface port = interfaces.get(interfaceIndex);
        final List<IpAddress> named = Stream.concat(
                        port.addresses().stream().map(InterfaceAddress::gateway),
                        serviceRoutes.stream()
                                .filter(route -> port.name().equals(route.interfaceName()))
                                .map(ServiceRoute::nextHop))
                .filter(Objects::nonNull)
                .distinct()
                .limit(MAX_GATEWAYS)
                .toList();
        return named.isEmpty() ? peersOn(interfaceIndex) : named;
    }

    private List<IpAddress> peersOn(final int interfaceIndex) {
        return peerPaths.stream()
                .filter(path -> path.interfaceIndex() == interfaceIndex)
                .map(path -> interfaces.get(interfaceIndex).nextHopFor(path.remoteWaypoint()))
                .filter(Objects::nonNull)
                .distinct()
                .limit(MAX_GATEWAYS)
                .toList();
    }

    /** Every source NAT pool that an interface or a service route uses, each once. */
    public List<SourceNatPool> sourceNatPools() {
        return Stream.concat(
                        interfaces.stream().map(NetworkInterface::sourceNat),
                        serviceRoutes.stream().map(ServiceRoute::sourceNat))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /**
     * One instance of the software.
     *
     * @param name unique in the authority
     * @param id 0 or 1: its position in the router's list
     * @param devices the kernel device behind each logical interface, in the interfaces' order; {@link #NO_DEVICE}
     *     where only the other node has one
     * @param fabric the links to the partner, none for a single node
     * @param jceProvider the name of the JCE provider of ciphers and digests, empty for the platform's
     */
    public record Node(String name, int id, List<String> devices, List<FabricLink> fabric, String jceProvider) {
        /** In the place of a device: this node does not have the interface. */
        public static final String NO_DEVICE = "";

        public Node {
            devices = List.copyOf(devices);
            fabric = List.copyOf(fabric);
        }

        /** Whether this node has the logical interface with this index. */
        public boolean has(final int interfaceIndex) {
            return interfaceIndex < devices.size()
                    && !devices.get(interfaceIndex).equals(NO_DEVICE);
        }
    }

    /**
     * One end of a fabric link.
     *
     * @param device the kernel device
     * @param address this node's address on it, which the kernel holds
     */
    public record FabricLink(String device, IpAddress address) {}

    /**
     * Our address of one family on an interface.
     *
     * @param address the address
     * @param prefixLength of the connected network, usual notation
     * @param gateway next hop for what is not connected, or null
     */
    public record InterfaceAddress(IpAddress address, int prefixLength, IpAddress gateway) {
        /** The connected network. */
        public Prefix network() {
            return Prefix.of(address, prefixLength);
        }

        @Override
        public String toString() {
            return address + "/" + prefixLength;
        }
    }

    /**
     * A logical interface; in a pair both nodes have it and share its addresses, or it belongs to one of them.
     *
     * @param name unique in the router
     * @param vlan 0 for untagged
     * @param v4 our IPv4 address, or null
     * @param v6 our IPv6 address, or null if there is an IPv4 address
     * @param tenant tenant of everything that arrives here, or null
     * @param neighborhoods labels; interfaces of different routers with one label can reach each other
     * @param sourceNat what stands in for the source of IPv4 sessions that leave here; null for their own
     * @param virtualMac the Ethernet address of the shared address in a pair; null if only one node has the interface
     * @param preferredLeader in a pair, the id of the node that leads this interface when both start
     * @param revertive in a pair, whether that node leads it again when it is well again
     * @param mtuBytes the link's MTU
     */
    public record NetworkInterface(
            String name,
            int vlan,
            InterfaceAddress v4,
            InterfaceAddress v6,
            String tenant,
            List<String> neighborhoods,
            SourceNatPool sourceNat,
            MacAddress virtualMac,
            int preferredLeader,
            boolean revertive,
            int mtuBytes) {
        public NetworkInterface {
            neighborhoods = List.copyOf(neighborhoods);
        }

        /** Our addresses, one or two. */
        public List<InterfaceAddress> addresses() {
            return Stream.of(v4, v6).filter(Objects::nonNull).toList();
        }

        /** Our address of this one's family, or null. */
        public InterfaceAddress sameFamily(final IpAddress other) {
            return other.isV4() ? v4 : v6;
        }

        /** Whose Ethernet address a packet to this destination needs, or null if it cannot leave here. */
        public IpAddress nextHopFor(final IpAddress destination) {
            final InterfaceAddress own = sameFamily(destination);
            if (own == null) {
                return null;
            }
            return own.network().contains(destination) ? destination : own.gateway();
        }
    }

    /**
     * Where a service is, seen from this router: behind a peer, or out of an interface.
     *
     * @param service the service's name
     * @param peer the peer router, or null
     * @param interfaceName the interface to leave by, or null
     * @param nextHop the next hop on that interface, or null for connected or the interface's gateway
     * @param natTarget where its IPv4 sessions really go, or null for where they are sent to
     * @param sourceNat what stands in for their sources, or null for what the interface says
     */
    public record ServiceRoute(
            String service,
            String peer,
            String interfaceName,
            IpAddress nextHop,
            NatTarget natTarget,
            SourceNatPool sourceNat) {}

    /**
     * What stands in for the destination of sessions.
     *
     * @param address the host's
     * @param port its port, or {@link #SAME_PORT}
     */
    public record NatTarget(IpAddress address, int port) {
        /** The port stays what it is. */
        public static final int SAME_PORT = 0;
    }

    /**
     * A way to another router.
     *
     * @param name sent in TLV 19
     * @param peer the other router
     * @param interfaceIndex the interface that we leave by
     * @param localWaypoint our address
     * @param remoteWaypoint theirs
     * @param remoteSecurityId the key with which they sign
     */
    public record PeerPath(
            String name,
            String peer,
            int interfaceIndex,
            IpAddress localWaypoint,
            IpAddress remoteWaypoint,
            int remoteSecurityId) {}

    /**
     * How two nodes act as one (ha-design.md, sections 1 and 2).
     *
     * @param beatIntervalUs between two beats on every path
     * @param leaseMs how long a node may send after a beat of its own came back
     * @param driftMs added by the survivor before it takes over
     * @param commitTimeoutUs how long a first packet waits for the partner's acknowledgement
     * @param coldStartMs how long a node that never saw its partner waits before it serves alone
     * @param holdDownMs how long both nodes must have been well before something goes back to where it is at home
     * @param secret authenticates beats and death notices, 32 bytes
     * @param witness the third voter, or null
     * @param fenceCommand a program with its arguments that cuts the partner off, or empty
     * @param fabricMtuBytes Aeron's MTU on the fabric
     */
    public record Pair(
            int beatIntervalUs,
            int leaseMs,
            int driftMs,
            int commitTimeoutUs,
            int coldStartMs,
            int holdDownMs,
            Secret secret,
            Witness witness,
            List<String> fenceCommand,
            int fabricMtuBytes) {
        public Pair {
            fenceCommand = List.copyOf(fenceCommand);
        }
    }

    /**
     * A third voter.
     *
     * @param address that the nodes' kernels reach
     * @param port UDP
     */
    public record Witness(IpAddress address, int port) {}

    /**
     * Sizes, all fixed at start.
     *
     * @param maxSessions most sessions that a node accepts while it knows so many, its partner's among them
     * @param maxPending new flows waiting for a decision
     * @param maxPendingPackets packets waiting per new flow
     */
    public record Limits(int maxSessions, int maxPending, int maxPendingPackets) {
        /** More sessions than the journal's window can have under way from one node to the other. */
        private static final int UNDER_WAY = 16_384;

        /** Sessions that a node has room for: a record of the partner's is never refused when both are full. */
        public int tableSessions() {
            return maxSessions + UNDER_WAY;
        }
    }

    /**
     * Session time-outs.
     *
     * @param tcpMs established TCP
     * @param tcpOpeningMs TCP before it is established
     * @param udpMs UDP
     * @param icmpMs ICMP echo
     * @param inactivityMs after how much silence a peer is asked whether it still knows a session; 0 if instead packets
     *     of sessions that it does not know tell (svr-protocol.md section 2.8)
     */
    public record Timers(int tcpMs, int tcpOpeningMs, int udpMs, int icmpMs, int inactivityMs) {}
}
