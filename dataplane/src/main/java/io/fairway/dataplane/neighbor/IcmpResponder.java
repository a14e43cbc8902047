package io.fairway.dataplane.neighbor;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.Icmpv6Message;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes ICMP messages of our own, of the family of the packet that asks for them (RFC 792, RFC 4443): echo replies and
 * errors, from our address on the interface that the packet came from, back to the station that sent the frame. Errors
 * and replies each have a token bucket (RFC 1812 section 4.3.2.8, RFC 4443 section 2.4 f). Forwarder's thread only; is
 * never asked about an ICMP error, a fragment other than the first or a packet to many (RFC 1122 section 3.2.2).
 */
public final class IcmpResponder {
    /** Code of "destination unreachable": host unreachable. */
    private static final int CODE_HOST_UNREACHABLE = 1;

    /** Code of "time exceeded": fragment reassembly. */
    private static final int CODE_REASSEMBLY = 1;

    private static final int TTL = 64;
    private static final int QUOTED_PAYLOAD_BYTES = 8;
    private static final int ERRORS_PER_SECOND = 100;
    private static final int ERRORS_BURST = 50;
    private static final int REPLIES_PER_SECOND = 10_000;
    private static final int REPLIES_BURST = 1_000;

    private final Links links;
    private final LinkOutput output;
    private final Icmpv6Writer v6;
    private final TokenBucket errors = new TokenBucket(ERRORS_PER_SECOND, ERRORS_BURST);
    private final TokenBucket replies = new TokenBucket(REPLIES_PER_SECOND, REPLIES_BURST);

    private long nowNs;

    public IcmpResponder(final Links links, final LinkOutput output) {
        this.links = links;
        this.output = output;
        v6 = new Icmpv6Writer(links, output);
    }

    /** A turn begins. */
    public void begin(final long turnNowNs) {
        nowNs = turnNowNs;
    }

    /**
     * Answers an echo request to our address.
     *
     * @param mac who sent the frame
     * @param icmpOffset where the request's ICMP message stands
     * @param ip where its IP header stands
     */
    public void echoReply(
            final int interfaceIndex,
            final long mac,
            final DirectBuffer buffer,
            final int icmpOffset,
            final int icmpLength,
            final int ip) {
        if (!replies.take(nowNs)) {
            return;
        }
        if (isV6(buffer, ip)) {
            v6.echoReply(interfaceIndex, mac, buffer, icmpOffset, icmpLength, ip);
            return;
        }
        final int reply = output.reserve(Ipv4Header.LENGTH + icmpLength);
        final MutableDirectBuffer out = output.memory();
        final int icmp = reply + Ipv4Header.LENGTH;
        out.putBytes(icmp, buffer, icmpOffset, icmpLength);
        IcmpMessage.setType(out, icmp, IcmpMessage.ECHO_REPLY);
        IcmpMessage.computeChecksum(out, icmp, icmpLength);
        encodeIp(out, reply, icmpLength, Ipv4Header.destination(buffer, ip), Ipv4Header.source(buffer, ip));
        output.send(interfaceIndex, mac, EthernetHeader.IPV4, reply, Ipv4Header.LENGTH + icmpLength);
    }

    /** Whether another error may be told; it counts as told. */
    public boolean mayTellOfError() {
        return errors.take(nowNs);
    }

    /** Tells the sender that the packet's time to live ran out here (type 11, code 0; ICMPv6 type 3, code 0). */
    public void timeExceeded(final int interfaceIndex, final DirectBuffer buffer, final int ip, final long mac) {
        final int type = isV6(buffer, ip) ? Icmpv6Message.TIME_EXCEEDED : IcmpMessage.TIME_EXCEEDED;
        error(interfaceIndex, mac, buffer, ip, head(type, 0, 0));
    }

    /** Tells the sender that fragments did not come in time (type 11, code 1; ICMPv6 type 3, code 1). */
    public void reassemblyTimeExceeded(
            final int interfaceIndex, final DirectBuffer buffer, final int ip, final long mac) {
        final int type = isV6(buffer, ip) ? Icmpv6Message.TIME_EXCEEDED : IcmpMessage.TIME_EXCEEDED;
        error(interfaceIndex, mac, buffer, ip, head(type, CODE_REASSEMBLY, 0));
    }

    /** Tells the sender that its destination cannot be reached (type 3, code 1; ICMPv6 type 1, code 3). */
    public void hostUnreachable(final int interfaceIndex, final DirectBuffer buffer, final int ip, final long mac) {
        final long head = isV6(buffer, ip)
                ? head(Icmpv6Message.DESTINATION_UNREACHABLE, Icmpv6Message.CODE_ADDRESS_UNREACHABLE, 0)
                : head(IcmpMessage.DESTINATION_UNREACHABLE, CODE_HOST_UNREACHABLE, 0);
        error(interfaceIndex, mac, buffer, ip, head);
    }

    /**
     * Tells the sender of a packet that may not be fragmented how large it may be (type 3, code 4; RFC 1191 section 4;
     * ICMPv6 type 2, never less than every IPv6 link carries).
     *
     * @param mtuBytes bytes of IP packet that would fit
     */
    public void packetTooBig(
            final int interfaceIndex, final DirectBuffer buffer, final int ip, final long mac, final int mtuBytes) {
        final long head = isV6(buffer, ip)
                ? head(Icmpv6Message.PACKET_TOO_BIG, 0, Math.max(mtuBytes, Ipv6Header.MIN_MTU))
                : head(IcmpMessage.DESTINATION_UNREACHABLE, IcmpMessage.CODE_FRAGMENTATION_NEEDED, mtuBytes);
        error(interfaceIndex, mac, buffer, ip, head);
    }

    /** The first eight bytes of an ICMP message, its checksum 0. */
    private static long head(final int type, final int code, final int rest) {
        return (long) type << 56 | (long) code << 48 | rest & 0xffff_ffffL;
    }

    private void error(
            final int interfaceIndex, final long mac, final DirectBuffer buffer, final int ip, final long head) {
        if (!mayTellOfError()) {
            return;
        }
        if (isV6(buffer, ip)) {
            v6.error(interfaceIndex, mac, buffer, ip, head);
            return;
        }
        final int quoted = Math.min(
                Ipv4Header.totalLength(buffer, ip), Ipv4Header.headerLength(buffer, ip) + QUOTED_PAYLOAD_BYTES);
        final int icmpLength = IcmpMessage.LENGTH + quoted;
        final int packet = output.reserve(Ipv4Header.LENGTH + icmpLength);
        final MutableDirectBuffer out = output.memory();
        final int icmp = packet + Ipv4Header.LENGTH;
        out.putLong(icmp, head, BIG_ENDIAN);
        out.putBytes(icmp + IcmpMessage.LENGTH, buffer, ip, quoted);
        IcmpMessage.computeChecksum(out, icmp, icmpLength);
        encodeIp(out, packet, icmpLength, links.addressV4(interfaceIndex), Ipv4Header.source(buffer, ip));
        output.send(interfaceIndex, mac, EthernetHeader.IPV4, packet, Ipv4Header.LENGTH + icmpLength);
    }

    private static boolean isV6(final DirectBuffer buffer, final int ip) {
        return Ipv6Header.version(buffer, ip) == 6;
    }

    private static void encodeIp(
            final MutableDirectBuffer out, final int ip, final int payloadLength, final int from, final int to) {
        Ipv4Header.encode(out, ip, Ipv4Header.LENGTH + payloadLength, TTL, IpProtocol.ICMP);
        Ipv4Header.setSource(out, ip, from);
        Ipv4Header.setDestination(out, ip, to);
        Ipv4Header.computeChecksum(out, ip);
    }
}
