package io.fairway.dataplane.forward;

import io.fairway.model.DropReason;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.Icmpv6Message;
import io.fairway.model.wire.InternetChecksum;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Gives a packet its new time to live, addresses and ports, in place, and an IP header of the other family where its
 * addresses are of that, and keeps its checksums right: incrementally (RFC 1624), or computed anew where the packet's
 * content changed. Stateless.
 */
final class Rewriter {
    /** Any value but 0, which would say that no checksum is wanted. */
    private static final int CHECKSUM_WANTED = 1;

    private Rewriter() {}

    /** Takes the UDP header away from before this protocol's; null, or why the content is no such packet. */
    static DropReason decapsulate(final Packet packet, final int protocol) {
        final boolean echo = protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6;
        if (packet.protocol != IpProtocol.UDP || echo && packet.payloadLength() < IcmpMessage.LENGTH) {
            return DropReason.TRUNCATED_L4;
        }
        final int type = echo ? IcmpMessage.type(packet.buffer, packet.payload) : 0;
        if (echo && !(protocol == IpProtocol.ICMPV6 ? Icmpv6Message.isEcho(type) : IcmpMessage.isEcho(type))) {
            return DropReason.ICMP_NOT_ECHO;
        }
        final int headerLength = packet.v6 ? Ipv6Header.LENGTH : packet.l4 - packet.ip;
        final int ip = packet.payload - headerLength;
        packet.buffer.putBytes(ip, packet.buffer, packet.ip, headerLength);
        packet.ip = ip;
        packet.l4 = packet.payload;
        packet.payload = packet.l4 + (echo ? IcmpMessage.LENGTH : 0);
        packet.partialChecksum = false;
        packet.recompute = false;
        packet.writeIpLength();
        packet.setProtocol(protocol);
        return null;
    }

    /**
     * Bytes by which the IP header grows as the packet leaves; its options or extension headers stay behind where it is
     * replaced.
     */
    static int headerGrowth(final Packet packet, final DirectBuffer actions, final int action) {
        return replacesHeader(packet, actions, action)
                ? packet.headerGrowth(FlowActionFlyweight.toV6(actions, action))
                : 0;
    }

    /**
     * Into the other family; and between routers IPv6 has no extension headers, so that all see a UDP or TCP header.
     */
    private static boolean replacesHeader(final Packet packet, final DirectBuffer actions, final int action) {
        final boolean toV6 = FlowActionFlyweight.toV6(actions, action);
        return packet.v6 != toV6
                || toV6 && FlowActionFlyweight.metadataRole(actions, action) != FlowActionFlyweight.METADATA_NONE;
    }

    /**
     * Rewrites as the action says; the transport header is the one that the packet leaves with, but for a UDP header.
     */
    static void rewrite(final Packet packet, final DirectBuffer actions, final int action) {
        final boolean toV6 = FlowActionFlyweight.toV6(actions, action);
        final int transport = FlowActionFlyweight.transport(actions, action);
        final boolean encapsulate = transport == FlowActionFlyweight.ENCAPSULATE_UDP;
        final int oldSum = packet.addressSum();
        if (replacesHeader(packet, actions, action)) {
            packet.replaceHeader(toV6);
        }
        packet.decrementTtl();
        final int newSum = setAddresses(packet, actions, action);
        if (encapsulate) {
            return;
        }
        final int sourcePort = FlowActionFlyweight.sourcePort(actions, action);
        final int destinationPort = FlowActionFlyweight.destinationPort(actions, action);
        switch (packet.protocol) {
            case IpProtocol.TCP -> {
                rewriteTcp(packet, sourcePort, destinationPort, oldSum, newSum);
                clampMss(packet, FlowActionFlyweight.mssClampBytes(actions, action));
            }
            case IpProtocol.UDP -> rewriteUdp(packet, sourcePort, destinationPort, oldSum, newSum);
            case IpProtocol.ICMPV6 -> {
                // What came in UDP has the checksum that it had between its own addresses.
                if (transport == FlowActionFlyweight.SAME) {
                    IcmpMessage.setChecksum(
                            packet.buffer,
                            packet.l4,
                            InternetChecksum.update16(IcmpMessage.checksum(packet.buffer, packet.l4), oldSum, newSum));
                }
                rewriteEcho(packet, Icmpv6Message.ECHO_REQUEST, sourcePort, destinationPort);
            }
            case IpProtocol.ICMP -> rewriteEcho(packet, IcmpMessage.ECHO_REQUEST, sourcePort, destinationPort);
            default -> {
                // Nothing in it is known, neither ports nor a checksum.
            }
        }
    }

    /** Writes an action's addresses; returns their sum. */
    static int setAddresses(final Packet packet, final DirectBuffer actions, final int action) {
        return packet.setAddresses(
                actions.getLong(action + FlowActionFlyweight.SOURCE),
                actions.getLong(action + FlowActionFlyweight.SOURCE + 8),
                actions.getLong(action + FlowActionFlyweight.DESTINATION),
                actions.getLong(action + FlowActionFlyweight.DESTINATION + 8));
    }

    private static void rewriteTcp(
            final Packet packet, final int sourcePort, final int destinationPort, final int oldSum, final int newSum) {
        final MutableDirectBuffer buffer = packet.buffer;
        final int l4 = packet.l4;
        final int checksum = TcpHeader.checksum(buffer, l4);
        if (packet.partialChecksum) {
            TcpHeader.setChecksum(buffer, l4, InternetChecksum.updatePartial(checksum, oldSum, newSum));
        } else {
            final int before = portSum(oldSum, TcpHeader.sourcePort(buffer, l4), TcpHeader.destinationPort(buffer, l4));
            final int after = portSum(newSum, sourcePort, destinationPort);
            TcpHeader.setChecksum(buffer, l4, InternetChecksum.update16(checksum, before, after));
        }
        TcpHeader.setSourcePort(buffer, l4, sourcePort);
        TcpHeader.setDestinationPort(buffer, l4, destinationPort);
    }

    private static void clampMss(final Packet packet, final int mssBytes) {
        if (mssBytes > 0 && (TcpHeader.flags(packet.buffer, packet.l4) & TcpHeader.SYN) != 0) {
            TcpHeader.clampMss(packet.buffer, packet.l4, mssBytes, packet.partialChecksum);
        }
    }

    private static void rewriteUdp(
            final Packet packet, final int sourcePort, final int destinationPort, final int oldSum, final int newSum) {
        final MutableDirectBuffer buffer = packet.buffer;
        final int l4 = packet.l4;
        final int checksum = UdpHeader.checksum(buffer, l4);
        if (packet.partialChecksum) {
            UdpHeader.setChecksum(buffer, l4, InternetChecksum.updatePartial(checksum, oldSum, newSum));
        } else if (checksum != 0) {
            final int before = portSum(oldSum, UdpHeader.sourcePort(buffer, l4), UdpHeader.destinationPort(buffer, l4));
            final int after = portSum(newSum, sourcePort, destinationPort);
            UdpHeader.setChecksum(
                    buffer, l4, InternetChecksum.udpOnWire(InternetChecksum.update16(checksum, before, after)));
        } else if (packet.v6) {
            // Over IPv6 it may not be left out (RFC 8200 section 8.1).
            UdpHeader.setChecksum(buffer, l4, CHECKSUM_WANTED);
            packet.recompute = true;
        }
        UdpHeader.setSourcePort(buffer, l4, sourcePort);
        UdpHeader.setDestinationPort(buffer, l4, destinationPort);
    }

    private static void rewriteEcho(
            final Packet packet, final int requestType, final int sourcePort, final int destinationPort) {
        final boolean request = IcmpMessage.type(packet.buffer, packet.l4) == requestType;
        IcmpMessage.rewriteIdentifier(packet.buffer, packet.l4, request ? sourcePort : destinationPort);
    }

    /**
     * Computes what only now can be computed: always the IP header's checksum, the transport's if the content changed.
     */
    static void finish(final Packet packet) {
        if (!packet.v6) {
            Ipv4Header.computeChecksum(packet.buffer, packet.ip);
        }
        if (!packet.recompute) {
            return;
        }
        if (packet.protocol == IpProtocol.TCP) {
            TcpHeader.computeChecksum(packet.buffer, packet.ip, packet.l4, packet.end - packet.l4);
        } else if (packet.protocol == IpProtocol.UDP
                && (packet.partialChecksum || UdpHeader.checksum(packet.buffer, packet.l4) != 0)) {
            UdpHeader.computeChecksum(packet.buffer, packet.ip, packet.l4);
        }
        packet.partialChecksum = false;
    }

    private static int portSum(final int sum, final int sourcePort, final int destinationPort) {
        return InternetChecksum.add(sum, InternetChecksum.add(sourcePort, destinationPort));
    }
}
