package io.fairway.dataplane.neighbor;

import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.InternetChecksum;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.TcpHeader;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Answers a TCP segment of no session as its destination would (RFC 9293 section 3.10.7.1): with a reset, back to the
 * station that sent the frame. One token bucket for all of them. Forwarder's thread only.
 */
public final class TcpResetter {
    private static final int TTL = 64;
    private static final int RESETS_PER_SECOND = 1_000;
    private static final int RESETS_BURST = 200;

    private final LinkOutput output;
    private final TokenBucket resets = new TokenBucket(RESETS_PER_SECOND, RESETS_BURST);

    public TcpResetter(final LinkOutput output) {
        this.output = output;
    }

    /**
     * Resets a connection that is none; a reset itself is never answered.
     *
     * @param ip the IPv4 header of a segment that was parsed
     * @param stationMac who sent the frame
     */
    public void reset(
            final int interfaceIndex,
            final DirectBuffer buffer,
            final int ip,
            final long stationMac,
            final long nowNs) {
        final int segment = ip + Ipv4Header.headerLength(buffer, ip);
        if ((TcpHeader.flags(buffer, segment) & TcpHeader.RST) != 0 || !resets.take(nowNs)) {
            return;
        }
        final int packet = output.reserve(Ipv4Header.LENGTH + TcpHeader.LENGTH);
        final MutableDirectBuffer out = output.memory();
        Ipv4Header.encode(out, packet, Ipv4Header.LENGTH + TcpHeader.LENGTH, TTL, IpProtocol.TCP);
        Ipv4Header.setSource(out, packet, Ipv4Header.destination(buffer, ip));
        Ipv4Header.setDestination(out, packet, Ipv4Header.source(buffer, ip));
        Ipv4Header.computeChecksum(out, packet);
        encodeTcp(out, packet + Ipv4Header.LENGTH, buffer, segment, lengthOf(buffer, ip, segment));
        final int sum = InternetChecksum.add(
                Ipv4Header.pseudoHeaderSum(out, packet, IpProtocol.TCP, TcpHeader.LENGTH),
                InternetChecksum.sum(out, packet + Ipv4Header.LENGTH, TcpHeader.LENGTH));
        TcpHeader.setChecksum(out, packet + Ipv4Header.LENGTH, ~sum & 0xffff);
        output.send(interfaceIndex, stationMac, EthernetHeader.IPV4, packet, Ipv4Header.LENGTH + TcpHeader.LENGTH);
    }

    /** What a segment takes of the sequence space: its payload, SYN and FIN. */
    private static int lengthOf(final DirectBuffer buffer, final int ip, final int segment) {
        final int flags = TcpHeader.flags(buffer, segment);
        final int payload =
                Ipv4Header.totalLength(buffer, ip) - (segment - ip) - TcpHeader.headerLength(buffer, segment);
        return payload + ((flags & TcpHeader.SYN) != 0 ? 1 : 0) + ((flags & TcpHeader.FIN) != 0 ? 1 : 0);
    }

    private static void encodeTcp(
            final MutableDirectBuffer out,
            final int reset,
            final DirectBuffer buffer,
            final int segment,
            final int segmentLength) {
        final boolean acknowledges = (TcpHeader.flags(buffer, segment) & TcpHeader.ACK) != 0;
        out.setMemory(reset, TcpHeader.LENGTH, (byte) 0);
        TcpHeader.setSourcePort(out, reset, TcpHeader.destinationPort(buffer, segment));
        TcpHeader.setDestinationPort(out, reset, TcpHeader.sourcePort(buffer, segment));
        TcpHeader.setHeaderLength(out, reset, TcpHeader.LENGTH);
        if (acknowledges) {
            TcpHeader.setFlags(out, reset, TcpHeader.RST);
            TcpHeader.setSequence(out, reset, TcpHeader.acknowledgement(buffer, segment));
        } else {
            TcpHeader.setFlags(out, reset, TcpHeader.RST | TcpHeader.ACK);
            TcpHeader.setAcknowledgement(out, reset, TcpHeader.sequence(buffer, segment) + segmentLength);
        }
    }
}
