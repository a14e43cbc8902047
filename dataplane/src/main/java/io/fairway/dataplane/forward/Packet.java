package io.fairway.dataplane.forward;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.wire.InternetChecksum;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.ParsedPacket;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.VnetHeader;
import org.agrona.MutableDirectBuffer;

/**
 * The packet in hand: where it stands and what its vnet header said. One object, reused; each step of the pipeline may
 * move the packet and keeps the offsets right. The bytes in front of {@link #ip} are rebuilt when it leaves.
 */
final class Packet {
    /** What only the last segment of a super-frame says. */
    private static final int LAST_SEGMENT_FLAGS = TcpHeader.FIN | TcpHeader.PSH;

    final ParsedPacket parsed = new ParsedPacket();

    MutableDirectBuffer buffer;
    int vnet;
    int frameLength;
    int interfaceIndex;
    int vlan;
    long stationMac;

    /** Under which epoch the partner sent it over the fabric, or {@link PartnerPath#NOT_CROSSED}. */
    int crossedEpoch;

    /** It has waited in the pending table: its metadata was checked before. */
    boolean released;

    int ip;
    int l4;
    int payload;
    int end;
    int protocol;

    /** Whether the header at {@link #ip} is IPv6's. */
    boolean v6;

    /** The transport checksum field holds the pseudo header's sum only. */
    boolean partialChecksum;

    int gsoType;
    int gsoSize;

    /** It was put together from fragments, so that it may be cut again, whatever its family. */
    boolean reassembled;

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
        reassembled = VnetHeader.isReassembled(memory, vnetOffset);
    }

    /** A UDP packet of our own, complete in the egress's memory. */
    void built(final MutableDirectBuffer memory, final int ipOffset, final int l4Offset, final int endOffset) {
        buffer = memory;
        ip = ipOffset;
        l4 = l4Offset;
        payload = l4Offset + UdpHeader.LENGTH;
        end = endOffset;
        protocol = IpProtocol.UDP;
        v6 = l4Offset - ipOffset == Ipv6Header.LENGTH;
        partialChecksum = false;
        recompute = false;
        gsoType = VnetHeader.GSO_NONE;
        gsoSize = 0;
    }

    void takeOffsets() {
        ip = parsed.ipOffset();
        l4 = parsed.l4Offset();
        payload = parsed.payloadOffset();
        end = parsed.endOffset();
        protocol = parsed.protocol();
        v6 = parsed.isV6();
    }

    /**
     * Completes the checksum that a sender with offload has left open within a protocol that we do not know, such as of
     * TCP within GRE.
     *
     * @return whether the frame said rightly where
     */
    boolean completeForeignChecksum() {
        final int start = frameOffset() + VnetHeader.checksumStart(buffer, vnet);
        final int at = start + VnetHeader.checksumOffset(buffer, vnet);
        if (isSuperFrame() || start < l4 || at > end - Short.BYTES) {
            return false;
        }
        final int checksum = ~InternetChecksum.sum(buffer, start, end - start) & 0xffff;
        buffer.putShort(at, (short) InternetChecksum.udpOnWire(checksum), BIG_ENDIAN);
        partialChecksum = false;
        VnetHeader.clear(buffer, vnet);
        return true;
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

    /** Segments of the packet: those of a super-frame, else one. */
    int segments() {
        return isSuperFrame() ? (payloadLength() + gsoSize - 1) / gsoSize : 1;
    }

    /** It stands elsewhere now, with the same headers. */
    void moved(final MutableDirectBuffer memory, final int ipOffset, final int endOffset) {
        l4 += ipOffset - ip;
        payload += ipOffset - ip;
        buffer = memory;
        ip = ipOffset;
        end = endOffset;
    }

    /** Its payload's length or content has changed: the lengths are right again, the transport checksum is partial. */
    void lengthChanged() {
        writeIpLength();
        final int length = end - l4;
        final int partial = InternetChecksum.pseudoHeader(buffer, ip, protocol, length);
        if (protocol == IpProtocol.TCP) {
            TcpHeader.setChecksum(buffer, l4, partial);
        } else {
            UdpHeader.setDatagramLength(buffer, l4, length);
            UdpHeader.setChecksum(buffer, l4, partial);
        }
        partialChecksum = true;
        verified = true;
        recompute = false;
    }

    /**
     * Cuts the first segments of a super-frame off.
     *
     * @param count how many, fewer than there are
     * @param head becomes a packet of them
     * @param memory where it is put
     * @param at where in that
     */
    void split(final int count, final Packet head, final MutableDirectBuffer memory, final int at) {
        final int headers = payload - ip;
        final int bytes = count * gsoSize;
        memory.putBytes(at, buffer, ip, headers + bytes);
        head.of(this, memory, at, headers + bytes);
        if (count == 1) {
            head.gsoType = VnetHeader.GSO_NONE;
        }
        buffer.putBytes(ip + bytes, buffer, ip, headers);
        moved(buffer, ip + bytes, end);
        if (!v6) {
            Ipv4Header.setIdentification(buffer, ip, Ipv4Header.identification(buffer, ip) + count);
        }
        if (protocol == IpProtocol.TCP) {
            TcpHeader.setFlags(head.buffer, head.l4, TcpHeader.flags(head.buffer, head.l4) & ~LAST_SEGMENT_FLAGS);
            TcpHeader.setSequence(buffer, l4, TcpHeader.sequence(buffer, l4) + bytes);
        }
        if (payloadLength() <= gsoSize) {
            gsoType = VnetHeader.GSO_NONE;
        }
        head.lengthChanged();
        lengthChanged();
    }

    private void of(final Packet whole, final MutableDirectBuffer memory, final int at, final int length) {
        interfaceIndex = whole.interfaceIndex;
        vlan = whole.vlan;
        stationMac = whole.stationMac;
        protocol = whole.protocol;
        v6 = whole.v6;
        gsoType = whole.gsoType;
        gsoSize = whole.gsoSize;
        buffer = memory;
        ip = at;
        l4 = at + whole.l4 - whole.ip;
        payload = at + whole.payload - whole.ip;
        end = at + length;
    }

    int payloadLength() {
        return end - payload;
    }

    /** Bytes of the largest IP packet that leaves: of a super-frame, one of its packets. */
    int wireLength() {
        return isSuperFrame() ? Math.min(ipLength(), payload - ip + gsoSize) : ipLength();
    }

    boolean dontFragment() {
        return !reassembled && (v6 || Ipv4Header.dontFragment(buffer, ip));
    }

    /** The sum of both addresses. */
    int addressSum() {
        return v6
                ? InternetChecksum.addressSum(
                        Ipv6Header.sourceHigh(buffer, ip),
                        Ipv6Header.sourceLow(buffer, ip),
                        Ipv6Header.destinationHigh(buffer, ip),
                        Ipv6Header.destinationLow(buffer, ip))
                : InternetChecksum.add(
                        InternetChecksum.fold32(Ipv4Header.source(buffer, ip)),
                        InternetChecksum.fold32(Ipv4Header.destination(buffer, ip)));
    }

    /** Writes both addresses, two longs each as in {@link IpAddress}; returns their sum. */
    int setAddresses(
            final long sourceHigh, final long sourceLow, final long destinationHigh, final long destinationLow) {
        if (v6) {
            Ipv6Header.setSource(buffer, ip, sourceHigh, sourceLow);
            Ipv6Header.setDestination(buffer, ip, destinationHigh, destinationLow);
        } else {
            Ipv4Header.setSource(buffer, ip, (int) sourceLow);
            Ipv4Header.setDestination(buffer, ip, (int) destinationLow);
        }
        return InternetChecksum.addressSum(sourceHigh, sourceLow, destinationHigh, destinationLow);
    }

    /** Writes the source alone. */
    void setSource(final long high, final long low) {
        if (v6) {
            Ipv6Header.setSource(buffer, ip, high, low);
        } else {
            Ipv4Header.setSource(buffer, ip, (int) low);
        }
    }

    /** Writes the IP header's length field from where the packet ends; an IPv4 checksum is computed at the end. */
    void writeIpLength() {
        if (v6) {
            Ipv6Header.setPayloadLength(buffer, ip, ipLength() - Ipv6Header.LENGTH);
        } else {
            Ipv4Header.setTotalLength(buffer, ip, ipLength());
        }
    }

    /** Writes the protocol into an IP header without extension headers, and notes it. */
    void setProtocol(final int next) {
        protocol = next;
        if (v6) {
            Ipv6Header.setNextHeader(buffer, ip, next);
        } else {
            Ipv4Header.rewriteProtocol(buffer, ip, next);
        }
    }

    void decrementTtl() {
        if (v6) {
            Ipv6Header.setHopLimit(buffer, ip, Ipv6Header.hopLimit(buffer, ip) - 1);
        } else {
            Ipv4Header.decrementTtl(buffer, ip);
        }
    }

    /** By how much a plain IP header of this family is longer than what stands before the transport header now. */
    int headerGrowth(final boolean toV6) {
        return (toV6 ? Ipv6Header.LENGTH : Ipv4Header.LENGTH) - (l4 - ip);
    }

    /**
     * Puts a plain IP header of either family in the place of this one and its options or extension headers. Time to
     * live, DSCP and ECN are carried over; IPv4 may not be fragmented, IPv6 has no flow label. The addresses are not
     * written yet.
     */
    void replaceHeader(final boolean toV6) {
        final int ttl = v6 ? Ipv6Header.hopLimit(buffer, ip) : Ipv4Header.ttl(buffer, ip);
        final int trafficClass = v6 ? Ipv6Header.trafficClass(buffer, ip) : Ipv4Header.tos(buffer, ip);
        ip -= headerGrowth(toV6);
        if (toV6) {
            Ipv6Header.encode(buffer, ip, ipLength() - Ipv6Header.LENGTH, ttl, protocol);
            Ipv6Header.setTrafficClass(buffer, ip, trafficClass);
        } else {
            Ipv4Header.encode(buffer, ip, ipLength(), ttl, protocol);
            Ipv4Header.setTos(buffer, ip, trafficClass);
        }
        final int ecn = gsoType & VnetHeader.GSO_ECN;
        if ((gsoType & ~VnetHeader.GSO_ECN) == (v6 ? VnetHeader.GSO_TCPV6 : VnetHeader.GSO_TCPV4)) {
            gsoType = (toV6 ? VnetHeader.GSO_TCPV6 : VnetHeader.GSO_TCPV4) | ecn;
        }
        v6 = toV6;
    }
}
