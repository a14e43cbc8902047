package io.fairway.dataplane.forward;

import io.fairway.dataplane.neighbor.TokenBucket;
import io.fairway.dataplane.svr.MetadataKey;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.PeerMessageFlyweight;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.peer.PeerMessage;
import io.fairway.model.wire.peer.TcpProbe;
import io.fairway.model.wire.svr.ControlReason;
import io.fairway.model.wire.svr.MetadataEncoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Makes packets of our own between waypoints: control messages (svr-protocol.md section 2.7), in UDP also for a TCP
 * session (section 9, item 16), and a session's metadata alone, for a peer that has lost the session. Forwarder's
 * thread only.
 */
final class ControlSender {
    private static final int TTL = 64;
    private static final int REQUESTS_PER_SECOND = 1_000;
    private static final int REQUESTS_BURST = 200;
    private static final int WINDOW = 65_535;

    private final FlowTable table;
    private final PeerKeys keys;
    private final Egress egress;
    private final ForwardCounters counters;
    private final TokenBucket requests = new TokenBucket(REQUESTS_PER_SECOND, REQUESTS_BURST);
    private final Packet packet = new Packet();

    ControlSender(final FlowTable table, final PeerKeys keys, final Egress egress, final ForwardCounters counters) {
        this.table = table;
        this.keys = keys;
        this.egress = egress;
        this.counters = counters;
    }

    /** Sends a control message along a flow. */
    void send(final int flow, final int bucket, final ControlReason reason) {
        final MetadataKey key = begin(flow);
        if (key != null) {
            control(key, reason);
            counters.addGenerated();
            egress.forward(packet, flow, bucket);
        }
    }

    /** Sends a health check with this value of TLV 46 along a flow. */
    void healthCheck(final int flow, final int bucket, final int value) {
        final MetadataKey key = begin(flow);
        if (key != null) {
            sign(key, MetadataEncoder.healthCheck(packet.buffer, packet.payload, value, key.id()));
            counters.addGenerated();
            egress.forward(packet, flow, bucket);
        }
    }

    /** The headers of a control message, and the key that signs it; null if there is none. */
    private MetadataKey begin(final int flow) {
        final DirectBuffer actions = table.actions();
        final int action = table.actionOffset(flow);
        final MetadataKey key = keys.signing(actions, action);
        if (key == null) {
            return null;
        }
        begin(
                FlowActionFlyweight.toV6(actions, action),
                IpProtocol.UDP,
                UdpHeader.LENGTH + MetadataEncoder.CONTROL_LENGTH + key.macLength());
        Rewriter.setAddresses(packet, actions, action);
        ports(FlowActionFlyweight.sourcePort(actions, action), FlowActionFlyweight.destinationPort(actions, action));
        return key;
    }

    /**
     * Asks the sender of a packet whose session is unknown here for its metadata, so often as is good for both. What
     * goes back is small and goes to a peer's waypoint only.
     */
    void requestMetadata(final Packet unknown, final long nowNs) {
        final MetadataKey key = keys.signingBack(unknown.parsed);
        if (key == null || !requests.take(nowNs)) {
            return;
        }
        begin(unknown.v6, IpProtocol.UDP, UdpHeader.LENGTH + MetadataEncoder.CONTROL_LENGTH + key.macLength());
        final long localHigh = unknown.parsed.destinationHigh();
        final long localLow = unknown.parsed.destinationLow();
        packet.setAddresses(localHigh, localLow, unknown.parsed.sourceHigh(), unknown.parsed.sourceLow());
        final int localPort = unknown.parsed.destinationPort();
        final int remotePort = unknown.parsed.sourcePort();
        ports(localPort, remotePort);
        control(key, ControlReason.ENABLE_METADATA);
        egress.send(
                unknown.interfaceIndex,
                unknown.stationMac,
                packet.v6 ? EthernetHeader.IPV6 : EthernetHeader.IPV4,
                packet.ip,
                packet.ipLength());
    }

    /** Sends a flow's metadata with no payload, as a keep-alive: the peer sets the session up again, or drops it. */
    void announce(final int flow, final int bucket) {
        final DirectBuffer actions = table.actions();
        final int action = table.actionOffset(flow);
        final MetadataKey key = keys.signing(actions, action);
        if (key == null || table.metadataLength(flow) == 0) {
            return;
        }
        final boolean tcp = table.wireProtocol(flow) == IpProtocol.TCP;
        final int header = tcp ? TcpHeader.LENGTH : UdpHeader.LENGTH;
        final int metadata = key.announcementLength(table.metadata(), table.metadataOffset(flow));
        begin(
                FlowActionFlyweight.toV6(actions, action),
                tcp ? IpProtocol.TCP : IpProtocol.UDP,
                header + metadata + key.macLength());
        Rewriter.setAddresses(packet, actions, action);
        packet.payload = packet.l4 + header;
        final int sourcePort = FlowActionFlyweight.sourcePort(actions, action);
        final int destinationPort = FlowActionFlyweight.destinationPort(actions, action);
        if (tcp) {
            tcp(sourcePort, destinationPort);
        } else {
            ports(sourcePort, destinationPort);
        }
        key.announce(table.metadata(), table.metadataOffset(flow), keys.nextNumber(), packet.buffer, packet.payload);
        keys.sign(key, packet.buffer, packet.payload, metadata);
        packet.lengthChanged();
        Rewriter.finish(packet);
        counters.addGenerated();
        egress.forward(packet, flow, bucket);
    }

    /**
     * Sends what the controller says to a peer, a PeerMessageFlyweight, in one piece, and if it is a probe as the
     * payload of a TCP segment: a SYN, or one of no connection; false if it is too long.
     */
    boolean sendPeerMessage(final DirectBuffer message, final int offset, final int mtuBytes) {
        final int length = message.getInt(offset + PeerMessageFlyweight.PAYLOAD_LENGTH);
        final int egressInterface = message.getShort(offset + PeerMessageFlyweight.INTERFACE) & 0xffff;
        final long remoteHigh = message.getLong(offset + PeerMessageFlyweight.REMOTE);
        final long remoteLow = message.getLong(offset + PeerMessageFlyweight.REMOTE + Long.BYTES);
        final boolean probe = message.getInt(offset) == BoundaryMessage.PEER_PROBE;
        final int header = probe ? TcpHeader.LENGTH : UdpHeader.LENGTH;
        begin(!IpAddress.isV4(remoteHigh, remoteLow), probe ? IpProtocol.TCP : IpProtocol.UDP, header + length);
        if (packet.ipLength() > mtuBytes) {
            return false;
        }
        packet.setAddresses(
                message.getLong(offset + PeerMessageFlyweight.LOCAL),
                message.getLong(offset + PeerMessageFlyweight.LOCAL + Long.BYTES),
                remoteHigh,
                remoteLow);
        final int port = message.getShort(offset + PeerMessageFlyweight.REMOTE_PORT) & 0xffff;
        packet.payload = packet.l4 + header;
        packet.buffer.putBytes(packet.payload, message, offset + PeerMessageFlyweight.PAYLOAD, length);
        if (probe) {
            tcp(port, port);
            TcpHeader.setFlags(
                    packet.buffer, packet.l4, port == TcpProbe.MID_FLOW.port() ? TcpHeader.ACK : TcpHeader.SYN);
            TcpHeader.computeChecksum(packet.buffer, packet.ip, packet.l4, header + length);
        } else {
            ports(PeerMessage.PORT, port);
            UdpHeader.computeChecksum(packet.buffer, packet.ip, packet.l4);
        }
        Rewriter.finish(packet);
        egress.originate(
                packet,
                egressInterface,
                message.getLong(offset + PeerMessageFlyweight.NEXT_HOP),
                message.getLong(offset + PeerMessageFlyweight.NEXT_HOP + Long.BYTES));
        return true;
    }

    private void begin(final boolean v6, final int protocol, final int l4Length) {
        final int headers = v6 ? Ipv6Header.LENGTH : Ipv4Header.LENGTH;
        final int ip = egress.reserve(headers + l4Length);
        packet.built(egress.memory(), ip, ip + headers, ip + headers + l4Length);
        packet.protocol = protocol;
        if (v6) {
            Ipv6Header.encode(packet.buffer, ip, l4Length, TTL, protocol);
        } else {
            Ipv4Header.encode(packet.buffer, ip, headers + l4Length, TTL, protocol);
        }
    }

    private void ports(final int source, final int destination) {
        UdpHeader.encode(packet.buffer, packet.l4, source, destination, packet.end - packet.l4);
    }

    private void tcp(final int source, final int destination) {
        final MutableDirectBuffer out = packet.buffer;
        out.setMemory(packet.l4, TcpHeader.LENGTH, (byte) 0);
        TcpHeader.setSourcePort(out, packet.l4, source);
        TcpHeader.setDestinationPort(out, packet.l4, destination);
        TcpHeader.setHeaderLength(out, packet.l4, TcpHeader.LENGTH);
        TcpHeader.setFlags(out, packet.l4, TcpHeader.ACK);
        TcpHeader.setWindow(out, packet.l4, WINDOW);
    }

    private void control(final MetadataKey key, final ControlReason reason) {
        sign(key, MetadataEncoder.control(packet.buffer, packet.payload, reason, key.id()));
    }

    private void sign(final MetadataKey key, final int length) {
        keys.sign(key, packet.buffer, packet.payload, length);
        UdpHeader.computeChecksum(packet.buffer, packet.ip, packet.l4);
        Rewriter.finish(packet);
    }
}
