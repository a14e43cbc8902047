package io.fairway.deploy.traffic;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Makes frames that are right but for one thing. The layouts are those of RFC 791, RFC 768 and, for metadata,
 * {@code svr-protocol.md} section 3.
 */
final class FrameForge {
    private static final int ETHERNET_BYTES = 14;
    private static final int IP_BYTES = 20;
    private static final int UDP_BYTES = 8;
    private static final int ICMP_BYTES = 8;
    private static final int PORT_UNREACHABLE = 3 << 8 | 3;
    private static final int HMAC_BYTES = 16;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int PROTOCOL_UDP = 17;
    /** IEEE 802 Local Experimental 2; the nodes' own beats use 1. */
    private static final int EXPERIMENTAL_ETHERTYPE = 0x88b6;

    private static final int PROTOCOL_GRE = 47;
    private static final int PROTOCOL_ICMPV6 = 58;
    private static final int HOPS = 64;
    static final byte[] COOKIE = HexFormat.of().parseHex("4c48dbc6ddf6670c");

    private final byte[] sourceMac;
    private final byte[] destinationMac;
    private final byte[] source;
    private final byte[] destination;

    /** Frames between these stations and addresses. */
    FrameForge(final byte[] sourceMac, final String destinationMac, final String source, final String destination)
            throws UnknownHostException {
        this.sourceMac = sourceMac.clone();
        this.destinationMac = HexFormat.ofDelimiter(":").parseHex(destinationMac);
        this.source = Inet4Address.getByName(source).getAddress();
        this.destination = InetAddress.getByName(destination).getAddress();
    }

    /**
     * A frame with the named fault.
     *
     * @param sourcePort of the UDP header, where there is one
     * @param destinationPort of the UDP header
     */
    byte[] frame(final String kind, final int sourcePort, final int destinationPort) {
        final byte[] right = udp(payload(kind), sourcePort, destinationPort);
        final ByteBuffer frame = ByteBuffer.wrap(right);
        final int ip = ETHERNET_BYTES;
        switch (kind) {
            case "good", "bad-hmac", "bad-lengths", "unknown-wayport" -> {}
            case "unknown-ethertype" -> frame.putShort(ip - 2, (short) EXPERIMENTAL_ETHERTYPE);
            case "bad-version" -> frame.put(ip, (byte) 0x55);
            case "long-ip" -> sum(frame.putShort(ip + 2, (short) 1400));
            case "bad-ip-checksum" -> frame.putShort(ip + 10, (short) ~frame.getShort(ip + 10));
            case "bad-udp-checksum" ->
                frame.putShort(ip + IP_BYTES + 6, (short) (frame.getShort(ip + IP_BYTES + 6) ^ 0x5555));
            case "long-udp" -> frame.putShort(ip + IP_BYTES + 4, (short) 1400);
            case "gre" -> sum(frame.put(ip + 9, (byte) PROTOCOL_GRE));
            case "foreign-icmp" -> sum(frame.put(ip + 9, (byte) PROTOCOL_ICMPV6));
            case "fragment" -> sum(frame.putShort(ip + 6, (short) 0x2001));
            case "short-ip" -> {
                return Arrays.copyOf(right, ip + 10);
            }
            case "icmp-error" -> {
                return portUnreachable(right);
            }
            default -> throw new IllegalArgumentException("no such kind of frame: " + kind);
        }
        return right;
    }

    /** That the other side's packet, of which this one is the answer, found no port. */
    private byte[] portUnreachable(final byte[] answer) {
        final int icmpBytes = ICMP_BYTES + IP_BYTES + UDP_BYTES;
        final ByteBuffer frame = ByteBuffer.allocate(ETHERNET_BYTES + IP_BYTES + icmpBytes);
        final int icmp = ETHERNET_BYTES + IP_BYTES;
        final int quoted = icmp + ICMP_BYTES;
        frame.put(answer, 0, ETHERNET_BYTES + IP_BYTES).putShort(icmp, (short) PORT_UNREACHABLE);
        frame.putShort(ETHERNET_BYTES + 2, (short) (IP_BYTES + icmpBytes)).put(ETHERNET_BYTES + 9, (byte) 1);
        frame.put(quoted, answer, ETHERNET_BYTES, IP_BYTES + UDP_BYTES);
        frame.put(quoted + 12, destination).put(quoted + 16, source);
        frame.putShort(icmp + 2, fold(words(frame, icmp, icmpBytes)));
        sum(frame);
        return frame.array();
    }

    private static byte[] payload(final String kind) {
        return switch (kind) {
            case "bad-hmac" -> metadata(12 + 8, 0);
            case "bad-lengths" -> metadata(5, 60_000);
            default -> "no metadata in here at all".getBytes(StandardCharsets.US_ASCII);
        };
    }

    /** A metadata header with security id 1 and sixteen bytes that are no HMAC of it. */
    private static byte[] metadata(final int headerLength, final int payloadLength) {
        return ByteBuffer.allocate(20 + HMAC_BYTES)
                .put(COOKIE)
                .putShort((short) (0x1000 | headerLength))
                .putShort((short) payloadLength)
                .putShort((short) 16)
                .putShort((short) 4)
                .putInt(1)
                .array();
    }

    private byte[] udp(final byte[] payload, final int sourcePort, final int destinationPort) {
        final int udpBytes = UDP_BYTES + payload.length;
        final ByteBuffer frame = ByteBuffer.allocate(ETHERNET_BYTES + IP_BYTES + udpBytes);
        frame.put(destinationMac).put(sourceMac).putShort((short) ETHERTYPE_IPV4);
        frame.put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) (IP_BYTES + udpBytes))
                .putInt(0);
        frame.put((byte) HOPS)
                .put((byte) PROTOCOL_UDP)
                .putShort((short) 0)
                .put(source)
                .put(destination);
        frame.putShort((short) sourcePort).putShort((short) destinationPort);
        frame.putShort((short) udpBytes).putShort((short) 0).put(payload);
        sum(frame);
        final int udp = ETHERNET_BYTES + IP_BYTES;
        final int pseudo = words(frame, ETHERNET_BYTES + 12, 8) + PROTOCOL_UDP + udpBytes;
        frame.putShort(udp + 6, fold(pseudo + words(frame, udp, udpBytes)));
        return frame.array();
    }

    /** Sets the right IP header checksum. */
    private static void sum(final ByteBuffer frame) {
        frame.putShort(ETHERNET_BYTES + 10, (short) 0);
        frame.putShort(ETHERNET_BYTES + 10, fold(words(frame, ETHERNET_BYTES, IP_BYTES)));
    }

    /** The sum of a range as 16-bit words (RFC 1071). */
    static int words(final ByteBuffer bytes, final int offset, final int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (bytes.get(offset + i) & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }

    /** The checksum of such a sum. */
    static short fold(final int sum) {
        int folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (short) ~folded;
    }
}
