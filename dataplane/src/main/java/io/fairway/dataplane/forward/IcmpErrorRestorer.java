package io.fairway.dataplane.forward;

import io.fairway.dataplane.neighbor.Links;
import io.fairway.model.DropReason;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.wire.IcmpError;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.Icmpv6Message;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.ParsedPacket;
import io.fairway.model.wire.QuotedPacket;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.TcpAsUdp;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Gives an ICMP error to the client or server that sent the packet in error, with the packet quoted as it was sent: its
 * addresses, ports, family and protocol (RFC 5508 section 4, RFC 7915 sections 4.3 and 5.3). Forwarder's thread.
 */
final class IcmpErrorRestorer {
    private static final int PLAIN_TTL = 64;

    private final FlowTable table;
    private final Links links;
    private final MetadataInserter inserter;
    private final PayloadSealer sealer;
    private final Egress egress;
    private final Packet packet = new Packet();

    IcmpErrorRestorer(
            final FlowTable table,
            final Links links,
            final MetadataInserter inserter,
            final PayloadSealer sealer,
            final Egress egress) {
        this.table = table;
        this.links = links;
        this.inserter = inserter;
        this.sealer = sealer;
        this.egress = egress;
    }

    /** Sends along a flow that leads to a client or server; null, or why not. */
    DropReason send(final IcmpErrorReport report, final int flow, final int bucket) {
        final int action = table.actionOffset(flow);
        final boolean v6 = FlowActionFlyweight.toV6(table.actions(), action);
        final long head = head(report, flow, v6);
        if (head == IcmpError.NONE) {
            return DropReason.ICMP_ERROR_NOT_CARRIED;
        }
        final int headers = v6 ? Ipv6Header.LENGTH : Ipv4Header.LENGTH;
        final int most = 2 * headers + IcmpMessage.LENGTH + TcpHeader.LENGTH + report.quoted.l4Length();
        final int ip = egress.reserve(most);
        final MutableDirectBuffer out = egress.memory();
        final int icmp = ip + headers;
        IcmpError.write(out, icmp, head);
        final int quotedIp = icmp + IcmpMessage.LENGTH;
        quoteHeader(report, flow, out, quotedIp, v6);
        final int end = quoteTransport(report, flow, out, quotedIp + headers);
        final int fits = Math.min(end, ip + Ipv6Header.MIN_MTU);
        packet.built(out, ip, icmp, fits);
        encode(report, flow, v6);
        if (v6) {
            Icmpv6Message.computeChecksum(out, ip, icmp, fits - icmp);
        } else {
            IcmpMessage.computeChecksum(out, icmp, fits - icmp);
        }
        packet.protocol = v6 ? IpProtocol.ICMPV6 : IpProtocol.ICMP;
        Rewriter.finish(packet);
        egress.forward(packet, flow, bucket);
        return null;
    }

    /** What the error says in the sender's family; the MTU of a way between routers has less room for its packets. */
    private long head(final IcmpErrorReport report, final int flow, final boolean v6) {
        final boolean fromV6 = report.quoted.isV6();
        final boolean lengthChanges = report.betweenRouters || fromV6 != v6 || hasOptions(report.quoted);
        final long plain = lengthChanges ? IcmpError.withoutLength(report.head, fromV6) : report.head;
        final long head = fromV6 == v6 ? plain : IcmpError.translate(plain, v6);
        final int mtuBytes = IcmpError.isTooBig(plain, fromV6) ? IcmpError.mtuBytes(plain, fromV6) : 0;
        return report.betweenRouters && mtuBytes > 0 ? IcmpError.tooBig(v6, mtuBytes - overheadBytes(flow ^ 1)) : head;
    }

    private static boolean hasOptions(final ParsedPacket quoted) {
        return quoted.l4Offset() - quoted.ipOffset() > (quoted.isV6() ? Ipv6Header.LENGTH : Ipv4Header.LENGTH);
    }

    /** By how much packets of a flow are longer between routers, at most. */
    private int overheadBytes(final int flow) {
        final DirectBuffer actions = table.actions();
        final int action = table.actionOffset(flow);
        final int key = table.keyOffset(flow);
        final boolean fromV4 = FlowKeyFlyweight.isV4(actions, key);
        final boolean toV4 = !FlowActionFlyweight.toV6(actions, action);
        final int family = fromV4 == toV4 ? 0 : (fromV4 ? 1 : -1) * (Ipv6Header.LENGTH - Ipv4Header.LENGTH);
        final boolean encapsulates =
                FlowActionFlyweight.transport(actions, action) == FlowActionFlyweight.ENCAPSULATE_UDP;
        return family
                + (encapsulates ? UdpHeader.LENGTH : 0)
                + (table.isMarked(flow >> 1, FlowTable.SEALED) ? sealer.mostGrowth(flow) : 0)
                + inserter.metadataGrowth(flow);
    }

    private void quoteHeader(
            final IcmpErrorReport report,
            final int flow,
            final MutableDirectBuffer out,
            final int ip,
            final boolean v6) {
        final ParsedPacket quoted = report.quoted;
        final DirectBuffer actions = table.actions();
        final int sent = table.keyOffset(flow ^ 1);
        final int protocol = FlowKeyFlyweight.protocol(actions, sent);
        if (quoted.isV6() == v6) {
            IcmpErrorSender.header(report, out, ip);
        } else if (v6) {
            Ipv6Header.encode(out, ip, Ipv4Header.totalLength(report.buffer, quoted.ipOffset()), PLAIN_TTL, protocol);
        } else {
            final int length = Ipv4Header.LENGTH + Ipv6Header.payloadLength(report.buffer, quoted.ipOffset());
            Ipv4Header.encode(out, ip, Math.min(length, Ipv4Header.MAX_TOTAL_LENGTH), PLAIN_TTL, protocol);
        }
        final long sourceHigh = actions.getLong(sent + FlowKeyFlyweight.SOURCE);
        final long sourceLow = actions.getLong(sent + FlowKeyFlyweight.SOURCE + 8);
        final long destinationHigh = actions.getLong(sent + FlowKeyFlyweight.DESTINATION);
        final long destinationLow = actions.getLong(sent + FlowKeyFlyweight.DESTINATION + 8);
        if (v6) {
            Ipv6Header.setNextHeader(out, ip, protocol);
            Ipv6Header.setSource(out, ip, sourceHigh, sourceLow);
            Ipv6Header.setDestination(out, ip, destinationHigh, destinationLow);
        } else {
            Ipv4Header.rewriteProtocol(out, ip, protocol);
            Ipv4Header.setSource(out, ip, (int) sourceLow);
            Ipv4Header.setDestination(out, ip, (int) destinationLow);
            Ipv4Header.computeChecksum(out, ip);
        }
    }

    /** Returns where the quotation ends. */
    private int quoteTransport(
            final IcmpErrorReport report, final int flow, final MutableDirectBuffer out, final int l4) {
        final ParsedPacket quoted = report.quoted;
        final DirectBuffer actions = table.actions();
        final int sent = table.keyOffset(flow ^ 1);
        final int protocol = FlowKeyFlyweight.protocol(actions, sent);
        final int ports =
                FlowKeyFlyweight.sourcePort(actions, sent) << 16 | FlowKeyFlyweight.destinationPort(actions, sent);
        if (protocol != quoted.protocol()) {
            unwrap(report, flow ^ 1, out, l4, protocol);
            return l4 + QuotedPacket.MIN_TRANSPORT_LENGTH;
        }
        final int length = report.betweenRouters ? QuotedPacket.MIN_TRANSPORT_LENGTH : quoted.l4Length();
        out.putBytes(l4, report.buffer, quoted.l4Offset(), length);
        QuotedPacket.rewriteTransport(
                out,
                l4,
                length,
                protocol,
                quoted.addressSum(),
                IcmpErrorSender.addressSum(actions, table.actionOffset(flow)),
                ports);
        return l4 + length;
    }

    /** What stood behind the UDP header that was put before it; where that is sealed or missing, what we know of it. */
    private void unwrap(
            final IcmpErrorReport report,
            final int flow,
            final MutableDirectBuffer out,
            final int l4,
            final int protocol) {
        final ParsedPacket quoted = report.quoted;
        if (protocol == IpProtocol.TCP) {
            unwrapTcp(report, table.keyOffset(flow), out, l4);
            return;
        }
        final int inner = quoted.l4Offset() + UdpHeader.LENGTH;
        final boolean visible = quoted.endOffset() - inner >= QuotedPacket.MIN_TRANSPORT_LENGTH
                && !Metadata.isPresent(report.buffer, inner, quoted.endOffset() - inner)
                && !table.isMarked(flow >> 1, FlowTable.SEALED);
        if (protocol != IpProtocol.ICMP && protocol != IpProtocol.ICMPV6) {
            out.setMemory(l4, QuotedPacket.MIN_TRANSPORT_LENGTH, (byte) 0);
            if (visible) {
                out.putBytes(l4, report.buffer, inner, QuotedPacket.MIN_TRANSPORT_LENGTH);
            }
            return;
        }
        final int key = table.keyOffset(flow);
        final int type = echoType((flow & 1) == 0, protocol == IpProtocol.ICMPV6);
        final int identifier = FlowKeyFlyweight.sourcePort(table.actions(), key)
                | FlowKeyFlyweight.destinationPort(table.actions(), key);
        if (visible
                && IcmpMessage.type(report.buffer, inner) == type
                && IcmpMessage.identifier(report.buffer, inner) == identifier) {
            out.putBytes(l4, report.buffer, inner, QuotedPacket.MIN_TRANSPORT_LENGTH);
        } else {
            IcmpMessage.encode(out, l4, type, 0, identifier << 16);
        }
    }

    /** TCP that has become UDP has kept its sequence number, behind metadata if there is some. */
    private void unwrapTcp(final IcmpErrorReport report, final int key, final MutableDirectBuffer out, final int l4) {
        final ParsedPacket quoted = report.quoted;
        final int payload = quoted.l4Offset() + UdpHeader.LENGTH;
        final boolean visible = quoted.l4Length() >= TcpHeader.LENGTH
                && !Metadata.isPresent(report.buffer, payload, quoted.endOffset() - payload);
        TcpHeader.setSourcePort(out, l4, FlowKeyFlyweight.sourcePort(table.actions(), key));
        TcpHeader.setDestinationPort(out, l4, FlowKeyFlyweight.destinationPort(table.actions(), key));
        TcpHeader.setSequence(out, l4, visible ? TcpAsUdp.sequence(report.buffer, quoted.l4Offset()) : 0);
    }

    private static int echoType(final boolean request, final boolean v6) {
        if (v6) {
            return request ? Icmpv6Message.ECHO_REQUEST : Icmpv6Message.ECHO_REPLY;
        }
        return request ? IcmpMessage.ECHO_REQUEST : IcmpMessage.ECHO_REPLY;
    }

    private void encode(final IcmpErrorReport report, final int flow, final boolean v6) {
        final DirectBuffer actions = table.actions();
        final int action = table.actionOffset(flow);
        final int l4Length = packet.end - packet.l4;
        if (v6) {
            Ipv6Header.encode(packet.buffer, packet.ip, l4Length, report.ttl, IpProtocol.ICMPV6);
        } else {
            Ipv4Header.encode(packet.buffer, packet.ip, Ipv4Header.LENGTH + l4Length, report.ttl, IpProtocol.ICMP);
        }
        Rewriter.setAddresses(packet, actions, action);
        final int ours = FlowActionFlyweight.egressInterface(actions, action);
        if (report.isLocated(v6)) {
            packet.setSource(report.locationHigh, report.locationLow);
        } else if (!report.isFromDestination() && v6 && links.addressHigh(ours) != 0) {
            packet.setSource(links.addressHigh(ours), links.addressLow(ours));
        } else if (!report.isFromDestination() && !v6 && links.addressV4(ours) != 0) {
            packet.setSource(0, IpAddress.v4Low(links.addressV4(ours)));
        }
    }
}
