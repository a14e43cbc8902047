package io.fairway.cluster.directory;

import io.fairway.model.config.Peering;
import io.fairway.model.config.Router;
import io.fairway.model.config.SourceNatPool;
import io.fairway.model.wire.IpAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who may send metadata here: the far ends of the router's peer paths, and where NATs show them. Any thread may ask.
 */
public final class PeerDirectory {
    private final Map<Ends, Router.PeerPath> byEnds = new HashMap<>();
    private final Map<Ends, Router.PeerPath> seen = new ConcurrentHashMap<>();
    private final Set<IpAddress> ownAddresses = new HashSet<>();
    private final List<SourceNatPool> lentAddresses;
    private final Peering peering;

    private record Ends(int interfaceIndex, IpAddress local, IpAddress remote) {}

    /** The peers of a router. */
    public PeerDirectory(final Router router) {
        router.interfaces().forEach(i -> i.addresses().forEach(own -> ownAddresses.add(own.address())));
        lentAddresses = router.sourceNatPools();
        peering = router.peering();
        for (final Router.PeerPath path : router.peerPaths()) {
            ownAddresses.add(path.localWaypoint());
            byEnds.putIfAbsent(new Ends(path.interfaceIndex(), path.localWaypoint(), path.remoteWaypoint()), path);
        }
    }

    /** The path by which a packet from this waypoint to ours came, or null if no peer has that waypoint. */
    public Router.PeerPath pathOf(final int interfaceIndex, final IpAddress local, final IpAddress remote) {
        final Ends ends = new Ends(interfaceIndex, local, remote);
        final Router.PeerPath path = byEnds.get(ends);
        return path == null ? seen.get(ends) : path;
    }

    /** A path's peer is seen at this address. */
    public void seenAt(final Router.PeerPath path, final IpAddress address) {
        seen.values().remove(path);
        seen.put(new Ends(path.interfaceIndex(), path.localWaypoint(), address), path);
    }

    /** Whether TCP sessions that begin here cross this path as UDP, whatever it lets pass. */
    public boolean carriesTcpAsUdp(final int pathIndex) {
        return peering != null && peering.terms().get(pathIndex).udpTransform() == Peering.UdpTransform.ALWAYS;
    }

    /** Whether this is an address of the router's own, or one of its source NAT pools'. */
    public boolean isOurs(final IpAddress address) {
        return ownAddresses.contains(address) || lentAddresses.stream().anyMatch(pool -> pool.contains(address));
    }
}
