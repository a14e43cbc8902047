package io.fairway.model.wire;

import io.fairway.model.DropReason;
import org.agrona.DirectBuffer;

/**
 * Checks a frame from its first byte to its transport header and finds its parts. Stateless; any thread. For any bytes
 * within the bounds that it is given it returns, never throws, and never reads beyond them.
 *
 * <p>What it does not check, because it needs knowledge of ours: whose Ethernet address and VLAN the frame names,
 * whether the TTL suffices, whether the source is our own. A UDP length must equal what IP says (a surplus area, RFC
 * 9868, is not carried).
 */
public final class PacketParser {
    private PacketParser() {}

    /**
     * Parses one frame; a super-frame is parsed like a packet.
     *
     * @param frameOffset where the Ethernet header begins; the frame must lie within the buffer
     * @param frameLength bytes, 0 to 64 KB and more
     * @param checksumTrusted whether {@link #l4ChecksumOk} may believe the checksum unseen, see {@link VnetHeader}
     * @param out what was found
     * @return null if it is a whole ARP or neighbour discovery message, or an IP packet with TCP, UDP, an ICMP echo, an
     *     ICMP error (of which {@link QuotedPacket} reads the rest) or a protocol without ports; else why not
     */
    public static DropReason parse(
            final DirectBuffer buffer,
            final int frameOffset,
            final int frameLength,
            final boolean checksumTrusted,
            final ParsedPacket out) {
        out.reset(frameOffset, checksumTrusted);
        if (frameLength < EthernetHeader.LENGTH) {
            return DropReason.TRUNCATED_ETHERNET;
        }
        int network = frameOffset + EthernetHeader.LENGTH;
        int etherType = EthernetHeader.type(buffer, frameOffset);
        if (etherType == EthernetHeader.VLAN_TAG) {
            if (frameLength < EthernetHeader.LENGTH + EthernetHeader.TAG_LENGTH) {
                return DropReason.TRUNCATED_ETHERNET;
            }
            out.vlan = EthernetHeader.taggedVlan(buffer, frameOffset);
            etherType = EthernetHeader.taggedType(buffer, frameOffset);
            network += EthernetHeader.TAG_LENGTH;
        }
        out.etherType = etherType;
        out.ipOffset = network;
        final int frameEnd = frameOffset + frameLength;
        return switch (etherType) {
            case EthernetHeader.IPV4 -> parseIpv4(buffer, network, frameEnd, out);
            case EthernetHeader.ARP -> parseArp(buffer, network, frameEnd, out);
            case EthernetHeader.IPV6 -> parseIpv6(buffer, network, frameEnd, out);
            default -> DropReason.UNKNOWN_ETHERTYPE;
        };
    }

    private static DropReason parseArp(
            final DirectBuffer buffer, final int arp, final int frameEnd, final ParsedPacket out) {
        if (frameEnd - arp < ArpMessage.LENGTH || !ArpMessage.isValid(buffer, arp)) {
            return DropReason.BAD_ARP;
        }
        out.endOffset = arp + ArpMessage.LENGTH;
        return null;
    }

    private static DropReason parseIpv4(
            final DirectBuffer buffer, final int ip, final int frameEnd, final ParsedPacket out) {
        final int available = frameEnd - ip;
        if (available < Ipv4Header.LENGTH) {
            return DropReason.TRUNCATED_IP;
        }
        final int headerLength = Ipv4Header.headerLength(buffer, ip);
        final int totalLength = Ipv4Header.totalLength(buffer, ip);
        if (Ipv4Header.version(buffer, ip) != 4 || headerLength < Ipv4Header.LENGTH || totalLength < headerLength) {
            return DropReason.BAD_IP_HEADER;
        }
        if (totalLength > available) {
            return DropReason.TRUNCATED_IP;
        }
        if (InternetChecksum.sum(buffer, ip, headerLength) != 0xffff) {
            return DropReason.BAD_IP_CHECKSUM;
        }
        if (headerLength > Ipv4Header.LENGTH && !Ipv4Header.optionsAreSane(buffer, ip, headerLength)) {
            return DropReason.BAD_IP_HEADER;
        }
        out.l4Offset = ip + headerLength;
        out.endOffset = ip + totalLength;
        out.protocol = Ipv4Header.protocol(buffer, ip);
        out.ttl = Ipv4Header.ttl(buffer, ip);
        out.fragment = Ipv4Header.isFragment(buffer, ip);
        final int source = Ipv4Header.source(buffer, ip);
        final int destination = Ipv4Header.destination(buffer, ip);
        out.sourceLow = IpAddress.v4Low(source);
        out.destinationLow = IpAddress.v4Low(destination);
        final DropReason address = checkAddresses(source, destination);
        if (address != null) {
            return address;
        }
        return out.fragment ? DropReason.IP_FRAGMENT : parseTransport(buffer, out);
    }

    /**
     * RFC 1812 sections 5.3.4 and 5.3.7; multicast is class D, and of class E only the limited broadcast is refused.
     */
    private static DropReason checkAddresses(final int source, final int destination) {
        final int sourceNet = source >>> 24;
        if (sourceNet == 0 || sourceNet == 127 || sourceNet >>> 4 == 0xe || source == -1) {
            return DropReason.MARTIAN_SOURCE;
        }
        final int destinationNet = destination >>> 24;
        if (destinationNet >>> 4 == 0xe || destination == -1) {
            return DropReason.MULTICAST_DESTINATION;
        }
        return destinationNet == 0 || destinationNet == 127 ? DropReason.MARTIAN_DESTINATION : null;
    }

    private static DropReason parseIpv6(
            final DirectBuffer buffer, final int ip, final int frameEnd, final ParsedPacket out) {
        final int available = frameEnd - ip - Ipv6Header.LENGTH;
        if (available < 0) {
            return DropReason.TRUNCATED_IP;
        }
        if (Ipv6Header.version(buffer, ip) != 6) {
            return DropReason.BAD_IP_HEADER;
        }
        final int payloadLength = Ipv6Header.payloadLength(buffer, ip);
        if (payloadLength > available) {
            return DropReason.TRUNCATED_IP;
        }
        out.endOffset = ip + Ipv6Header.LENGTH + payloadLength;
        out.ttl = Ipv6Header.hopLimit(buffer, ip);
        out.sourceHigh = Ipv6Header.sourceHigh(buffer, ip);
        out.sourceLow = Ipv6Header.sourceLow(buffer, ip);
        out.destinationHigh = Ipv6Header.destinationHigh(buffer, ip);
        out.destinationLow = Ipv6Header.destinationLow(buffer, ip);
        final DropReason extension = Ipv6Extensions.walk(buffer, ip, out.endOffset, out, false);
        if (extension != null) {
            return extension;
        }
        if (isNeighborMessage(buffer, out)) {
            return parseNeighborMessage(buffer, out);
        }
        final DropReason address = checkAddressesV6(out);
        return address != null ? address : parseTransport(buffer, out);
    }

    /** Such a message may come from the unspecified address and go to many. */
    private static boolean isNeighborMessage(final DirectBuffer buffer, final ParsedPacket out) {
        return out.protocol == IpProtocol.ICMPV6
                && out.endOffset > out.l4Offset
                && NeighborMessage.isType(IcmpMessage.type(buffer, out.l4Offset));
    }

    private static DropReason parseNeighborMessage(final DirectBuffer buffer, final ParsedPacket out) {
        final int l4 = out.l4Offset;
        out.payloadOffset = l4;
        out.icmpType = IcmpMessage.type(buffer, l4);
        final boolean bare = l4 == out.ipOffset + Ipv6Header.LENGTH;
        final boolean fromMany = out.sourceHigh >>> 56 == 0xff;
        return bare && !fromMany && NeighborMessage.isValid(buffer, out.ipOffset, l4, out.endOffset - l4)
                ? null
                : DropReason.BAD_NEIGHBOR_MESSAGE;
    }

    /** RFC 4291 sections 2.5 and 2.7; an IPv4 address in IPv6's form would be taken for an IPv4 packet's. */
    private static DropReason checkAddressesV6(final ParsedPacket out) {
        if (out.sourceHigh >>> 56 == 0xff || isReserved(out.sourceHigh, out.sourceLow)) {
            return DropReason.MARTIAN_SOURCE;
        }
        if (out.destinationHigh >>> 56 == 0xff) {
            return DropReason.MULTICAST_DESTINATION;
        }
        return isReserved(out.destinationHigh, out.destinationLow) ? DropReason.MARTIAN_DESTINATION : null;
    }

    /** Unspecified, loopback, IPv4-compatible or IPv4-mapped. */
    private static boolean isReserved(final long high, final long low) {
        return high == 0 && (low >>> 32 == 0 || low >>> 32 == 0xffff);
    }

    private static DropReason parseTransport(final DirectBuffer buffer, final ParsedPacket out) {
        return switch (out.protocol) {
            case IpProtocol.TCP -> parseTcp(buffer, out);
            case IpProtocol.UDP -> parseUdp(buffer, out);
            case IpProtocol.ICMP -> out.isV6() ? DropReason.UNKNOWN_PROTOCOL : parseIcmp(buffer, out);
            case IpProtocol.ICMPV6 -> out.isV6() ? parseIcmp(buffer, out) : DropReason.UNKNOWN_PROTOCOL;
            default -> parseOther(out);
        };
    }

    /** Of a protocol without ports nothing is known: all that is behind the IP header is its payload. */
    private static DropReason parseOther(final ParsedPacket out) {
        if (!IpProtocol.hasSessions(out.protocol)) {
            return DropReason.UNKNOWN_PROTOCOL;
        }
        out.payloadOffset = out.l4Offset;
        return null;
    }

    private static DropReason parseTcp(final DirectBuffer buffer, final ParsedPacket out) {
        final int l4 = out.l4Offset;
        final int available = out.endOffset - l4;
        if (available < TcpHeader.LENGTH) {
            return DropReason.TRUNCATED_L4;
        }
        final int headerLength = TcpHeader.headerLength(buffer, l4);
        if (headerLength < TcpHeader.LENGTH || headerLength > available) {
            return DropReason.BAD_L4_HEADER;
        }
        out.payloadOffset = l4 + headerLength;
        out.sourcePort = TcpHeader.sourcePort(buffer, l4);
        out.destinationPort = TcpHeader.destinationPort(buffer, l4);
        out.tcpFlags = TcpHeader.flags(buffer, l4);
        return null;
    }

    private static DropReason parseUdp(final DirectBuffer buffer, final ParsedPacket out) {
        final int l4 = out.l4Offset;
        final int available = out.endOffset - l4;
        if (available < UdpHeader.LENGTH) {
            return DropReason.TRUNCATED_L4;
        }
        if (UdpHeader.datagramLength(buffer, l4) != available) {
            return DropReason.BAD_L4_HEADER;
        }
        // Over IPv6 a checksum is no choice (RFC 8200 section 8.1).
        if (out.isV6() && UdpHeader.checksum(buffer, l4) == 0) {
            return DropReason.BAD_L4_CHECKSUM;
        }
        out.payloadOffset = l4 + UdpHeader.LENGTH;
        out.sourcePort = UdpHeader.sourcePort(buffer, l4);
        out.destinationPort = UdpHeader.destinationPort(buffer, l4);
        return null;
    }

    private static DropReason parseIcmp(final DirectBuffer buffer, final ParsedPacket out) {
        final int l4 = out.l4Offset;
        if (out.endOffset - l4 < IcmpMessage.LENGTH) {
            return DropReason.TRUNCATED_L4;
        }
        out.payloadOffset = l4 + IcmpMessage.LENGTH;
        out.icmpType = IcmpMessage.type(buffer, l4);
        if (IcmpError.isError(out.icmpType, out.isV6())) {
            return null;
        }
        final boolean echo = out.isV6() ? Icmpv6Message.isEcho(out.icmpType) : IcmpMessage.isEcho(out.icmpType);
        if (!echo) {
            return DropReason.ICMP_NOT_ECHO;
        }
        if (IcmpMessage.code(buffer, l4) != 0) {
            return DropReason.BAD_L4_HEADER;
        }
        final int identifier = IcmpMessage.identifier(buffer, l4);
        if (out.isEchoRequest()) {
            out.sourcePort = identifier;
        } else {
            out.destinationPort = identifier;
        }
        return null;
    }

    /**
     * Whether the TCP, UDP or ICMP checksum of a packet that parsed is right, trusted, or not there. Reads the whole
     * packet: for packets that go to the miss path or are answered here.
     */
    public static boolean l4ChecksumOk(final DirectBuffer buffer, final ParsedPacket packet) {
        if (packet.checksumTrusted || IpProtocol.hasSessions(packet.protocol)) {
            return true;
        }
        final int l4 = packet.l4Offset;
        final int length = packet.endOffset - l4;
        if (packet.protocol == IpProtocol.UDP && UdpHeader.checksum(buffer, l4) == 0) {
            return true;
        }
        final int pseudo = packet.protocol == IpProtocol.ICMP
                ? 0
                : InternetChecksum.pseudoHeader(packet.addressSum(), packet.protocol, length);
        return InternetChecksum.add(pseudo, InternetChecksum.sum(buffer, l4, length)) == 0xffff;
    }
}
