package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An IPv6 header (RFC 8200 section 3). Addresses are two longs each, as in {@link IpAddress}. There is no header
 * checksum. Views bytes; owns nothing.
 *
 * <pre>
 *  0 u4 version, u8 traffic class, u20 flow label   4 u16 payload length   6 u8 next header   7 u8 hop limit
 *  8 source (16)   24 destination (16)   40 extension headers ({@link Ipv6Extensions}) or the transport header
 * </pre>
 */
public final class Ipv6Header {
    /** Bytes without extension headers. */
    public static final int LENGTH = 40;

    /** Bytes of a fragment header (RFC 8200 section 4.5). */
    public static final int FRAGMENT_LENGTH = 8;

    /** The smallest MTU that a link may have (RFC 8200 section 5). */
    public static final int MIN_MTU = 1280;

    /** Where the addresses begin. */
    public static final int SOURCE = 8;

    public static final int DESTINATION = 24;

    static final int NEXT_HEADER = 6;

    private static final int PAYLOAD_LENGTH = 4;
    private static final int HOP_LIMIT = 7;
    private static final int VERSION = 0x6000_0000;

    private Ipv6Header() {}

    /** Writes a header, all but the addresses: traffic class and flow label 0. */
    public static void encode(
            final MutableDirectBuffer buffer,
            final int ip,
            final int payloadLength,
            final int hopLimit,
            final int nextHeader) {
        buffer.putInt(ip, VERSION, BIG_ENDIAN);
        buffer.putInt(
                ip + PAYLOAD_LENGTH, payloadLength << 16 | (nextHeader & 0xff) << 8 | hopLimit & 0xff, BIG_ENDIAN);
    }

    public static int version(final DirectBuffer buffer, final int ip) {
        return buffer.getByte(ip) >>> 4 & 0x0f;
    }

    public static int trafficClass(final DirectBuffer buffer, final int ip) {
        return buffer.getShort(ip, BIG_ENDIAN) >>> 4 & 0xff;
    }

    public static void setTrafficClass(final MutableDirectBuffer buffer, final int ip, final int trafficClass) {
        final int rest = buffer.getShort(ip, BIG_ENDIAN) & 0xf00f;
        buffer.putShort(ip, (short) (rest | (trafficClass & 0xff) << 4), BIG_ENDIAN);
    }

    /** Bytes behind the header, extension headers among them. */
    public static int payloadLength(final DirectBuffer buffer, final int ip) {
        return buffer.getShort(ip + PAYLOAD_LENGTH, BIG_ENDIAN) & 0xffff;
    }

    public static void setPayloadLength(final MutableDirectBuffer buffer, final int ip, final int payloadLength) {
        buffer.putShort(ip + PAYLOAD_LENGTH, (short) payloadLength, BIG_ENDIAN);
    }

    /** The protocol of the transport header, or of the first extension header. */
    public static int nextHeader(final DirectBuffer buffer, final int ip) {
        return buffer.getByte(ip + NEXT_HEADER) & 0xff;
    }

    public static void setNextHeader(final MutableDirectBuffer buffer, final int ip, final int nextHeader) {
        buffer.putByte(ip + NEXT_HEADER, (byte) nextHeader);
    }

    /**
     * Writes a fragment header into the room for it behind a header without extension headers.
     *
     * @param offsetBytes where the fragment's bytes belong, a multiple of 8
     * @param more whether others follow
     */
    public static void insertFragment(
            final MutableDirectBuffer buffer,
            final int ip,
            final int offsetBytes,
            final boolean more,
            final int identification) {
        final int at = ip + LENGTH;
        buffer.putShort(at, (short) (nextHeader(buffer, ip) << 8), BIG_ENDIAN);
        buffer.putShort(at + 2, (short) (offsetBytes | (more ? 1 : 0)), BIG_ENDIAN);
        buffer.putInt(at + 4, identification, BIG_ENDIAN);
        setNextHeader(buffer, ip, Ipv6Extensions.FRAGMENT);
    }

    public static int hopLimit(final DirectBuffer buffer, final int ip) {
        return buffer.getByte(ip + HOP_LIMIT) & 0xff;
    }

    public static void setHopLimit(final MutableDirectBuffer buffer, final int ip, final int hopLimit) {
        buffer.putByte(ip + HOP_LIMIT, (byte) hopLimit);
    }

    /** The first eight bytes of the source. */
    public static long sourceHigh(final DirectBuffer buffer, final int ip) {
        return buffer.getLong(ip + SOURCE, BIG_ENDIAN);
    }

    /** The last eight bytes of the source. */
    public static long sourceLow(final DirectBuffer buffer, final int ip) {
        return buffer.getLong(ip + SOURCE + 8, BIG_ENDIAN);
    }

    /** The first eight bytes of the destination. */
    public static long destinationHigh(final DirectBuffer buffer, final int ip) {
        return buffer.getLong(ip + DESTINATION, BIG_ENDIAN);
    }

    /** The last eight bytes of the destination. */
    public static long destinationLow(final DirectBuffer buffer, final int ip) {
        return buffer.getLong(ip + DESTINATION + 8, BIG_ENDIAN);
    }

    /** Writes the source. */
    public static void setSource(final MutableDirectBuffer buffer, final int ip, final long high, final long low) {
        putAddress(buffer, ip + SOURCE, high, low);
    }

    /** Writes the destination. */
    public static void setDestination(final MutableDirectBuffer buffer, final int ip, final long high, final long low) {
        putAddress(buffer, ip + DESTINATION, high, low);
    }

    /** The sum of the pseudo header (RFC 8200 section 8.1) for this many transport bytes. */
    public static int pseudoHeaderSum(
            final DirectBuffer buffer, final int ip, final int protocol, final int transportLength) {
        return InternetChecksum.pseudoHeaderV6(buffer, ip, protocol, transportLength);
    }

    static void putAddress(final MutableDirectBuffer buffer, final int at, final long high, final long low) {
        buffer.putLong(at, high, BIG_ENDIAN);
        buffer.putLong(at + 8, low, BIG_ENDIAN);
    }
}
