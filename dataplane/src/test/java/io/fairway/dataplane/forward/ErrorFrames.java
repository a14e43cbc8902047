package io.fairway.dataplane.forward;

import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IcmpError;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.Icmpv6Message;
import io.fairway.model.wire.InternetChecksum;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.PacketParser;
import io.fairway.model.wire.ParsedPacket;
import io.fairway.model.wire.QuotedPacket;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** ICMP errors, built from the frame that they are about, and read back into words. */
final class ErrorFrames {
    private static final int MOST_QUOTED = 548;

    private ErrorFrames() {}

    /** An error from an address about a frame, to who sent that. */
    static byte[] about(final byte[] frame, final String source, final long head, final long from, final long to) {
        final UnsafeBuffer wrong = new UnsafeBuffer(frame);
        final boolean v4 = Ipv4Header.version(wrong, Frames.IP) == 4;
        final int quoted = Math.min(frame.length - Frames.IP, MOST_QUOTED);
        final int headers = v4 ? Frames.L4 : Frames.L4_V6;
        final int length = IcmpMessage.LENGTH + quoted;
        final UnsafeBuffer error = new UnsafeBuffer(new byte[headers + length]);
        EthernetHeader.encode(error, 0, to, from, v4 ? EthernetHeader.IPV4 : EthernetHeader.IPV6);
        IcmpError.write(error, headers, head);
        error.putBytes(headers + IcmpMessage.LENGTH, frame, Frames.IP, quoted);
        final IpAddress by = IpAddress.parse(source);
        if (v4) {
            Ipv4Header.encode(error, Frames.IP, Ipv4Header.LENGTH + length, 64, IpProtocol.ICMP);
            Ipv4Header.setSource(error, Frames.IP, by.v4Bits());
            Ipv4Header.setDestination(error, Frames.IP, Ipv4Header.source(wrong, Frames.IP));
            Ipv4Header.computeChecksum(error, Frames.IP);
            IcmpMessage.computeChecksum(error, headers, length);
        } else {
            Ipv6Header.encode(error, Frames.IP, length, 64, IpProtocol.ICMPV6);
            Ipv6Header.setSource(error, Frames.IP, by.high(), by.low());
            Ipv6Header.setDestination(
                    error, Frames.IP, Ipv6Header.sourceHigh(wrong, Frames.IP), Ipv6Header.sourceLow(wrong, Frames.IP));
            Icmpv6Message.computeChecksum(error, Frames.IP, headers, length);
        }
        return error.byteArray();
    }

    /** The same error with so many bytes of the packet. */
    static byte[] quoting(final byte[] error, final int bytes) {
        final boolean v4 = Ipv4Header.version(new UnsafeBuffer(error), Frames.IP) == 4;
        final int l4 = v4 ? Frames.L4 : Frames.L4_V6;
        final int length = Math.min(IcmpMessage.LENGTH + bytes, error.length - l4);
        final UnsafeBuffer shorter = new UnsafeBuffer(Arrays.copyOf(error, l4 + length));
        if (v4) {
            Ipv4Header.setTotalLength(shorter, Frames.IP, Ipv4Header.LENGTH + length);
            Ipv4Header.computeChecksum(shorter, Frames.IP);
            IcmpMessage.computeChecksum(shorter, l4, length);
        } else {
            Ipv6Header.setPayloadLength(shorter, Frames.IP, length);
            Icmpv6Message.computeChecksum(shorter, Frames.IP, l4, length);
        }
        return shorter.byteArray();
    }

    /** Type, code and rest; between whom; and the packet that is quoted, with its IP checksum if that is right. */
    static String words(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        final ParsedPacket parsed = new ParsedPacket();
        if (PacketParser.parse(buffer, 0, frame.length, false, parsed) != null || !parsed.isIcmpError()) {
            return Frames.words(frame);
        }
        final ParsedPacket quoted = new ParsedPacket();
        final Object malformed = QuotedPacket.parse(buffer, parsed.payloadOffset(), parsed.endOffset(), quoted);
        final long head = IcmpError.read(buffer, parsed.l4Offset());
        return IcmpError.type(head) + "/" + IcmpError.code(head) + ((int) head == 0 ? "" : "/" + (int) head) + " "
                + new IpAddress(parsed.sourceHigh(), parsed.sourceLow()) + " > "
                + new IpAddress(parsed.destinationHigh(), parsed.destinationLow())
                + (PacketParser.l4ChecksumOk(buffer, parsed) ? " ok" : " BAD CHECKSUM") + " about "
                + (malformed != null ? malformed : words(buffer, quoted));
    }

    private static String words(final UnsafeBuffer buffer, final ParsedPacket quoted) {
        final int ip = quoted.ipOffset();
        final boolean right =
                quoted.isV6() || InternetChecksum.sum(buffer, ip, Ipv4Header.headerLength(buffer, ip)) == 0xffff;
        return IpProtocol.name(quoted.protocol()) + " "
                + new IpAddress(quoted.sourceHigh(), quoted.sourceLow()).withPort(quoted.sourcePort()) + " > "
                + new IpAddress(quoted.destinationHigh(), quoted.destinationLow()).withPort(quoted.destinationPort())
                + (right ? "" : " BAD IP CHECKSUM");
    }

    /** Whether a quoted TCP or UDP packet that is whole has its right checksum. */
    static boolean quotesRightChecksum(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        final ParsedPacket error = new ParsedPacket();
        PacketParser.parse(buffer, 0, frame.length, false, error);
        final UnsafeBuffer whole = new UnsafeBuffer(new byte[EthernetHeader.LENGTH + error.payloadLength()]);
        EthernetHeader.encode(whole, 0, 1, 2, error.isV6() ? EthernetHeader.IPV6 : EthernetHeader.IPV4);
        whole.putBytes(EthernetHeader.LENGTH, frame, error.payloadOffset(), error.payloadLength());
        final ParsedPacket quoted = new ParsedPacket();
        return PacketParser.parse(whole, 0, whole.capacity(), false, quoted) == null
                && PacketParser.l4ChecksumOk(whole, quoted);
    }
}
