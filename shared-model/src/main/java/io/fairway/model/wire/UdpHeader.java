package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A UDP header (RFC 768). A checksum of 0 means that the sender computed none. Views bytes; owns nothing.
 *
 * <pre>
 * 0 u16 source port   2 u16 destination port   4 u16 length of header and payload   6 u16 checksum
 * </pre>
 */
public final class UdpHeader {
    /** Bytes of the header. */
    public static final int LENGTH = 8;

    /** Where the fields stand that are rewritten in place. */
    public static final int SOURCE_PORT = 0;

    public static final int DESTINATION_PORT = 2;
    public static final int CHECKSUM = 6;

    private static final int DATAGRAM_LENGTH = 4;

    private UdpHeader() {}

    /** Writes a header without a checksum. */
    public static void encode(
            final MutableDirectBuffer buffer,
            final int l4,
            final int sourcePort,
            final int destinationPort,
            final int datagramLength) {
        setSourcePort(buffer, l4, sourcePort);
        setDestinationPort(buffer, l4, destinationPort);
        setDatagramLength(buffer, l4, datagramLength);
        setChecksum(buffer, l4, 0);
    }

    public static int sourcePort(final DirectBuffer buffer, final int l4) {
        return u16(buffer, l4 + SOURCE_PORT);
    }

    public static void setSourcePort(final MutableDirectBuffer buffer, final int l4, final int port) {
        putU16(buffer, l4 + SOURCE_PORT, port);
    }

    public static int destinationPort(final DirectBuffer buffer, final int l4) {
        return u16(buffer, l4 + DESTINATION_PORT);
    }

    public static void setDestinationPort(final MutableDirectBuffer buffer, final int l4, final int port) {
        putU16(buffer, l4 + DESTINATION_PORT, port);
    }

    /** Bytes of header and payload. */
    public static int datagramLength(final DirectBuffer buffer, final int l4) {
        return u16(buffer, l4 + DATAGRAM_LENGTH);
    }

    public static void setDatagramLength(final MutableDirectBuffer buffer, final int l4, final int length) {
        putU16(buffer, l4 + DATAGRAM_LENGTH, length);
    }

    public static int checksum(final DirectBuffer buffer, final int l4) {
        return u16(buffer, l4 + CHECKSUM);
    }

    public static void setChecksum(final MutableDirectBuffer buffer, final int l4, final int checksum) {
        putU16(buffer, l4 + CHECKSUM, checksum);
    }

    /** Computes and writes the checksum; datagram length and IP addresses of either family must be right. */
    public static void computeChecksum(final MutableDirectBuffer buffer, final int ip, final int l4) {
        setChecksum(buffer, l4, 0);
        final int length = datagramLength(buffer, l4);
        final int sum = InternetChecksum.add(
                InternetChecksum.pseudoHeader(buffer, ip, IpProtocol.UDP, length),
                InternetChecksum.sum(buffer, l4, length));
        setChecksum(buffer, l4, InternetChecksum.udpOnWire(~sum & 0xffff));
    }

    private static int u16(final DirectBuffer buffer, final int at) {
        return buffer.getShort(at, BIG_ENDIAN) & 0xffff;
    }

    private static void putU16(final MutableDirectBuffer buffer, final int at, final int value) {
        buffer.putShort(at, (short) value, BIG_ENDIAN);
    }
}
