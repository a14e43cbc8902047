package io.fairway.cluster.session;

import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.ReceivedMetadata;
import org.agrona.DirectBuffer;

/**
 * The first packet of an unknown flow, as the forwarder reports it.
 *
 * @param pendingId names the packets that wait
 * @param interfaceIndex where it arrived
 * @param vlan 0 for none
 * @param tuple its addresses, ports and protocol
 * @param keyHash the hash of its flow key
 * @param tcpFlags 0 if it is not TCP
 * @param carriesMetadata whether SVR metadata is in front of its payload
 * @param metadata what the metadata says; null without, or if it is malformed
 */
public record FirstPacket(
        long pendingId,
        int interfaceIndex,
        int vlan,
        FiveTuple tuple,
        long keyHash,
        int tcpFlags,
        boolean carriesMetadata,
        ReceivedMetadata metadata) {
    /** Reads the forwarder's message. */
    public static FirstPacket read(final DirectBuffer message, final int offset) {
        final int key = offset + FirstPacketFlyweight.FLOW_KEY;
        final boolean carries = message.getByte(offset + FirstPacketFlyweight.HAS_METADATA) != 0;
        final int length = message.getShort(offset + FirstPacketFlyweight.METADATA_LENGTH) & 0xffff;
        return new FirstPacket(
                message.getLong(offset + FirstPacketFlyweight.PENDING_ID),
                FlowKeyFlyweight.interfaceIndex(message, key),
                FlowKeyFlyweight.vlan(message, key),
                FlowKeyFlyweight.tuple(message, key),
                FlowKeyFlyweight.hash(message, key),
                message.getByte(offset + FirstPacketFlyweight.TCP_FLAGS) & 0xff,
                carries,
                carries ? MetadataParser.decode(message, offset + FirstPacketFlyweight.METADATA, length) : null);
    }

    /** Whether a peer says that it is of a TCP session that has been there for long. */
    boolean goesOn() {
        return metadata != null && !opens() && metadata.remainingSeconds() != ReceivedMetadata.NO_REMAINING_TIME;
    }

    /** Whether it begins a session by itself: it is a SYN, or not TCP at all. */
    public boolean opens() {
        final int flags = TcpHeader.SYN | TcpHeader.ACK | TcpHeader.RST | TcpHeader.FIN;
        return tuple.protocol() != IpProtocol.TCP || (tcpFlags & flags) == TcpHeader.SYN;
    }
}
