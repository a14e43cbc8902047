package io.fairway.dataplane.forward;

import io.fairway.model.DropReason;
import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.InternetChecksum;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
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

    private Frames() {}

    static int ip(final String text) {
        return IpAddress.parse(text).v4Bits();
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
        TcpHeader.setSourcePort(frame, L4, sourcePort);
        TcpHeader.setDestinationPort(frame, L4, destinationPort);
        TcpHeader.setSequence(frame, L4, 1000);
        TcpHeader.setHeaderLength(frame, L4, TcpHeader.LENGTH + options);
        TcpHeader.setFlags(frame, L4, flags);
        TcpHeader.setWindow(frame, L4, 8192);
        if (options > 0) {
            frame.putInt(L4 + TcpHeader.LENGTH, 0x0204_05b4, java.nio.ByteOrder.BIG_ENDIAN);
        }
        frame.putBytes(L4 + TcpHeader.LENGTH + options, payload);
        TcpHeader.setChecksum(frame, L4, transportChecksum(frame, IpProtocol.TCP, length));
        return frame.byteArray();
    }

    /** The same TCP frame with other numbers. */
    static byte[] numbered(final byte[] tcpFrame, final int sequence, final int acknowledgement, final int window) {
        final UnsafeBuffer frame = new UnsafeBuffer(tcpFrame.clone());
        TcpHeader.setSequence(frame, L4, sequence);
        TcpHeader.setAcknowledgement(frame, L4, acknowledgement);
        TcpHeader.setWindow(frame, L4, window);
        TcpHeader.setChecksum(frame, L4, 0);
        TcpHeader.setChecksum(frame, L4, transportChecksum(frame, IpProtocol.TCP, tcpFrame.length - L4));
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
        UdpHeader.encode(frame, L4, sourcePort, destinationPort, length);
        frame.putBytes(L4 + UdpHeader.LENGTH, payload);
        UdpHeader.computeChecksum(frame, IP, L4);
        return frame.byteArray();
    }

    static byte[] echo(
            final long from,
            final long to,
            final String source,
            final String destination,
            final int type,
            final int identifier) {
        final int length = IcmpMessage.LENGTH + 16;
        final UnsafeBuffer frame = frame(from, to, source, destination, IpProtocol.ICMP, length);
        IcmpMessage.encode(frame, L4, type, 0, identifier << 16 | 1);
        frame.putBytes(L4 + IcmpMessage.LENGTH, bytes("0123456789abcdef"));
        IcmpMessage.computeChecksum(frame, L4, length);
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
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[L4 + length]);
        EthernetHeader.encode(frame, 0, to, from, EthernetHeader.IPV4);
        Ipv4Header.encode(frame, IP, Ipv4Header.LENGTH + length, 64, protocol);
        Ipv4Header.setSource(frame, IP, ip(source));
        Ipv4Header.setDestination(frame, IP, ip(destination));
        Ipv4Header.computeChecksum(frame, IP);
        return frame;
    }

    private static int transportChecksum(final UnsafeBuffer frame, final int protocol, final int length) {
        return ~InternetChecksum.add(
                        Ipv4Header.pseudoHeaderSum(frame, IP, protocol, length),
                        InternetChecksum.sum(frame, L4, length))
                & 0xffff;
    }

    /** The same frame with another time to live. */
    static byte[] withTtl(final byte[] frame, final int ttl) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame.clone());
        buffer.putByte(IP + 8, (byte) ttl);
        Ipv4Header.computeChecksum(buffer, IP);
        return buffer.byteArray();
    }

    /** Turns a TCP frame into one with a partial checksum, as a sender with offload leaves it. */
    static byte[] withPartialChecksum(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame.clone());
        TcpHeader.setChecksum(buffer, L4, Ipv4Header.pseudoHeaderSum(buffer, IP, IpProtocol.TCP, frame.length - L4));
        return buffer.byteArray();
    }

    /** A vnet header that says: partial TCP checksum, and (gsoSize above 0) a super-frame. */
    static byte[] partialVnet(final int gsoSize) {
        final UnsafeBuffer vnet = new UnsafeBuffer(new byte[VnetHeader.LENGTH]);
        VnetHeader.setFlags(vnet, 0, VnetHeader.NEEDS_CSUM);
        VnetHeader.setChecksumStart(vnet, 0, L4);
        VnetHeader.setChecksumOffset(vnet, 0, TcpHeader.CHECKSUM);
        if (gsoSize > 0) {
            VnetHeader.setGsoType(vnet, 0, VnetHeader.GSO_TCPV4);
            VnetHeader.setGsoSizeBytes(vnet, 0, gsoSize);
            VnetHeader.setHeaderLengthBytes(vnet, 0, L4 + TcpHeader.LENGTH);
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
        final int length = buffer.capacity() - L4;
        final int protocol = Ipv4Header.protocol(buffer, IP);
        if (protocol == IpProtocol.TCP) {
            TcpHeader.setChecksum(buffer, L4, 0);
            TcpHeader.setChecksum(buffer, L4, transportChecksum(buffer, protocol, length));
        } else {
            UdpHeader.computeChecksum(buffer, IP, L4);
        }
        return buffer.byteArray();
    }

    /** A TCP frame with another sequence number. */
    static byte[] withSequence(final byte[] frame, final int sequence) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame.clone());
        TcpHeader.setSequence(buffer, L4, sequence);
        TcpHeader.setChecksum(buffer, L4, 0);
        TcpHeader.setChecksum(buffer, L4, transportChecksum(buffer, IpProtocol.TCP, frame.length - L4));
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
        return IpProtocol.name(parsed.protocol()) + " " + new IpAddress(parsed.sourceHigh(), parsed.sourceLow()) + ":"
                + parsed.sourcePort()
                + " > " + new IpAddress(parsed.destinationHigh(), parsed.destinationLow()) + ":"
                + parsed.destinationPort() + " ttl "
                + parsed.ttl() + (PacketParser.l4ChecksumOk(buffer, parsed) ? " ok" : " BAD CHECKSUM");
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
