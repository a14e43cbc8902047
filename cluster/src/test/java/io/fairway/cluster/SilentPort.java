package io.fairway.cluster;

import io.fairway.cluster.peer.Incarnation;
import io.fairway.cluster.peer.PeerHandover;
import io.fairway.cluster.peer.PeerPort;
import io.fairway.cluster.peer.exchange.PeerKeys;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.TcpProbe;
import org.agrona.DirectBuffer;

/** The forwarder of a router that nobody hears and that hears nobody. */
class SilentPort implements PeerPort {
    private final Incarnation incarnation;

    SilentPort(final long incarnation) {
        this.incarnation = new Incarnation(incarnation, since -> {});
    }

    @Override
    public void send(
            final int pathIndex, final DirectBuffer buffer, final int offset, final int length, final Endpoint to) {
        // Lost.
    }

    @Override
    public void probe(
            final int pathIndex,
            final DirectBuffer buffer,
            final int length,
            final IpAddress to,
            final TcpProbe probe) {
        // Lost.
    }

    @Override
    public boolean leads(final int interfaceIndex) {
        return false;
    }

    @Override
    public boolean useKeys(final int pathIndex, final PeerKeys keys) {
        return true;
    }

    @Override
    public boolean seenAt(final int pathIndex, final IpAddress address) {
        return true;
    }

    @Override
    public boolean carries(final int pathIndex, final int mtuBytes) {
        return true;
    }

    @Override
    public boolean keep(final int pathIndex, final PeerHandover handover) {
        return true;
    }

    @Override
    public PeerHandover kept(final int pathIndex) {
        return PeerHandover.NONE;
    }

    @Override
    public Incarnation incarnation() {
        return incarnation;
    }
}
