package io.fairway.dataplane.forward;

import io.fairway.dataplane.io.Doorbell;
import io.fairway.model.DropReason;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.boundary.PeerMessageFlyweight;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.session.FlowKeyFlyweight;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes the forwarder's messages to the controller and rings its bell. A full ring loses nothing that matters: a first
 * packet is dropped by name, and an event is marked as reported only once it was taken. Forwarder's thread only.
 */
final class ToController {
    private static final int MAX_METADATA_BYTES = FirstPacketFlyweight.MAX_LENGTH - FirstPacketFlyweight.METADATA;

    private final ControllerLink link;
    private final Doorbell bell;
    private final FlowTable table;
    private final ForwardCounters counters;
    private final UnsafeBuffer message =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(PeerMessageFlyweight.MAX_LENGTH, 64));

    /** @param bell the controller's, or null if it polls by itself */
    ToController(
            final ControllerLink link, final Doorbell bell, final FlowTable table, final ForwardCounters counters) {
        this.link = link;
        this.bell = bell;
        this.table = table;
        this.counters = counters;
    }

    /** Reports a new flow; its metadata, if any, has been verified. */
    boolean firstPacket(
            final long pendingId,
            final DirectBuffer key,
            final int tcpFlags,
            final int packetLength,
            final DirectBuffer metadata,
            final int metadataOffset,
            final int metadataLength) {
        if (metadataLength > MAX_METADATA_BYTES) {
            return false;
        }
        final int length = FirstPacketFlyweight.METADATA + metadataLength;
        head(BoundaryMessage.FIRST_PACKET, length);
        message.putLong(FirstPacketFlyweight.PENDING_ID, pendingId);
        message.putBytes(FirstPacketFlyweight.FLOW_KEY, key, 0, FlowKeyFlyweight.LENGTH);
        message.putByte(FirstPacketFlyweight.TCP_FLAGS, (byte) tcpFlags);
        message.putByte(FirstPacketFlyweight.HAS_METADATA, (byte) (metadataLength > 0 ? 1 : 0));
        message.putShort(FirstPacketFlyweight.METADATA_LENGTH, (short) metadataLength);
        message.putInt(FirstPacketFlyweight.PACKET_LENGTH, packetLength);
        if (metadataLength > 0) {
            message.putBytes(FirstPacketFlyweight.METADATA, metadata, metadataOffset, metadataLength);
        }
        return offer(length);
    }

    /** Hands over a UDP datagram for a waypoint's port 1280: so many bytes, at most as many as the message holds. */
    boolean peerMessage(final Packet packet, final int payload, final int payloadLength) {
        final int length = PeerMessageFlyweight.PAYLOAD + payloadLength;
        head(BoundaryMessage.PEER_MESSAGE, length);
        message.putShort(PeerMessageFlyweight.INTERFACE, (short) packet.interfaceIndex);
        message.putShort(PeerMessageFlyweight.REMOTE_PORT, (short) packet.parsed.sourcePort());
        message.putInt(PeerMessageFlyweight.PAYLOAD_LENGTH, payloadLength);
        message.putLong(PeerMessageFlyweight.LOCAL, packet.parsed.destinationHigh());
        message.putLong(PeerMessageFlyweight.LOCAL + Long.BYTES, packet.parsed.destinationLow());
        message.putLong(PeerMessageFlyweight.REMOTE, packet.parsed.sourceHigh());
        message.putLong(PeerMessageFlyweight.REMOTE + Long.BYTES, packet.parsed.sourceLow());
        message.putBytes(PeerMessageFlyweight.PAYLOAD, packet.buffer, payload, payloadLength);
        return offer(length);
    }

    /** Reports what has happened to a session and was not reported yet. */
    void report(final int slot) {
        final int marks = table.marks(slot);
        if ((marks & (FlowTable.ESTABLISHED | FlowTable.ESTABLISHED_REPORTED)) == FlowTable.ESTABLISHED
                && event(table.sessionId(slot), SessionEventFlyweight.ESTABLISHED, 0)) {
            table.mark(slot, FlowTable.ESTABLISHED_REPORTED);
            counters.addEstablished();
        }
        if ((marks & (FlowTable.HANDSHAKE_DONE | FlowTable.HANDSHAKE_REPORTED)) == FlowTable.HANDSHAKE_DONE
                && event(
                        table.sessionId(slot),
                        SessionEventFlyweight.HANDSHAKE_DONE,
                        (marks & FlowTable.YIELDS) != 0 ? SessionEventFlyweight.YIELDS : SessionEventFlyweight.SEALS)) {
            table.mark(slot, FlowTable.HANDSHAKE_REPORTED);
        }
    }

    /** Reports that a session could not be installed. */
    void installFailed(final long sessionId, final DropReason reason) {
        if (!event(sessionId, SessionEventFlyweight.INSTALL_FAILED, reason.ordinal())) {
            counters.addEventLost();
        }
    }

    /** Reports that a session is idle or closed. */
    boolean event(final long sessionId, final int event, final int detail) {
        head(BoundaryMessage.SESSION_EVENT, SessionEventFlyweight.LENGTH);
        message.putLong(SessionEventFlyweight.SESSION_ID, sessionId);
        message.putInt(SessionEventFlyweight.EVENT, event);
        message.putInt(SessionEventFlyweight.DETAIL, detail);
        return offer(SessionEventFlyweight.LENGTH);
    }

    private void head(final int type, final int length) {
        message.putInt(0, type);
        message.putInt(4, length);
    }

    private boolean offer(final int length) {
        final boolean taken = link.offer(message, 0, length);
        if (taken && bell != null) {
            bell.ring();
        }
        return taken;
    }
}
