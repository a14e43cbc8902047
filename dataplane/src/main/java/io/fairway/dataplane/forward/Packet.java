package io.fairway.dataplane.forward;

import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.ParsedPacket;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.VnetHeader;
import org.agrona.MutableDirectBuffer;

/**
 * The packet in hand: where it stands and what its vnet header said. One object, reused; each step of the pipeline may
 * move the packet and keeps the offsets right. The bytes in front of {@link #ip} are rebuilt when it leaves.
 */
final class Packet {
    final ParsedPacket parsed = new ParsedPacket();

    MutableDirectBuffer buffer;
    int vnet;
    int frameLength;
    int interfaceIndex;
    int vlan;
    long stationMac;

    /** It came over the fabric: it must not go back. */
    boolean crossed;

    int ip;
    int l4;
    int payload;
    int end;
    int protocol;

    /** The transport checksum field holds the pseudo header's sum only. */
    boolean partialChecksum;

    int gsoType;
    int gsoSize;

    /** The transport checksum has been found right, or need not be looked at. */
    boolean verified;

    /** The transport checksum must be computed anew before the packet leaves. */
    boolean recompute;

    void frame(
            final int ingress,
            final MutableDirectBuffer memory,
            final int vnetOffset,
            final int length,
            final int tag) {
        buffer = memory;
        vnet = vnetOffset;
        frameLength = length;
        interfaceIndex = ingress;
        vlan = tag;
        partialChecksum = VnetHeader.needsChecksum(memory, vnetOffset);
        gsoType = VnetHeader.gsoType(memory, vnetOffset);
        gsoSize = gsoType == VnetHeader.GSO_NONE ? 0 : VnetHeader.gsoSizeBytes(memory, vnetOffset);
        verified = VnetHeader.checksumTrusted(memory, vnetOffset);
        recompute = false;
    }

    /** A UDP packet of our own, complete in the egress's memory. */
    void built(
            final MutableDirectBuffer memory,
            final int ipOffset,
            final int l4Offset,
            final int endOffset) {
        buffer = memory;
        ip = ipOffset;
        l4 = l4Offset;
        payload = l4Offset + UdpHeader.LENGTH;
        end = endOffset;
        protocol = IpProtocol.UDP;
        partialChecksum = false;
        gsoType = VnetHeader.GSO_NONE;
        gsoSize = 0;
    }

    void takeOffsets() {
        ip = parsed.ipOffset();
        l4 = parsed.l4Offset();
        payload = parsed.payloadOffset();
        end = parsed.endOffset();
        protocol = parsed.protocol();
    }

    int frameOffset() {
        return vnet + VnetHeader.LENGTH;
    }

    boolean isSuperFrame() {
        return gsoType != VnetHeader.GSO_NONE;
    }

    int ipLength() {
        return end - ip;
    }

    int payloadLength() {
        return end - payload;
    }

    /** Bytes of the largest IP packet that leaves: of a super-frame, one of its packets. */
    int wireLength() {
        return isSuperFrame() ? Math.min(ipLength(), payload - ip + gsoSize) : ipLength();
    }

    boolean dontFragment() {
        return Ipv4Header.dontFragment(buffer, ip);
    }
}
