package io.fairway.dataplane.forward;

import io.fairway.model.DropReason;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.InternetChecksum;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Gives a packet its new time to live, addresses and ports, in place, and keeps its checksums right: incrementally (RFC
 * 1624), or computed anew where the packet's content changed. Stateless.
 */
final class Rewriter {
    private Rewriter() {}

    /** Takes the UDP header away from before an ICMP echo; null, or why the content is no echo. */
    static DropReason decapsulate(final Packet packet) {
        if (packet.protocol != IpProtocol.UDP || packet.payloadLength() < IcmpMessage.LENGTH) {
            return DropReason.TRUNCATED_L4;
        }
        if (!IcmpMessage.isEcho(IcmpMessage.type(packet.buffer, packet.payload))) {
            return DropReason.ICMP_NOT_ECHO;
        }
        final int headerLength = packet.l4 - packet.ip;
        packet.buffer.putBytes(packet.ip + UdpHeader.LENGTH, packet.buffer, packet.ip, headerLength);
        packet.ip += UdpHeader.LENGTH;
        packet.l4 = packet.payload;
        packet.payload = packet.l4 + IcmpMessage.LENGTH;
        packet.protocol = IpProtocol.ICMP;
        packet.partialChecksum = false;
        packet.recompute = false;
        Ipv4Header.setTotalLength(packet.buffer, packet.ip, packet.ipLength());
        Ipv4Header.rewriteProtocol(packet.buffer, packet.ip, IpProtocol.ICMP);
        return null;
    }

    /**
     * Rewrites as the action says; the transport header is the one that the packet leaves with, but for a UDP header.
     */
    static void rewrite(final Packet packet, final DirectBuffer actions, final int action) {
        final MutableDirectBuffer buffer = packet.buffer;
        final int ip = packet.ip;
        final int source = (int) actions.getLong(action + FlowActionFlyweight.SOURCE + 8);
        final int destination = (int) actions.getLong(action + FlowActionFlyweight.DESTINATION + 8);
        final int oldSum = addressSum(Ipv4Header.source(buffer, ip), Ipv4Header.destination(buffer, ip));
        final int newSum = addressSum(source, destination);
        Ipv4Header.decrementTtl(buffer, ip);
        Ipv4Header.setSource(buffer, ip, source);
        Ipv4Header.setDestination(buffer, ip, destination);
        if (FlowActionFlyweight.transport(actions, action) == FlowActionFlyweight.ENCAPSULATE_UDP) {
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
            default -> rewriteEcho(packet, sourcePort, destinationPort);
        }
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
        }
        UdpHeader.setSourcePort(buffer, l4, sourcePort);
        UdpHeader.setDestinationPort(buffer, l4, destinationPort);
    }

    private static void rewriteEcho(final Packet packet, final int sourcePort, final int destinationPort) {
        final boolean request = IcmpMessage.type(packet.buffer, packet.l4) == IcmpMessage.ECHO_REQUEST;
        IcmpMessage.rewriteIdentifier(packet.buffer, packet.l4, request ? sourcePort : destinationPort);
    }

    /**
     * Computes what only now can be computed: always the IP header's checksum, the transport's if the content changed.
     */
    static void finish(final Packet packet) {
        Ipv4Header.computeChecksum(packet.buffer, packet.ip);
        if (!packet.recompute) {
            return;
        }
        if (packet.protocol == IpProtocol.TCP) {
            computeTcp(packet);
        } else if (packet.protocol == IpProtocol.UDP
                && (packet.partialChecksum || UdpHeader.checksum(packet.buffer, packet.l4) != 0)) {
            UdpHeader.computeChecksum(packet.buffer, packet.ip, packet.l4);
        }
        packet.partialChecksum = false;
    }

    private static void computeTcp(final Packet packet) {
        final int length = packet.end - packet.l4;
        TcpHeader.setChecksum(packet.buffer, packet.l4, 0);
        final int sum = InternetChecksum.add(
                Ipv4Header.pseudoHeaderSum(packet.buffer, packet.ip, IpProtocol.TCP, length),
                InternetChecksum.sum(packet.buffer, packet.l4, length));
        TcpHeader.setChecksum(packet.buffer, packet.l4, ~sum & 0xffff);
    }

    private static int addressSum(final int source, final int destination) {
        return InternetChecksum.add(InternetChecksum.fold32(source), InternetChecksum.fold32(destination));
    }

    private static int portSum(final int sum, final int sourcePort, final int destinationPort) {
        return InternetChecksum.add(sum, InternetChecksum.add(sourcePort, destinationPort));
    }
}
