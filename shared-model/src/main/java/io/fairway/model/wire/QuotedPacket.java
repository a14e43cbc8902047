package io.fairway.model.wire;

import io.fairway.model.DropReason;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The packet that an ICMP error is about, so far as the error quotes it: IP header and at least eight bytes behind it
 * (RFC 792, RFC 4443 section 2.4 c). Stateless; any thread. For any bytes within its bounds it returns, never throws,
 * and never reads beyond them.
 */
public final class QuotedPacket {
    /** Bytes of a transport header that an error always has: ports, and what comes next. */
    public static final int MIN_TRANSPORT_LENGTH = 8;

    /** Bytes of TCP from which on its checksum is among them. */
    private static final int TCP_WITH_CHECKSUM = TcpHeader.CHECKSUM + 2;

    private QuotedPacket() {}

    /**
     * Finds the parts of a quoted packet. Its IP checksum is not looked at, as the router in error may have changed the
     * header before it quoted it.
     *
     * @param ip where the quoted IP header begins
     * @param end where the error ends
     * @param out addresses, ports and offsets; its end is that of the quotation
     * @return null, or ICMP_ERROR_MALFORMED: too short, a fragment other than the first, or itself an ICMP error
     */
    public static DropReason parse(final DirectBuffer buffer, final int ip, final int end, final ParsedPacket out) {
        out.reset(ip, true);
        out.ipOffset = ip;
        if (end - ip < Ipv4Header.LENGTH + MIN_TRANSPORT_LENGTH) {
            return DropReason.ICMP_ERROR_MALFORMED;
        }
        final boolean found = Ipv6Header.version(buffer, ip) == 6
                ? parseV6(buffer, ip, end, out)
                : Ipv4Header.version(buffer, ip) == 4 && parseV4(buffer, ip, end, out);
        if (!found || out.endOffset - out.l4Offset < MIN_TRANSPORT_LENGTH) {
            return DropReason.ICMP_ERROR_MALFORMED;
        }
        out.payloadOffset = out.l4Offset + MIN_TRANSPORT_LENGTH;
        return parseTransport(buffer, out) ? null : DropReason.ICMP_ERROR_MALFORMED;
    }

    private static boolean parseV4(final DirectBuffer buffer, final int ip, final int end, final ParsedPacket out) {
        out.etherType = EthernetHeader.IPV4;
        out.protocol = Ipv4Header.protocol(buffer, ip);
        out.sourceLow = IpAddress.v4Low(Ipv4Header.source(buffer, ip));
        out.destinationLow = IpAddress.v4Low(Ipv4Header.destination(buffer, ip));
        out.l4Offset = ip + Ipv4Header.headerLength(buffer, ip);
        out.endOffset = Math.min(end, ip + Ipv4Header.totalLength(buffer, ip));
        return Ipv4Header.headerLength(buffer, ip) >= Ipv4Header.LENGTH && Ipv4Header.fragmentOffset(buffer, ip) == 0;
    }

    private static boolean parseV6(final DirectBuffer buffer, final int ip, final int end, final ParsedPacket out) {
        if (end - ip < Ipv6Header.LENGTH) {
            return false;
        }
        out.etherType = EthernetHeader.IPV6;
        out.sourceHigh = Ipv6Header.sourceHigh(buffer, ip);
        out.sourceLow = Ipv6Header.sourceLow(buffer, ip);
        out.destinationHigh = Ipv6Header.destinationHigh(buffer, ip);
        out.destinationLow = Ipv6Header.destinationLow(buffer, ip);
        out.endOffset = Math.min(end, ip + Ipv6Header.LENGTH + Ipv6Header.payloadLength(buffer, ip));
        return Ipv6Extensions.walk(buffer, ip, out.endOffset, out, true) == null;
    }

    private static boolean parseTransport(final DirectBuffer buffer, final ParsedPacket out) {
        final int l4 = out.l4Offset;
        switch (out.protocol) {
            case IpProtocol.TCP, IpProtocol.UDP -> {
                out.sourcePort = UdpHeader.sourcePort(buffer, l4);
                out.destinationPort = UdpHeader.destinationPort(buffer, l4);
            }
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> {
                out.icmpType = IcmpMessage.type(buffer, l4);
                if (out.isEchoRequest()) {
                    out.sourcePort = IcmpMessage.identifier(buffer, l4);
                } else if (isEchoReply(out)) {
                    out.destinationPort = IcmpMessage.identifier(buffer, l4);
                } else {
                    return false;
                }
            }
            default -> {
                // No ports.
            }
        }
        return true;
    }

    private static boolean isEchoReply(final ParsedPacket out) {
        return out.icmpType == (out.protocol == IpProtocol.ICMP ? IcmpMessage.ECHO_REPLY : Icmpv6Message.ECHO_REPLY);
    }

    /**
     * Gives a transport header, of which at least eight bytes are there, other ports, and its checksum, if that is
     * there too, the change of ports and addresses.
     *
     * @param oldSum the sum of the addresses that it had, see {@link InternetChecksum#addressSum}
     * @param newSum the sum of those that it gets
     * @param ports source port in the upper half, destination port in the lower one
     */
    public static void rewriteTransport(
            final MutableDirectBuffer buffer,
            final int l4Offset,
            final int l4Length,
            final int protocol,
            final int oldSum,
            final int newSum,
            final int ports) {
        switch (protocol) {
            case IpProtocol.TCP -> {
                final int before = rewritePorts(buffer, l4Offset, ports);
                if (l4Length >= TCP_WITH_CHECKSUM) {
                    TcpHeader.setChecksum(
                            buffer,
                            l4Offset,
                            InternetChecksum.update16(
                                    TcpHeader.checksum(buffer, l4Offset),
                                    InternetChecksum.add(oldSum, before),
                                    InternetChecksum.add(newSum, InternetChecksum.fold32(ports))));
                }
            }
            case IpProtocol.UDP -> {
                final int before = rewritePorts(buffer, l4Offset, ports);
                rewriteUdpChecksum(
                        buffer,
                        l4Offset,
                        InternetChecksum.add(oldSum, before),
                        InternetChecksum.add(newSum, InternetChecksum.fold32(ports)));
            }
            case IpProtocol.ICMP -> IcmpMessage.rewriteIdentifier(buffer, l4Offset, identifier(ports));
            case IpProtocol.ICMPV6 -> {
                final int checksum = IcmpMessage.checksum(buffer, l4Offset);
                IcmpMessage.setChecksum(buffer, l4Offset, InternetChecksum.update16(checksum, oldSum, newSum));
                IcmpMessage.rewriteIdentifier(buffer, l4Offset, identifier(ports));
            }
            default -> {
                // No ports, and no checksum that we know.
            }
        }
    }

    /** Returns the sum of the ports that were there. */
    private static int rewritePorts(final MutableDirectBuffer buffer, final int l4, final int ports) {
        final int sum = InternetChecksum.add(UdpHeader.sourcePort(buffer, l4), UdpHeader.destinationPort(buffer, l4));
        UdpHeader.setSourcePort(buffer, l4, ports >>> 16);
        UdpHeader.setDestinationPort(buffer, l4, ports & 0xffff);
        return sum;
    }

    /** Of an echo one port is its identifier, the other one 0. */
    private static int identifier(final int ports) {
        return (ports >>> 16 | ports) & 0xffff;
    }

    private static void rewriteUdpChecksum(
            final MutableDirectBuffer buffer, final int l4, final int before, final int after) {
        final int checksum = UdpHeader.checksum(buffer, l4);
        if (checksum != 0) {
            UdpHeader.setChecksum(
                    buffer, l4, InternetChecksum.udpOnWire(InternetChecksum.update16(checksum, before, after)));
        }
    }
}
