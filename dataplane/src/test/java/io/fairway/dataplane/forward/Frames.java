package io.fairway.dataplane.forward;

import io.fairway.model.DropReason;
import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.Icmpv6Message;
import io.fairway.model.wire.InternetChecksum;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.NeighborMessage;
import io.fairway.model.wire.PacketParser;
import io.fairway.model.wire.ParsedPacket;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.VnetHeader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** Builds frames from words, and reads them back. */
final class Frames {
    static final int IP = EthernetHeader.LENGTH;
    static final int L4 = IP + Ipv4Header.LENGTH;
    static final int L4_V6 = IP + Ipv6Header.LENGTH;

    private Frames() {}

    static int ip(final String text) {
        return IpAddress.parse(text).v4Bits();
    }

    /** Where the transport header of an untagged frame begins. */
    static int l4(final UnsafeBuffer frame) {
        return Ipv4Header.version(frame, IP) == 4 ? L4 : L4_V6;
    }

    static byte[] tcp(
            final long from,
            final long to,
            final String source,
            final int sourcePort,
            final String destination,
            final int destinationPort,
            final int flags,
            final String payload) {
        return tcp(from, to, source, sourcePort, destination, destinationPort, flags, bytes(payload));
    }

    static byte[] tcp(
            final long from,
            final long to,
            final String source,
            final int sourcePort,
            final String destination,
            final int destinationPort,
            final int flags,
            final byte[] payload) {
        final int options = (flags & TcpHeader.SYN) != 0 ? 4 : 0;
        final int length = TcpHeader.LENGTH + options + payload.length;
        final UnsafeBuffer frame = frame(from, to, source, destination, IpProtocol.TCP, length);
        final int l4 = l4(frame);
        TcpHeader.setSourcePort(frame, l4, sourcePort);
        TcpHeader.setDestinationPort(frame, l4, destinationPort);
        TcpHeader.setSequence(frame, l4, 1000);
        TcpHeader.setHeaderLength(frame, l4, TcpHeader.LENGTH + options);
        TcpHeader.setFlags(frame, l4, flags);
        TcpHeader.setWindow(frame, l4, 8192);
        if (options > 0) {
            frame.putInt(l4 + TcpHeader.LENGTH, 0x0204_05b4, java.nio.ByteOrder.BIG_ENDIAN);
        }
        frame.putBytes(l4 + TcpHeader.LENGTH + options, payload);
        TcpHeader.computeChecksum(frame, IP, l4, length);
        return frame.byteArray();
    }

    /** The same TCP frame with other numbers. */
    static byte[] numbered(final byte[] tcpFrame, final int sequence, final int acknowledgement, final int window) {
        final UnsafeBuffer frame = new UnsafeBuffer(tcpFrame.clone());
        final int l4 = l4(frame);
        TcpHeader.setSequence(frame, l4, sequence);
        TcpHeader.setAcknowledgement(frame, l4, acknowledgement);
        TcpHeader.setWindow(frame, l4, window);
        TcpHeader.computeChecksum(frame, IP, l4, tcpFrame.length - l4);
        return frame.byteArray();
    }

    static byte[] udp(
            final long from,
            final long to,
            final String source,
            final int sourcePort,
            final String destination,
            final int destinationPort,
            final byte[] payload) {
        final int length = UdpHeader.LENGTH + payload.length;
        final UnsafeBuffer frame = frame(from, to, source, destination, IpProtocol.UDP, length);
        final int l4 = l4(frame);
        UdpHeader.encode(frame, l4, sourcePort, destinationPort, length);
        frame.putBytes(l4 + UdpHeader.LENGTH, payload);
        UdpHeader.computeChecksum(frame, IP, l4);
        return frame.byteArray();
    }

    /** A packet of a protocol without ports. */
    static byte[] portless(
            final long to, final String source, final String destination, final int protocol, final byte[] content) {
        final UnsafeBuffer frame = frame(9, to, source, destination, protocol, content.length);
        frame.putBytes(l4(frame), content);
        return frame.byteArray();
    }

    /** An echo of either family; the type is ICMP's. */
    static byte[] echo(
            final long from,
            final long to,
            final String source,
            final String destination,
            final int type,
            final int identifier) {
        final int length = IcmpMessage.LENGTH + 16;
        final boolean v4 = IpAddress.parse(source).isV4();
        final int protocol = v4 ? IpProtocol.ICMP : IpProtocol.ICMPV6;
        final int typeV6 = type == IcmpMessage.ECHO_REQUEST ? Icmpv6Message.ECHO_REQUEST : Icmpv6Message.ECHO_REPLY;
        final UnsafeBuffer frame = frame(from, to, source, destination, protocol, length);
        final int l4 = l4(frame);
        IcmpMessage.encode(frame, l4, v4 ? type : typeV6, 0, identifier << 16 | 1);
        frame.putBytes(l4 + IcmpMessage.LENGTH, bytes("0123456789abcdef"));
        if (v4) {
            IcmpMessage.computeChecksum(frame, l4, length);
        } else {
            Icmpv6Message.computeChecksum(frame, IP, l4, length);
        }
        return frame.byteArray();
    }

    static byte[] arp(
            final int operation, final long from, final long to, final String senderIp, final String targetIp) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[EthernetHeader.LENGTH + ArpMessage.LENGTH]);
        EthernetHeader.encode(frame, 0, to, from, EthernetHeader.ARP);
        ArpMessage.encodeHead(frame, IP, operation);
        ArpMessage.encodeSender(frame, IP, from, ip(senderIp));
        ArpMessage.encodeTarget(frame, IP, operation == ArpMessage.REQUEST ? 0 : to, ip(targetIp));
        return frame.byteArray();
    }

    private static UnsafeBuffer frame(
            final long from,
            final long to,
            final String source,
            final String destination,
            final int protocol,
            final int length) {
        final IpAddress from6 = IpAddress.parse(source);
        final IpAddress to6 = IpAddress.parse(destination);
        final boolean v4 = from6.isV4();
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[(v4 ? L4 : L4_V6) + length]);
        EthernetHeader.encode(frame, 0, to, from, v4 ? EthernetHeader.IPV4 : EthernetHeader.IPV6);
        if (v4) {
            Ipv4Header.encode(frame, IP, Ipv4Header.LENGTH + length, 64, protocol);
            Ipv4Header.setSource(frame, IP, ip(source));
            Ipv4Header.setDestination(frame, IP, ip(destination));
            Ipv4Header.computeChecksum(frame, IP);
        } else {
            Ipv6Header.encode(frame, IP, length, 64, protocol);
            Ipv6Header.setSource(frame, IP, from6.high(), from6.low());
            Ipv6Header.setDestination(frame, IP, to6.high(), to6.low());
        }
        return frame;
    }

    /**
     * A neighbour solicitation, to the target's group or (if its Ethernet address is given) to the target itself.
     *
     * @param source who asks; "::" asks whether the address is free
     * @param toMac 0 for the group
     */
    static byte[] solicitation(final long from, final long toMac, final String source, final String target) {
        final IpAddress asked = IpAddress.parse(target);
        final IpAddress group = new IpAddress(NeighborMessage.GROUP_HIGH, NeighborMessage.groupLow(asked.low()));
        final boolean free = source.equals("::");
        final long to = toMac == 0 ? NeighborMessage.groupMac(group.low()) : toMac;
        final int length = free ? NeighborMessage.LENGTH : NeighborMessage.LENGTH_WITH_ADDRESS;
        final UnsafeBuffer frame =
                frame(from, to, source, (toMac == 0 ? group : asked).toString(), IpProtocol.ICMPV6, length);
        NeighborMessage.encodeHead(frame, L4_V6, NeighborMessage.SOLICITATION, 0);
        if (!free) {
            NeighborMessage.encodeLinkAddress(frame, L4_V6, NeighborMessage.SOURCE_ADDRESS, from);
        }
        return completed(frame, asked);
    }

    /** A neighbour advertisement. */
    static byte[] advertisement(
            final long from, final long to, final String target, final String destination, final int flags) {
        final UnsafeBuffer frame =
                frame(from, to, target, destination, IpProtocol.ICMPV6, NeighborMessage.LENGTH_WITH_ADDRESS);
        NeighborMessage.encodeHead(frame, L4_V6, NeighborMessage.ADVERTISEMENT, flags);
        NeighborMessage.encodeLinkAddress(frame, L4_V6, NeighborMessage.TARGET_ADDRESS, from);
        return completed(frame, IpAddress.parse(target));
    }

    private static byte[] completed(final UnsafeBuffer neighborMessage, final IpAddress target) {
        Ipv6Header.setHopLimit(neighborMessage, IP, NeighborMessage.HOP_LIMIT);
        NeighborMessage.encodeTarget(neighborMessage, L4_V6, target.high(), target.low());
        Icmpv6Message.computeChecksum(neighborMessage, IP, L4_V6, neighborMessage.capacity() - L4_V6);
        return neighborMessage.byteArray();
    }

    /** The same frame with another time to live. */
    static byte[] withTtl(final byte[] frame, final int ttl) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame.clone());
        if (Ipv4Header.version(buffer, IP) == 4) {
            buffer.putByte(IP + 8, (byte) ttl);
            Ipv4Header.computeChecksum(buffer, IP);
        } else {
            Ipv6Header.setHopLimit(buffer, IP, ttl);
        }
        return buffer.byteArray();
    }

    /** Turns a TCP frame into one with a partial checksum, as a sender with offload leaves it. */
    static byte[] withPartialChecksum(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame.clone());
        final int l4 = l4(buffer);
        TcpHeader.setChecksum(buffer, l4, InternetChecksum.pseudoHeader(buffer, IP, IpProtocol.TCP, frame.length - l4));
        return buffer.byteArray();
    }

    /** A vnet header that says of an IPv4 frame: partial TCP checksum, and (gsoSize above 0) a super-frame. */
    static byte[] partialVnet(final int gsoSize) {
        return partialVnet(gsoSize, L4);
    }

    /** The same for a frame whose TCP header stands elsewhere. */
    static byte[] partialVnet(final int gsoSize, final int l4) {
        final UnsafeBuffer vnet = new UnsafeBuffer(new byte[VnetHeader.LENGTH]);
        VnetHeader.setFlags(vnet, 0, VnetHeader.NEEDS_CSUM);
        VnetHeader.setChecksumStart(vnet, 0, l4);
        VnetHeader.setChecksumOffset(vnet, 0, TcpHeader.CHECKSUM);
        if (gsoSize > 0) {
            VnetHeader.setGsoType(vnet, 0, l4 == L4 ? VnetHeader.GSO_TCPV4 : VnetHeader.GSO_TCPV6);
            VnetHeader.setGsoSizeBytes(vnet, 0, gsoSize);
            VnetHeader.setHeaderLengthBytes(vnet, 0, l4 + TcpHeader.LENGTH);
        }
        return vnet.byteArray();
    }

    /** The segment size of a super-frame. */
    static int gsoSize(final byte[] vnet) {
        return VnetHeader.gsoSizeBytes(new UnsafeBuffer(vnet), 0);
    }

    /** A TCP or UDP frame as its receiver sees it: with a whole checksum, if it left with a partial one. */
    static byte[] completed(final MemoryPort.Sent sent) {
        if (!VnetHeader.needsChecksum(new UnsafeBuffer(sent.vnet()), 0)) {
            return sent.frame();
        }
        final UnsafeBuffer buffer = new UnsafeBuffer(sent.frame().clone());
        final int l4 = l4(buffer);
        if (VnetHeader.checksumOffset(new UnsafeBuffer(sent.vnet()), 0) == TcpHeader.CHECKSUM) {
            TcpHeader.computeChecksum(buffer, IP, l4, buffer.capacity() - l4);
        } else {
            UdpHeader.computeChecksum(buffer, IP, l4);
        }
        return buffer.byteArray();
    }

    /** A TCP frame with another sequence number. */
    static byte[] withSequence(final byte[] frame, final int sequence) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame.clone());
        final int l4 = l4(buffer);
        TcpHeader.setSequence(buffer, l4, sequence);
        TcpHeader.computeChecksum(buffer, IP, l4, frame.length - l4);
        return buffer.byteArray();
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The frame in words: addresses, ports, and "ok" if every checksum is right. */
    static String words(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        final ParsedPacket parsed = new ParsedPacket();
        final DropReason malformed = PacketParser.parse(buffer, 0, frame.length, false, parsed);
        if (malformed != null) {
            return malformed.toString();
        }
        if (parsed.isArp()) {
            return "arp " + ArpMessage.operation(buffer, IP) + " " + IpAddress.v4(ArpMessage.senderIp(buffer, IP))
                    + " > " + IpAddress.v4(ArpMessage.targetIp(buffer, IP));
        }
        final IpAddress source = new IpAddress(parsed.sourceHigh(), parsed.sourceLow());
        final IpAddress destination = new IpAddress(parsed.destinationHigh(), parsed.destinationLow());
        final String checksum = PacketParser.l4ChecksumOk(buffer, parsed) ? " ok" : " BAD CHECKSUM";
        if (parsed.isNeighborMessage()) {
            final int nd = parsed.l4Offset();
            return "nd " + parsed.icmpType() + " " + source + " > " + destination + " target "
                    + new IpAddress(NeighborMessage.targetHigh(buffer, nd), NeighborMessage.targetLow(buffer, nd))
                    + checksum;
        }
        return IpProtocol.name(parsed.protocol()) + " " + source.withPort(parsed.sourcePort()) + " > "
                + destination.withPort(parsed.destinationPort()) + " ttl " + parsed.ttl() + checksum;
    }

    /** Everything behind the transport header. */
    static byte[] payload(final byte[] frame) {
        final ParsedPacket parsed = new ParsedPacket();
        PacketParser.parse(new UnsafeBuffer(frame), 0, frame.length, true, parsed);
        return Arrays.copyOfRange(frame, parsed.payloadOffset(), parsed.endOffset());
    }

    static String text(final byte[] frame) {
        return new String(payload(frame), StandardCharsets.US_ASCII);
    }
}
