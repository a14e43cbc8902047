package io.fairway.dataplane.neighbor;

import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes ICMP messages of our own (RFC 792): echo replies and errors, from our address on the interface that the packet
 * came from, back to the station that sent the frame. Errors and replies each have a token bucket (RFC 1812 section
 * 4.3.2.8). Forwarder's thread only; never answers an ICMP error, as those are no echoes and are dropped before.
 */
public final class IcmpResponder {
    /** Code of "destination unreachable": host unreachable. */
    private static final int CODE_HOST_UNREACHABLE = 1;

    private static final int TTL = 64;
    private static final int QUOTED_PAYLOAD_BYTES = 8;
    private static final int ERRORS_PER_SECOND = 100;
    private static final int ERRORS_BURST = 50;
    private static final int REPLIES_PER_SECOND = 10_000;
    private static final int REPLIES_BURST = 1_000;

    private final Links links;
    private final LinkOutput output;
    private final TokenBucket errors = new TokenBucket(ERRORS_PER_SECOND, ERRORS_BURST);
    private final TokenBucket replies = new TokenBucket(REPLIES_PER_SECOND, REPLIES_BURST);

    public IcmpResponder(final Links links, final LinkOutput output) {
        this.links = links;
        this.output = output;
    }

    /**
     * Answers an echo request to our address.
     *
     * @param ip the request's IP header
     * @param end where the request ends
     * @param stationMac who sent the frame
     */
    public void echoReply(
            final int interfaceIndex,
            final DirectBuffer buffer,
            final int ip,
            final int end,
            final long stationMac,
            final long nowNs) {
        if (!replies.take(nowNs)) {
            return;
        }
        final int request = ip + Ipv4Header.headerLength(buffer, ip);
        final int length = end - request;
        final int reply = output.reserve(Ipv4Header.LENGTH + length);
        final MutableDirectBuffer out = output.memory();
        final int icmp = reply + Ipv4Header.LENGTH;
        out.putBytes(icmp, buffer, request, length);
        IcmpMessage.setType(out, icmp, IcmpMessage.ECHO_REPLY);
        IcmpMessage.computeChecksum(out, icmp, length);
        encodeIp(out, reply, length, Ipv4Header.destination(buffer, ip), Ipv4Header.source(buffer, ip));
        output.send(interfaceIndex, stationMac, EthernetHeader.IPV4, reply, Ipv4Header.LENGTH + length);
    }

    /** Tells the sender that the packet's time to live ran out here (type 11, code 0). */
    public void timeExceeded(
            final int interfaceIndex, final DirectBuffer buffer, final int ip, final long mac, final long nowNs) {
        error(interfaceIndex, buffer, ip, mac, IcmpMessage.TIME_EXCEEDED << 8, 0, nowNs);
    }

    /** Tells the sender that its destination cannot be reached (type 3, code 1). */
    public void hostUnreachable(
            final int interfaceIndex, final DirectBuffer buffer, final int ip, final long mac, final long nowNs) {
        final int kind = IcmpMessage.DESTINATION_UNREACHABLE << 8 | CODE_HOST_UNREACHABLE;
        error(interfaceIndex, buffer, ip, mac, kind, 0, nowNs);
    }

    /**
     * Tells the sender of a packet that may not be fragmented how large it may be (type 3, code 4; RFC 1191 section 4).
     *
     * @param mtuBytes bytes of IP packet that would fit
     */
    public void fragmentationNeeded(
            final int interfaceIndex,
            final DirectBuffer buffer,
            final int ip,
            final long mac,
            final int mtuBytes,
            final long nowNs) {
        final int kind = IcmpMessage.DESTINATION_UNREACHABLE << 8 | IcmpMessage.CODE_FRAGMENTATION_NEEDED;
        error(interfaceIndex, buffer, ip, mac, kind, mtuBytes, nowNs);
    }

    private void error(
            final int interfaceIndex,
            final DirectBuffer buffer,
            final int ip,
            final long mac,
            final int typeAndCode,
            final int rest,
            final long nowNs) {
        if (!errors.take(nowNs)) {
            return;
        }
        final int quoted = Math.min(
                Ipv4Header.totalLength(buffer, ip), Ipv4Header.headerLength(buffer, ip) + QUOTED_PAYLOAD_BYTES);
        final int length = IcmpMessage.LENGTH + quoted;
        final int packet = output.reserve(Ipv4Header.LENGTH + length);
        final MutableDirectBuffer out = output.memory();
        final int icmp = packet + Ipv4Header.LENGTH;
        IcmpMessage.encode(out, icmp, typeAndCode >>> 8, typeAndCode & 0xff, rest);
        out.putBytes(icmp + IcmpMessage.LENGTH, buffer, ip, quoted);
        IcmpMessage.computeChecksum(out, icmp, length);
        encodeIp(out, packet, length, links.address(interfaceIndex), Ipv4Header.source(buffer, ip));
        output.send(interfaceIndex, mac, EthernetHeader.IPV4, packet, Ipv4Header.LENGTH + length);
    }

    private static void encodeIp(
            final MutableDirectBuffer out, final int ip, final int payloadLength, final int from, final int to) {
        Ipv4Header.encode(out, ip, Ipv4Header.LENGTH + payloadLength, TTL, IpProtocol.ICMP);
        Ipv4Header.setSource(out, ip, from);
        Ipv4Header.setDestination(out, ip, to);
        Ipv4Header.computeChecksum(out, ip);
    }
}
