package io.fairway.dataplane.forward;

import io.fairway.dataplane.svr.MetadataKey;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataEncoder;
import org.agrona.BufferUtil;
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
    private final PeerKeys keys;
    private final Egress egress;
    private final UnsafeBuffer falsePositive =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(Metadata.BASE_LENGTH, Long.BYTES));

    MetadataInserter(final FlowTable table, final PeerKeys keys, final Egress egress) {
        this.table = table;
        this.keys = keys;
        this.egress = egress;
        MetadataEncoder.falsePositive(falsePositive, 0);
    }

    /** Whether metadata must be added and there is no key to protect it. */
    boolean lacksKey(final int flow) {
        return table.metadataState(flow) == FlowTable.METADATA_ON
                && table.metadataLength(flow) != 0
                && keys.signing(table.actions(), table.actionOffset(flow)) == null;
    }

    /** Bytes that metadata adds to a packet of this flow, 0 if the flow's state wants none. */
    int metadataGrowth(final int flow) {
        if (table.metadataState(flow) != FlowTable.METADATA_ON || table.metadataLength(flow) == 0) {
            return 0;
        }
        final MetadataKey key = keys.signing(table.actions(), table.actionOffset(flow));
        return key == null ? 0 : wireLength(flow, key) + key.macLength();
    }

    private int wireLength(final int flow, final MetadataKey key) {
        final int headerLength = Metadata.headerLength(table.metadata(), table.metadataOffset(flow));
        return headerLength + key.wireLength(table.metadataLength(flow) - headerLength);
    }

    /** Bytes that the bare header adds, 0 if the packet needs none: it goes to no peer or has no cookie. */
    int falsePositiveGrowth(final Packet packet, final int flow) {
        final boolean toPeer = FlowActionFlyweight.metadataRole(table.actions(), table.actionOffset(flow))
                != FlowActionFlyweight.METADATA_NONE;
        return toPeer && Metadata.isPresent(packet.buffer, packet.payload, packet.payloadLength())
                ? Metadata.BASE_LENGTH
                : 0;
    }

    /** Adds this flow's metadata, encrypted as the peer wants it, and the HMAC. */
    void addMetadata(final Packet packet, final int flow) {
        final MetadataKey key = keys.signing(table.actions(), table.actionOffset(flow));
        final int from = packet.payload;
        final MutableDirectBuffer source = packet.buffer;
        final int restLength = packet.payloadLength();
        final int length = wireLength(flow, key);
        grow(packet, length, key.macLength());
        key.protect(table.metadata(), table.metadataOffset(flow), keys.nextNumber(), packet.buffer, packet.payload);
        packet.buffer.putBytes(packet.payload + length, source, from, restLength);
        keys.sign(key, packet.buffer, packet.payload, length + restLength);
    }

    /** Adds the bare header. */
    void addFalsePositive(final Packet packet) {
        final int from = packet.payload;
        final MutableDirectBuffer source = packet.buffer;
        final int restLength = packet.payloadLength();
        grow(packet, Metadata.BASE_LENGTH, 0);
        packet.buffer.putBytes(packet.payload, falsePositive, 0, Metadata.BASE_LENGTH);
        packet.buffer.putBytes(packet.payload + Metadata.BASE_LENGTH, source, from, restLength);
    }

    /** Copies the headers to where there is room for the payload, so much before it, and so much behind it. */
    private void grow(final Packet packet, final int before, final int behind) {
        final int headers = packet.payload - packet.ip;
        final int total = packet.ipLength() + before + behind;
        final int ip = egress.reserve(total);
        final MutableDirectBuffer out = egress.memory();
        out.putBytes(ip, packet.buffer, packet.ip, headers);
        packet.moved(out, ip, ip + total);
        packet.recompute = true;
        packet.writeIpLength();
        if (packet.protocol == IpProtocol.UDP) {
            UdpHeader.setDatagramLength(out, packet.l4, packet.end - packet.l4);
        }
    }

    /** Puts a UDP header between the IP header and what was the transport's. */
    void encapsulate(final Packet packet, final int flow) {
        final int headers = packet.l4 - packet.ip;
        final int restLength = packet.end - packet.l4;
        final int total = headers + UdpHeader.LENGTH + restLength;
        final int ip = egress.reserve(total);
        final MutableDirectBuffer out = egress.memory();
        out.putBytes(ip, packet.buffer, packet.ip, headers);
        out.putBytes(ip + headers + UdpHeader.LENGTH, packet.buffer, packet.l4, restLength);
        packet.moved(out, ip, ip + total);
        packet.payload = packet.l4 + UdpHeader.LENGTH;
        packet.partialChecksum = false;
        packet.recompute = true;
        packet.writeIpLength();
        packet.setProtocol(IpProtocol.UDP);
        final int action = table.actionOffset(flow);
        UdpHeader.encode(
                out,
                packet.l4,
                FlowActionFlyweight.sourcePort(table.actions(), action),
                FlowActionFlyweight.destinationPort(table.actions(), action),
                packet.end - packet.l4);
        UdpHeader.setChecksum(out, packet.l4, CHECKSUM_WANTED);
    }
}
