package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An ICMP message (RFC 792). Views bytes; owns nothing.
 *
 * <pre>
 * 0 u8 type   1 u8 code   2 u16 checksum   4 u16 identifier   6 u16 sequence (of an echo)   8 data or quoted packet
 * </pre>
 */
public final class IcmpMessage {
    /** Bytes before the data. */
    public static final int LENGTH = 8;

    public static final int ECHO_REPLY = 0;
    public static final int DESTINATION_UNREACHABLE = 3;
    public static final int ECHO_REQUEST = 8;
    public static final int TIME_EXCEEDED = 11;

    /** Code of "destination unreachable": no route. */
    public static final int CODE_NETWORK_UNREACHABLE = 0;

    /** Code of "destination unreachable": too big and may not be fragmented; the MTU stands in the last two bytes. */
    public static final int CODE_FRAGMENTATION_NEEDED = 4;

    /** Code of "destination unreachable": administratively prohibited. */
    public static final int CODE_PROHIBITED = 13;

    /** Where the fields stand that are rewritten in place. */
    public static final int CHECKSUM = 2;

    public static final int IDENTIFIER = 4;

    private static final int SEQUENCE = 6;

    private IcmpMessage() {}

    /**
     * Writes type, code and the four bytes behind the checksum (0, or the MTU of code 4); then compute the checksum.
     */
    public static void encode(
            final MutableDirectBuffer buffer, final int l4, final int type, final int code, final int rest) {
        buffer.putInt(l4, type << 24 | (code & 0xff) << 16, BIG_ENDIAN);
        buffer.putInt(l4 + IDENTIFIER, rest, BIG_ENDIAN);
    }

    /** Whether the type is an echo request or reply. */
    public static boolean isEcho(final int type) {
        return type == ECHO_REQUEST || type == ECHO_REPLY;
    }

    public static int type(final DirectBuffer buffer, final int l4) {
        return buffer.getByte(l4) & 0xff;
    }

    public static void setType(final MutableDirectBuffer buffer, final int l4, final int type) {
        buffer.putByte(l4, (byte) type);
    }

    public static int code(final DirectBuffer buffer, final int l4) {
        return buffer.getByte(l4 + 1) & 0xff;
    }

    public static int checksum(final DirectBuffer buffer, final int l4) {
        return u16(buffer, l4 + CHECKSUM);
    }

    public static void setChecksum(final MutableDirectBuffer buffer, final int l4, final int checksum) {
        putU16(buffer, l4 + CHECKSUM, checksum);
    }

    /** Computes and writes the checksum over this many bytes from the type on. */
    public static void computeChecksum(final MutableDirectBuffer buffer, final int l4, final int length) {
        setChecksum(buffer, l4, 0);
        setChecksum(buffer, l4, InternetChecksum.checksum(buffer, l4, length));
    }

    public static int identifier(final DirectBuffer buffer, final int l4) {
        return u16(buffer, l4 + IDENTIFIER);
    }

    /** Writes an echo's identifier and adjusts the checksum. */
    public static void rewriteIdentifier(final MutableDirectBuffer buffer, final int l4, final int identifier) {
        setChecksum(buffer, l4, InternetChecksum.update16(checksum(buffer, l4), identifier(buffer, l4), identifier));
        putU16(buffer, l4 + IDENTIFIER, identifier);
    }

    public static int sequence(final DirectBuffer buffer, final int l4) {
        return u16(buffer, l4 + SEQUENCE);
    }

    private static int u16(final DirectBuffer buffer, final int at) {
        return buffer.getShort(at, BIG_ENDIAN) & 0xffff;
    }

    private static void putU16(final MutableDirectBuffer buffer, final int at, final int value) {
        buffer.putShort(at, (short) value, BIG_ENDIAN);
    }
}
