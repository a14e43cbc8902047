package io.fairway.dataplane.forward;

import io.fairway.dataplane.neighbor.TokenBucket;
import io.fairway.model.DropReason;
import io.fairway.model.boundary.PeerMessageFlyweight;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.peer.PeerMessage;
import io.fairway.model.wire.peer.TcpProbe;

/**
 * Hands what comes to UDP port 1280 of our waypoints to the controller, so often as it can look at it. Who sends from a
 * peer's address takes nothing from other peers; who sends from elsewhere, as a peer behind a NAT does, shares with all
 * strangers. Forwarder's thread only.
 */
final class PeerInbox {
    private static final int MESSAGES_PER_SECOND = 200;
    private static final int BURST = 100;

    private final ToController controller;
    private final TokenBucket strangers = new TokenBucket(MESSAGES_PER_SECOND, BURST);
    private final TokenBucket[] peers;

    PeerInbox(final int paths, final ToController controller) {
        this.controller = controller;
        peers = new TokenBucket[paths];
        for (int i = 0; i < paths; i++) {
            peers[i] = new TokenBucket(MESSAGES_PER_SECOND, BURST);
        }
    }

    /** Whether a packet is a message, if it is for a waypoint of ours. */
    static boolean isFor(final Packet packet) {
        return packet.protocol == IpProtocol.UDP && packet.parsed.destinationPort() == PeerMessage.PORT;
    }

    /** Whether a packet is a probe of firewalls, if it is from a peer's waypoint for one of ours. */
    static boolean isProbe(final Packet packet) {
        return packet.protocol == IpProtocol.TCP && TcpProbe.isPort(packet.parsed.destinationPort());
    }

    /**
     * Hands the message over, or the messages if the kernel has put several together; says what became of the packet.
     *
     * @param path from whose far end it came, or {@link Waypoints#NONE}
     */
    DropReason onPacket(final Packet packet, final int path, final long nowNs) {
        final TokenBucket tokens = path == Waypoints.NONE ? strangers : peers[path];
        final int step = packet.isSuperFrame() ? Math.max(packet.gsoSize, 1) : packet.payloadLength();
        int payload = packet.payload;
        do {
            final int length = Math.min(step, packet.end - payload);
            if (length > PeerMessageFlyweight.MAX_PAYLOAD_BYTES || !tokens.take(nowNs)) {
                return DropReason.PEER_MESSAGES_TOO_MANY;
            }
            if (!controller.peerMessage(packet, payload, length)) {
                return DropReason.CONTROLLER_BUSY;
            }
            payload += length;
        } while (payload < packet.end);
        return DropReason.CONSUMED_PEER_MESSAGE;
    }
}
