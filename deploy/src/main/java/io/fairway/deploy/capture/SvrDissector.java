package io.fairway.deploy.capture;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Decodes the metadata of one frame by the layouts of {@code svr-protocol.md} sections 3.1 to 3.5. */
final class SvrDissector {
    private static final long COOKIE = 0x4c48dbc6ddf6670cL;
    private static final int ETHERNET_BYTES = 14;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int IPV6_BYTES = 40;
    private static final int PROTOCOL_TCP = 6;
    private static final int PROTOCOL_UDP = 17;
    private static final int UDP_BYTES = 8;
    private static final int BASE_HEADER_BYTES = 12;
    private static final int TLV_HEADER_BYTES = 4;

    /**
     * What a frame carries.
     *
     * @param found whether its payload begins with the cookie
     * @param fault null, or what is wrong with the metadata
     * @param attributes attribute names and values as text, in order
     */
    record Dissection(boolean found, String fault, Map<String, String> attributes) {
        static final Dissection NONE = new Dissection(false, null, Map.of());
    }

    private SvrDissector() {}

    /** Decodes a frame that may be cut; one without metadata gives {@link Dissection#NONE}. */
    static Dissection dissect(final ByteBuffer frame) {
        final int payload = payloadOffset(frame);
        if (payload < 0 || frame.limit() < payload + BASE_HEADER_BYTES || frame.getLong(payload) != COOKIE) {
            return Dissection.NONE;
        }
        final int versionAndLength = frame.getShort(payload + 8) & 0xffff;
        final int headerEnd = payload + (versionAndLength & 0xfff);
        final int payloadEnd = headerEnd + (frame.getShort(payload + 10) & 0xffff);
        final Map<String, String> attributes = new LinkedHashMap<>();
        String fault = versionAndLength >>> 12 == 1 ? null : "the version is not 1";
        if (headerEnd < payload + BASE_HEADER_BYTES || payloadEnd > frame.limit()) {
            fault = "the lengths do not fit the packet";
        }
        fault = fault == null ? walk(frame, payload + BASE_HEADER_BYTES, headerEnd, attributes) : fault;
        fault = fault == null ? walk(frame, headerEnd, payloadEnd, attributes) : fault;
        return new Dissection(true, fault, attributes);
    }

    private static int payloadOffset(final ByteBuffer frame) {
        if (frame.limit() < ETHERNET_BYTES + 28) {
            return -1;
        }
        return switch (frame.getShort(12) & 0xffff) {
            case ETHERTYPE_IPV4 ->
                payloadOffset(
                        frame, frame.get(ETHERNET_BYTES + 9), ETHERNET_BYTES + (frame.get(ETHERNET_BYTES) & 0xf) * 4);
            case ETHERTYPE_IPV6 -> payloadOffset(frame, frame.get(ETHERNET_BYTES + 6), ETHERNET_BYTES + IPV6_BYTES);
            default -> -1;
        };
    }

    private static int payloadOffset(final ByteBuffer frame, final int protocol, final int l4) {
        return switch (protocol) {
            case PROTOCOL_UDP -> l4 + UDP_BYTES;
            case PROTOCOL_TCP -> frame.limit() < l4 + 20 ? -1 : l4 + (frame.get(l4 + 12) >>> 4 & 0xf) * 4;
            default -> -1;
        };
    }

    private static String walk(
            final ByteBuffer frame, final int begin, final int end, final Map<String, String> attributes) {
        int at = begin;
        while (at < end) {
            if (at + TLV_HEADER_BYTES > end) {
                return "a TLV's header is cut";
            }
            final int type = frame.getShort(at) & 0xffff;
            final int length = frame.getShort(at + 2) & 0xffff;
            at += TLV_HEADER_BYTES;
            if (at + length > end) {
                return "TLV " + type + " is longer than its block";
            }
            final byte[] value = new byte[length];
            frame.get(at, value);
            attributes.put(name(type), text(type, value));
            at += length;
        }
        return null;
    }

    private static String name(final int type) {
        return switch (type) {
            case 2, 3 -> "forward context";
            case 4, 5 -> "reverse context";
            case 6 -> "session UUID";
            case 7 -> "tenant";
            case 10 -> "service";
            case 14 -> "source router";
            case 15 -> "security policy";
            case 16 -> "security id";
            case 18 -> "disable forward metadata";
            case 19 -> "peer path";
            case 20, 21 -> "ICMP error location";
            case 24 -> "control";
            case 25 -> "source NAT address";
            default -> "TLV " + type;
        };
    }

    private static String text(final int type, final byte[] value) {
        return switch (type) {
            case 2, 4 -> value.length == 13 ? context(ByteBuffer.wrap(value), 4) : "wrong length " + value.length;
            case 3, 5 -> value.length == 37 ? context(ByteBuffer.wrap(value), 16) : "wrong length " + value.length;
            case 20 -> value.length == 4 ? address(ByteBuffer.wrap(value), 0, 4) : "wrong length " + value.length;
            case 21 -> value.length == 16 ? address(ByteBuffer.wrap(value), 0, 16) : "wrong length " + value.length;
            case 7, 10, 14, 15, 17, 19, 35 -> new String(value, StandardCharsets.UTF_8);
            default -> HexFormat.of().formatHex(value);
        };
    }

    private static String context(final ByteBuffer value, final int addressBytes) {
        final int ports = 2 * addressBytes;
        return "protocol %d %s:%d -> %s:%d"
                .formatted(
                        value.get(ports + 4) & 0xff,
                        address(value, 0, addressBytes),
                        value.getShort(ports) & 0xffff,
                        address(value, addressBytes, addressBytes),
                        value.getShort(ports + 2) & 0xffff);
    }

    private static String address(final ByteBuffer value, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        value.get(offset, bytes);
        try {
            final String text = InetAddress.getByAddress(bytes).getHostAddress();
            return length == 4 ? text : "[" + text + "]";
        } catch (final UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
