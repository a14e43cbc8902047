package io.fairway.dataplane.neighbor;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.Icmpv6Message;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv6Header;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Writes ICMPv6 messages of our own (RFC 4443) for {@link IcmpResponder}. Forwarder's thread only. */
final class Icmpv6Writer {
    private static final int HOP_LIMIT = 64;

    /** An error quotes as much as the smallest MTU has room for (RFC 4443 section 2.4). */
    private static final int MAX_QUOTED_BYTES = Ipv6Header.MIN_MTU - Ipv6Header.LENGTH - IcmpMessage.LENGTH;

    private final Links links;
    private final LinkOutput output;

    Icmpv6Writer(final Links links, final LinkOutput output) {
        this.links = links;
        this.output = output;
    }

    /**
     * Answers an echo request, from the address that it was sent to.
     *
     * @param mac who sent the frame
     * @param icmpOffset where the request's ICMPv6 message stands, behind its extension headers
     * @param ip where its IPv6 header stands
     */
    void echoReply(
            final int interfaceIndex,
            final long mac,
            final DirectBuffer buffer,
            final int icmpOffset,
            final int icmpLength,
            final int ip) {
        final int reply = output.reserve(Ipv6Header.LENGTH + icmpLength);
        final MutableDirectBuffer out = output.memory();
        final int icmp = reply + Ipv6Header.LENGTH;
        out.putBytes(icmp, buffer, icmpOffset, icmpLength);
        IcmpMessage.setType(out, icmp, Icmpv6Message.ECHO_REPLY);
        Ipv6Header.setSource(out, reply, Ipv6Header.destinationHigh(buffer, ip), Ipv6Header.destinationLow(buffer, ip));
        Ipv6Header.setDestination(out, reply, Ipv6Header.sourceHigh(buffer, ip), Ipv6Header.sourceLow(buffer, ip));
        send(interfaceIndex, mac, reply, icmpLength);
    }

    /**
     * Writes an error, from our address on the interface; there is none without such an address.
     *
     * @param mac who sent the frame
     * @param ip where the packet that is in error stands
     * @param head type, code, 0 as a checksum, and the four bytes behind it
     */
    void error(final int interfaceIndex, final long mac, final DirectBuffer buffer, final int ip, final long head) {
        if (links.addressHigh(interfaceIndex) == 0) {
            return;
        }
        final int quoted = Math.min(Ipv6Header.LENGTH + Ipv6Header.payloadLength(buffer, ip), MAX_QUOTED_BYTES);
        final int icmpLength = IcmpMessage.LENGTH + quoted;
        final int packet = output.reserve(Ipv6Header.LENGTH + icmpLength);
        final MutableDirectBuffer out = output.memory();
        final int icmp = packet + Ipv6Header.LENGTH;
        out.putLong(icmp, head, BIG_ENDIAN);
        out.putBytes(icmp + IcmpMessage.LENGTH, buffer, ip, quoted);
        Ipv6Header.setSource(out, packet, links.addressHigh(interfaceIndex), links.addressLow(interfaceIndex));
        Ipv6Header.setDestination(out, packet, Ipv6Header.sourceHigh(buffer, ip), Ipv6Header.sourceLow(buffer, ip));
        send(interfaceIndex, mac, packet, icmpLength);
    }

    private void send(final int interfaceIndex, final long mac, final int packet, final int icmpLength) {
        final MutableDirectBuffer out = output.memory();
        Ipv6Header.encode(out, packet, icmpLength, HOP_LIMIT, IpProtocol.ICMPV6);
        Icmpv6Message.computeChecksum(out, packet, packet + Ipv6Header.LENGTH, icmpLength);
        output.send(interfaceIndex, mac, EthernetHeader.IPV6, packet, Ipv6Header.LENGTH + icmpLength);
    }
}
