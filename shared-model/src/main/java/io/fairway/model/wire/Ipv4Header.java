package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An IPv4 header (RFC 791). Addresses are 32 bits in network order. The {@code set} methods only write; the
 * {@code rewrite} methods also adjust the header checksum (RFC 1624). Views bytes; owns nothing.
 *
 * <pre>
 *  0 u8 version, header words   1 u8 TOS   2 u16 total length   4 u16 identification   6 u16 flags, fragment offset
 *  8 u8 TTL   9 u8 protocol   10 u16 checksum   12 source (4)   16 destination (4)   20 options
 * </pre>
 */
public final class Ipv4Header {
    /** Bytes without options. */
    public static final int LENGTH = 20;

    /** Bytes with as many options as fit. */
    public static final int MAX_LENGTH = 60;

    /** The largest total length. */
    public static final int MAX_TOTAL_LENGTH = 65535;

    /** Where the addresses begin. */
    public static final int SOURCE = 12;

    public static final int DESTINATION = 16;

    private static final int TOS = 1;
    private static final int TOTAL_LENGTH = 2;
    private static final int IDENTIFICATION = 4;
    private static final int FRAGMENT = 6;
    private static final int TTL = 8;
    private static final int PROTOCOL = 9;
    private static final int CHECKSUM = 10;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int OFFSET_MASK = 0x1fff;
    private static final int MORE_FRAGMENTS_OR_OFFSET = 0x3fff;

    private Ipv4Header() {}

    /** Writes a header without options, all but the addresses and the checksum: not fragmentable, identification 0. */
    public static void encode(
            final MutableDirectBuffer buffer, final int ip, final int totalLength, final int ttl, final int protocol) {
        buffer.putInt(ip, 0x4500_0000 | totalLength & 0xffff, BIG_ENDIAN);
        buffer.putInt(ip + IDENTIFICATION, DONT_FRAGMENT, BIG_ENDIAN);
        buffer.putInt(ip + TTL, ttl << 24 | (protocol & 0xff) << 16, BIG_ENDIAN);
    }

    public static int version(final DirectBuffer buffer, final int ip) {
        return buffer.getByte(ip) >>> 4 & 0x0f;
    }

    /** Bytes of the header with its options: 0 to 60. */
    public static int headerLength(final DirectBuffer buffer, final int ip) {
        return (buffer.getByte(ip) & 0x0f) << 2;
    }

    public static int tos(final DirectBuffer buffer, final int ip) {
        return buffer.getByte(ip + TOS) & 0xff;
    }

    public static void setTos(final MutableDirectBuffer buffer, final int ip, final int tos) {
        buffer.putByte(ip + TOS, (byte) tos);
    }

    /** Bytes of header and payload. */
    public static int totalLength(final DirectBuffer buffer, final int ip) {
        return u16(buffer, ip + TOTAL_LENGTH);
    }

    public static void setTotalLength(final MutableDirectBuffer buffer, final int ip, final int totalLength) {
        buffer.putShort(ip + TOTAL_LENGTH, (short) totalLength, BIG_ENDIAN);
    }

    /** Writes the total length and adjusts the header checksum. */
    public static void rewriteTotalLength(final MutableDirectBuffer buffer, final int ip, final int totalLength) {
        adjust(buffer, ip, totalLength(buffer, ip), totalLength);
        setTotalLength(buffer, ip, totalLength);
    }

    public static int identification(final DirectBuffer buffer, final int ip) {
        return u16(buffer, ip + IDENTIFICATION);
    }

    public static void setIdentification(final MutableDirectBuffer buffer, final int ip, final int identification) {
        buffer.putShort(ip + IDENTIFICATION, (short) identification, BIG_ENDIAN);
    }

    public static boolean dontFragment(final DirectBuffer buffer, final int ip) {
        return (u16(buffer, ip + FRAGMENT) & DONT_FRAGMENT) != 0;
    }

    /**
     * Makes the packet a fragment that may be cut again (RFC 791 section 3.1).
     *
     * @param offsetBytes where its bytes belong, a multiple of 8
     * @param more whether others follow
     */
    public static void setFragment(
            final MutableDirectBuffer buffer, final int ip, final int offsetBytes, final boolean more) {
        buffer.putShort(ip + FRAGMENT, (short) ((more ? MORE_FRAGMENTS : 0) | offsetBytes >> 3), BIG_ENDIAN);
    }

    /** Where a fragment's bytes belong, in units of eight. */
    public static int fragmentOffset(final DirectBuffer buffer, final int ip) {
        return u16(buffer, ip + FRAGMENT) & OFFSET_MASK;
    }

    /** Whether this is one of several fragments. */
    public static boolean isFragment(final DirectBuffer buffer, final int ip) {
        return (u16(buffer, ip + FRAGMENT) & MORE_FRAGMENTS_OR_OFFSET) != 0;
    }

    public static int ttl(final DirectBuffer buffer, final int ip) {
        return buffer.getByte(ip + TTL) & 0xff;
    }

    /** Takes one from a TTL of at least 1 and adjusts the header checksum. */
    public static void decrementTtl(final MutableDirectBuffer buffer, final int ip) {
        final int old = u16(buffer, ip + TTL);
        adjust(buffer, ip, old, old - 0x100);
        buffer.putShort(ip + TTL, (short) (old - 0x100), BIG_ENDIAN);
    }

    public static int protocol(final DirectBuffer buffer, final int ip) {
        return buffer.getByte(ip + PROTOCOL) & 0xff;
    }

    /** Writes the protocol and adjusts the header checksum. */
    public static void rewriteProtocol(final MutableDirectBuffer buffer, final int ip, final int protocol) {
        adjust(buffer, ip, protocol(buffer, ip), protocol & 0xff);
        buffer.putByte(ip + PROTOCOL, (byte) protocol);
    }

    public static int checksum(final DirectBuffer buffer, final int ip) {
        return u16(buffer, ip + CHECKSUM);
    }

    /** Computes and writes the header checksum. */
    public static void computeChecksum(final MutableDirectBuffer buffer, final int ip) {
        buffer.putShort(ip + CHECKSUM, (short) 0, BIG_ENDIAN);
        final int checksum = InternetChecksum.checksum(buffer, ip, headerLength(buffer, ip));
        buffer.putShort(ip + CHECKSUM, (short) checksum, BIG_ENDIAN);
    }

    public static int source(final DirectBuffer buffer, final int ip) {
        return buffer.getInt(ip + SOURCE, BIG_ENDIAN);
    }

    public static void setSource(final MutableDirectBuffer buffer, final int ip, final int address) {
        buffer.putInt(ip + SOURCE, address, BIG_ENDIAN);
    }

    /** Writes the source and adjusts the header checksum, not the transport's. */
    public static void rewriteSource(final MutableDirectBuffer buffer, final int ip, final int address) {
        adjust(buffer, ip, InternetChecksum.fold32(source(buffer, ip)), InternetChecksum.fold32(address));
        setSource(buffer, ip, address);
    }

    public static int destination(final DirectBuffer buffer, final int ip) {
        return buffer.getInt(ip + DESTINATION, BIG_ENDIAN);
    }

    public static void setDestination(final MutableDirectBuffer buffer, final int ip, final int address) {
        buffer.putInt(ip + DESTINATION, address, BIG_ENDIAN);
    }

    /** Writes the destination and adjusts the header checksum, not the transport's. */
    public static void rewriteDestination(final MutableDirectBuffer buffer, final int ip, final int address) {
        adjust(buffer, ip, InternetChecksum.fold32(destination(buffer, ip)), InternetChecksum.fold32(address));
        setDestination(buffer, ip, address);
    }

    /** The sum of the pseudo header (RFC 9293 section 3.1) for this many transport bytes. */
    public static int pseudoHeaderSum(
            final DirectBuffer buffer, final int ip, final int protocol, final int transportLength) {
        return InternetChecksum.pseudoHeaderV4(source(buffer, ip), destination(buffer, ip), protocol, transportLength);
    }

    /** Whether every option ends within the header and has a length of at least 2 (RFC 791 section 3.1). */
    static boolean optionsAreSane(final DirectBuffer buffer, final int ip, final int headerLength) {
        int at = ip + LENGTH;
        final int end = ip + headerLength;
        while (at < end) {
            final int type = buffer.getByte(at);
            if (type == 0) {
                return true;
            }
            if (type == 1) {
                at++;
                continue;
            }
            final int length = at + 1 < end ? buffer.getByte(at + 1) & 0xff : 0;
            if (length < 2 || length > end - at) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private static void adjust(final MutableDirectBuffer buffer, final int ip, final int oldSum, final int newSum) {
        final int checksum = InternetChecksum.update16(checksum(buffer, ip), oldSum, newSum);
        buffer.putShort(ip + CHECKSUM, (short) checksum, BIG_ENDIAN);
    }

    private static int u16(final DirectBuffer buffer, final int at) {
        return buffer.getShort(at, BIG_ENDIAN) & 0xffff;
    }
}
