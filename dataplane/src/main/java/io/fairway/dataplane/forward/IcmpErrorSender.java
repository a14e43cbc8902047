package io.fairway.dataplane.forward;

import io.fairway.dataplane.neighbor.TokenBucket;
import io.fairway.dataplane.svr.MetadataKey;
import io.fairway.model.DropReason;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.IcmpError;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.InternetChecksum;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.ParsedPacket;
import io.fairway.model.wire.QuotedPacket;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.svr.MetadataEncoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Tells peers of ICMP errors (docs/decisions/021): in UDP on the session's waypoint tuple, behind metadata that names
 * the router in error (svr-protocol.md section 2.9). Of the packet that is in error only the headers cross, and of a
 * packet from behind the last router neither addresses nor ports, which the session's first router knows better.
 * Forwarder's thread only.
 *
 * <pre>
 * IP, UDP, metadata (TLV 16, 20 or 21), ICMP head (8, checksum 0), plain IP header, 8 to 20 bytes behind it, HMAC
 * </pre>
 */
final class IcmpErrorSender {
    private static final int PER_SECOND = 1_000;
    private static final int BURST = 200;

    /** As much of a TCP header as its sequence number may have moved to. */
    private static final int QUOTED_BETWEEN_ROUTERS = TcpHeader.LENGTH;

    private static final int PLAIN_V4 = 0x45;

    private final FlowTable table;
    private final PeerKeys keys;
    private final Egress egress;
    private final TokenBucket tokens = new TokenBucket(PER_SECOND, BURST);
    private final Packet packet = new Packet();

    IcmpErrorSender(final FlowTable table, final PeerKeys keys, final Egress egress) {
        this.table = table;
        this.keys = keys;
        this.egress = egress;
    }

    /** Sends along a flow that leads to a peer; null, or why not. */
    DropReason send(final IcmpErrorReport report, final int flow, final int bucket) {
        final DirectBuffer actions = table.actions();
        final int action = table.actionOffset(flow);
        final MetadataKey key = keys.signing(actions, action);
        if (key == null) {
            return DropReason.ICMP_ERROR_NOT_CARRIED;
        }
        if (!tokens.take(keys.nowNs())) {
            return DropReason.ICMP_ERROR_TOO_MANY;
        }
        final boolean v6 = FlowActionFlyweight.toV6(actions, action);
        final int headers = v6 ? Ipv6Header.LENGTH : Ipv4Header.LENGTH;
        final int ip = egress.reserve(headers + UdpHeader.LENGTH + mostBytes(key));
        final MutableDirectBuffer out = egress.memory();
        final int metadata = ip + headers + UdpHeader.LENGTH;
        final int content = metadata
                + MetadataEncoder.icmpErrorLocation(out, metadata, report.locationHigh, report.locationLow, key.id());
        final int signed = content + quote(report, out, content) - metadata;
        keys.sign(key, out, metadata, signed);
        packet.built(out, ip, ip + headers, metadata + signed + key.macLength());
        encode(report.ttl);
        Rewriter.setAddresses(packet, actions, action);
        UdpHeader.encode(
                out,
                packet.l4,
                FlowActionFlyweight.sourcePort(actions, action),
                FlowActionFlyweight.destinationPort(actions, action),
                packet.end - packet.l4);
        UdpHeader.computeChecksum(out, ip, packet.l4);
        Rewriter.finish(packet);
        egress.forward(packet, flow, bucket);
        return null;
    }

    private static int mostBytes(final MetadataKey key) {
        return MetadataEncoder.MAX_HEADER_LENGTH
                + IcmpMessage.LENGTH
                + Ipv6Header.LENGTH
                + QUOTED_BETWEEN_ROUTERS
                + key.macLength();
    }

    private void encode(final int ttl) {
        final int l4Length = packet.end - packet.l4;
        if (packet.v6) {
            Ipv6Header.encode(packet.buffer, packet.ip, l4Length, ttl, IpProtocol.UDP);
        } else {
            Ipv4Header.encode(packet.buffer, packet.ip, Ipv4Header.LENGTH + l4Length, ttl, IpProtocol.UDP);
        }
    }

    /** Writes the ICMP message; returns its length. */
    private static int quote(final IcmpErrorReport report, final MutableDirectBuffer out, final int at) {
        final ParsedPacket quoted = report.quoted;
        IcmpError.write(out, at, IcmpError.withoutLength(report.head, quoted.isV6()));
        final int ip = at + IcmpMessage.LENGTH;
        final int l4 = ip + header(report, out, ip);
        final int length = report.betweenRouters
                ? Math.min(quoted.l4Length(), QUOTED_BETWEEN_ROUTERS)
                : QuotedPacket.MIN_TRANSPORT_LENGTH;
        out.putBytes(l4, report.buffer, quoted.l4Offset(), length);
        if (!report.betweenRouters) {
            QuotedPacket.rewriteTransport(out, l4, length, quoted.protocol(), quoted.addressSum(), 0, 0);
        }
        return l4 + length - at;
    }

    /**
     * Copies the quoted IP header without its options or extension headers, between routers with its addresses; returns
     * its length.
     */
    static int header(final IcmpErrorReport report, final MutableDirectBuffer out, final int ip) {
        final ParsedPacket quoted = report.quoted;
        final int length = quoted.isV6() ? Ipv6Header.LENGTH : Ipv4Header.LENGTH;
        out.putBytes(ip, report.buffer, quoted.ipOffset(), length);
        final int addresses = quoted.isV6() ? Ipv6Header.SOURCE : Ipv4Header.SOURCE;
        if (!report.betweenRouters) {
            out.setMemory(ip + addresses, length - addresses, (byte) 0);
        }
        if (quoted.isV6()) {
            Ipv6Header.setNextHeader(out, ip, quoted.protocol());
        } else {
            out.putByte(ip, (byte) PLAIN_V4);
        }
        return length;
    }

    /** Whether a peer has quoted a packet as it travels between routers: else it has no addresses. */
    static boolean isBetweenRouters(final ParsedPacket quoted) {
        return quoted.isV6() ? (quoted.sourceHigh() | quoted.sourceLow()) != 0 : (int) quoted.sourceLow() != 0;
    }

    /** The sum of what an action leaves a packet's addresses. */
    static int addressSum(final DirectBuffer actions, final int action) {
        return InternetChecksum.addressSum(
                actions.getLong(action + FlowActionFlyweight.SOURCE),
                actions.getLong(action + FlowActionFlyweight.SOURCE + 8),
                actions.getLong(action + FlowActionFlyweight.DESTINATION),
                actions.getLong(action + FlowActionFlyweight.DESTINATION + 8));
    }
}
