package io.fairway.dataplane.svr;

import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.UdpHeader;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * IP and UDP header of a packet between routers that has been parsed: IPv4 with any options, or IPv6 (RFC 8200) without
 * extension headers. Views bytes; allocates nothing.
 */
final class OuterHeaders {
    private OuterHeaders() {}

    /** Bytes of the IP header. */
    static int ipLength(final DirectBuffer buffer, final int ip) {
        return isV4(buffer, ip) ? Ipv4Header.headerLength(buffer, ip) : Ipv6Header.LENGTH;
    }

    /** Bytes of both headers. */
    static int length(final DirectBuffer buffer, final int ip) {
        return ipLength(buffer, ip) + UdpHeader.LENGTH;
    }

    static boolean isUdp(final DirectBuffer buffer, final int ip) {
        final int protocol = isV4(buffer, ip) ? Ipv4Header.protocol(buffer, ip) : Ipv6Header.nextHeader(buffer, ip);
        return protocol == IpProtocol.UDP;
    }

    /** Writes both headers' lengths for a packet of this many bytes; the checksums are left as they are. */
    static void setLengths(final MutableDirectBuffer buffer, final int ip, final int packetLength) {
        final int ipLength = ipLength(buffer, ip);
        if (isV4(buffer, ip)) {
            Ipv4Header.setTotalLength(buffer, ip, packetLength);
        } else {
            Ipv6Header.setPayloadLength(buffer, ip, packetLength - Ipv6Header.LENGTH);
        }
        UdpHeader.setDatagramLength(buffer, ip + ipLength, packetLength - ipLength);
    }

    private static boolean isV4(final DirectBuffer buffer, final int ip) {
        return Ipv4Header.version(buffer, ip) == 4;
    }
}
