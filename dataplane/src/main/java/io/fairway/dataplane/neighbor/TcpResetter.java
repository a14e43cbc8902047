package io.fairway.dataplane.neighbor;

import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.ParsedPacket;
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
     * @param parsed a TCP segment of either family, in its frame
     */
    public void reset(
            final int interfaceIndex, final DirectBuffer buffer, final ParsedPacket parsed, final long nowNs) {
        if ((parsed.tcpFlags() & TcpHeader.RST) != 0 || !resets.take(nowNs)) {
            return;
        }
        final int headers = parsed.isV6() ? Ipv6Header.LENGTH : Ipv4Header.LENGTH;
        final int packet = output.reserve(headers + TcpHeader.LENGTH);
        if (parsed.isV6()) {
            encodeIpv6(packet, parsed);
        } else {
            encodeIpv4(packet, parsed);
        }
        final MutableDirectBuffer out = output.memory();
        encodeTcp(out, packet + headers, buffer, parsed.l4Offset(), lengthOf(parsed));
        TcpHeader.computeChecksum(out, packet, packet + headers, TcpHeader.LENGTH);
        output.send(
                interfaceIndex,
                EthernetHeader.source(buffer, parsed.frameOffset()),
                parsed.etherType(),
                packet,
                headers + TcpHeader.LENGTH);
    }

    private void encodeIpv4(final int packet, final ParsedPacket parsed) {
        final MutableDirectBuffer out = output.memory();
        Ipv4Header.encode(out, packet, Ipv4Header.LENGTH + TcpHeader.LENGTH, TTL, IpProtocol.TCP);
        Ipv4Header.setSource(out, packet, (int) parsed.destinationLow());
        Ipv4Header.setDestination(out, packet, (int) parsed.sourceLow());
        Ipv4Header.computeChecksum(out, packet);
    }

    private void encodeIpv6(final int packet, final ParsedPacket parsed) {
        final MutableDirectBuffer out = output.memory();
        Ipv6Header.encode(out, packet, TcpHeader.LENGTH, TTL, IpProtocol.TCP);
        Ipv6Header.setSource(out, packet, parsed.destinationHigh(), parsed.destinationLow());
        Ipv6Header.setDestination(out, packet, parsed.sourceHigh(), parsed.sourceLow());
    }

    /** What a segment takes of the sequence space: its payload, SYN and FIN. */
    private static int lengthOf(final ParsedPacket parsed) {
        final int flags = parsed.tcpFlags();
        return parsed.payloadLength() + ((flags & TcpHeader.SYN) != 0 ? 1 : 0) + ((flags & TcpHeader.FIN) != 0 ? 1 : 0);
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
