package io.fairway.node;

import io.fairway.cluster.peer.Incarnation;
import io.fairway.cluster.peer.PeerHandover;
import io.fairway.cluster.peer.PeerPort;
import io.fairway.cluster.peer.Provision;
import io.fairway.cluster.peer.exchange.PeerKeys;
import io.fairway.dataplane.forward.ForwarderProxy;
import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.model.config.Router;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.TcpProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The peers' room's way to gate and forwarder. */
final class PeerWiring implements PeerPort {
    private static final Logger LOG = LoggerFactory.getLogger(PeerWiring.class);

    private static final byte[] NOTHING = new byte[0];

    private final Router router;
    private final OwnershipGate gate;
    private final ForwarderProxy forwarder;
    private final Incarnation incarnation;
    private final Keepsakes keepsakes;

    PeerWiring(
            final Router router,
            final OwnershipGate gate,
            final ForwarderProxy forwarder,
            final Incarnation incarnation,
            final Keepsakes keepsakes) {
        this.router = router;
        this.keepsakes = keepsakes;
        this.gate = gate;
        this.forwarder = forwarder;
        this.incarnation = incarnation;
    }

    /** The number of this router's sessions: from the file, which is there as long as they are. */
    static Incarnation incarnation(final Path file) {
        final long before = read(file);
        return new Incarnation(before > 0 ? before : System.currentTimeMillis(), sinceMs -> write(file, sinceMs));
    }

    private static long read(final Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (final IOException | NumberFormatException e) {
            return 0;
        }
    }

    private static void write(final Path file, final long sinceMs) {
        try {
            Files.writeString(file, Long.toString(sinceMs));
        } catch (final IOException e) {
            LOG.warn("peers will be told more than they need after a restart: {}", e.toString());
        }
    }

    @Override
    public boolean leads(final int interfaceIndex) {
        // Until this process has had a lease, the gate says what the one before it led.
        return gate.leads(interfaceIndex) && gate.validUntilNs() != 0;
    }

    @Override
    public void send(
            final int pathIndex, final DirectBuffer buffer, final int offset, final int length, final Endpoint to) {
        final ForwarderProxy.PeerWay way = way(pathIndex, to);
        if (way != null) {
            // What the ring has no room for is said again before it matters.
            forwarder.tellPeer(way, buffer, offset, length);
        }
    }

    @Override
    public void probe(
            final int pathIndex,
            final DirectBuffer buffer,
            final int length,
            final IpAddress to,
            final TcpProbe probe) {
        final ForwarderProxy.PeerWay way = way(pathIndex, new Endpoint(to, probe.port()));
        if (way != null) {
            forwarder.probePeer(way, buffer, 0, length);
        }
    }

    /** Null if there is none. */
    private ForwarderProxy.PeerWay way(final int pathIndex, final Endpoint to) {
        final Router.PeerPath path = router.peerPaths().get(pathIndex);
        final IpAddress hop = router.interfaces().get(path.interfaceIndex()).nextHopFor(to.address());
        return hop == null ? null : new ForwarderProxy.PeerWay(path.interfaceIndex(), path.localWaypoint(), to, hop);
    }

    @Override
    public long provisionNs() {
        return keepsakes.provisionNs();
    }

    @Override
    public void provide(final int pathIndex, final Provision provision) {
        final ForwarderProxy.PeerWay way = provision.to() == null ? null : way(pathIndex, provision.to());
        final byte[] command = way == null ? NOTHING : ForwarderProxy.toTellPeer(way, provision.payload());
        keepsakes.provide(pathIndex, provision.number(), provision.dueNs(), command);
    }

    @Override
    public boolean useKeys(final int pathIndex, final PeerKeys keys) {
        return forwarder.useKeys(
                pathIndex,
                keys.inUse(),
                keys.generations().stream()
                        .map(key -> new ForwarderProxy.PeerKey(key.number(), key.sending(), key.receiving()))
                        .toList());
    }

    @Override
    public boolean seenAt(final int pathIndex, final IpAddress address) {
        return forwarder.peerSeenAt(pathIndex, address);
    }

    @Override
    public boolean carries(final int pathIndex, final int mtuBytes) {
        return forwarder.pathCarries(pathIndex, mtuBytes);
    }

    @Override
    public boolean keep(final int pathIndex, final PeerHandover handover) {
        return keepsakes.keep(pathIndex, handover);
    }

    @Override
    public PeerHandover kept(final int pathIndex) {
        return keepsakes.kept(pathIndex);
    }

    @Override
    public Incarnation incarnation() {
        return incarnation;
    }
}
