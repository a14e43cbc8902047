package io.fairway.dataplane.forward;

import io.fairway.dataplane.svr.MetadataAuthenticator;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataEncoder;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Makes packets towards SVR peers grow: metadata and its HMAC, the bare header before a payload that begins with the
 * cookie by chance, the UDP header before ICMP. The packet is copied into the egress's scratch memory, since this
 * happens to few packets of a session. Forwarder's thread only.
 */
final class MetadataInserter {
    /** Any value but 0, which would say that no checksum is wanted. */
    private static final int CHECKSUM_WANTED = 1;

    private final FlowTable table;
    private final MetadataAuthenticator authenticator;
    private final Egress egress;
    private final UnsafeBuffer falsePositive =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(Metadata.BASE_LENGTH, Long.BYTES));

    MetadataInserter(final FlowTable table, final MetadataAuthenticator authenticator, final Egress egress) {
        this.table = table;
        this.authenticator = authenticator;
        this.egress = egress;
        MetadataEncoder.falsePositive(falsePositive, 0);
    }

    /** Bytes that metadata adds to a packet of this flow, 0 if the flow's state wants none. */
    int metadataGrowth(final int flow) {
        final int length = table.metadataLength(flow);
        return table.metadataState(flow) == FlowTable.METADATA_ON && length > 0 ? length + Metadata.HMAC_LENGTH : 0;
    }

    /** Bytes that the bare header adds, 0 if the packet needs none: it goes to no peer or has no cookie. */
    int falsePositiveGrowth(final Packet packet, final int flow, final boolean encapsulate) {
        final boolean toPeer = FlowActionFlyweight.metadataRole(table.actions(), table.actionOffset(flow))
                != FlowActionFlyweight.METADATA_NONE;
        final int payload = encapsulate ? packet.l4 : packet.payload;
        return toPeer && Metadata.isPresent(packet.buffer, payload, packet.end - payload) ? Metadata.BASE_LENGTH : 0;
    }

    /** Adds this flow's metadata and the HMAC. */
    void addMetadata(final Packet packet, final int flow, final boolean encapsulate) {
        grow(packet, flow, encapsulate, table.metadata(), table.metadataOffset(flow), table.metadataLength(flow));
        final int signed = packet.end - Metadata.HMAC_LENGTH - packet.payload;
        authenticator.sign(packet.buffer, packet.payload, signed);
    }

    /** Adds the bare header. */
    void addFalsePositive(final Packet packet, final int flow, final boolean encapsulate) {
        grow(packet, flow, encapsulate, falsePositive, 0, Metadata.BASE_LENGTH);
    }

    /** Adds only a UDP header. */
    void encapsulate(final Packet packet, final int flow) {
        grow(packet, flow, true, falsePositive, 0, 0);
    }

    private void grow(
            final Packet packet,
            final int flow,
            final boolean encapsulate,
            final DirectBuffer metadata,
            final int metadataOffset,
            final int metadataLength) {
        final int rest = encapsulate ? packet.l4 : packet.payload;
        final int headers = rest - packet.ip;
        final int udp = encapsulate ? UdpHeader.LENGTH : 0;
        final int mac = metadataLength > Metadata.BASE_LENGTH ? Metadata.HMAC_LENGTH : 0;
        final int restLength = packet.end - rest;
        final int total = headers + udp + metadataLength + restLength + mac;
        final int ip = egress.reserve(total);
        final MutableDirectBuffer out = egress.memory();
        final int payload = ip + headers + udp;
        out.putBytes(ip, packet.buffer, packet.ip, headers);
        out.putBytes(payload, metadata, metadataOffset, metadataLength);
        out.putBytes(payload + metadataLength, packet.buffer, rest, restLength);
        packet.l4 += ip - packet.ip;
        packet.buffer = out;
        packet.ip = ip;
        packet.payload = payload;
        packet.end = ip + total;
        packet.recompute = true;
        Ipv4Header.setTotalLength(out, ip, total);
        if (encapsulate) {
            encodeUdp(packet, flow);
        } else if (packet.protocol == IpProtocol.UDP) {
            UdpHeader.setDatagramLength(out, packet.l4, packet.end - packet.l4);
        }
    }

    private void encodeUdp(final Packet packet, final int flow) {
        final int action = table.actionOffset(flow);
        final int source = FlowActionFlyweight.sourcePort(table.actions(), action);
        final int destination = FlowActionFlyweight.destinationPort(table.actions(), action);
        packet.l4 = packet.payload - UdpHeader.LENGTH;
        packet.protocol = IpProtocol.UDP;
        packet.partialChecksum = false;
        Ipv4Header.rewriteProtocol(packet.buffer, packet.ip, IpProtocol.UDP);
        UdpHeader.encode(packet.buffer, packet.l4, source, destination, packet.end - packet.l4);
        UdpHeader.setChecksum(packet.buffer, packet.l4, CHECKSUM_WANTED);
    }
}
