package io.fairway.model.wire;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The ten bytes that the kernel puts before a frame on a socket with PACKET_VNET_HDR (struct virtio_net_hdr of
 * linux/virtio_net.h): whether the checksum is still partial and how a super-frame is to be split. Little-endian, as on
 * every machine that Fairway runs on. Views bytes; owns nothing.
 *
 * <pre>
 * 0 u8 flags   1 u8 GSO type   2 u16 header length   4 u16 GSO size   6 u16 checksum start   8 u16 checksum offset
 * </pre>
 *
 * Checksum start counts from the first byte of the Ethernet frame, checksum offset from checksum start.
 */
public final class VnetHeader {
    /** Bytes of the header. */
    public static final int LENGTH = 10;

    /** Flag: the checksum field holds only the pseudo header's sum; whoever sends the frame completes it. */
    public static final int NEEDS_CSUM = 1;

    /** Flag: the transport checksum has been verified. */
    public static final int DATA_VALID = 2;

    /** Flag of our own, which no device sets or sees: the frame's packet was put together here from fragments. */
    public static final int REASSEMBLED = 0x80;

    /** GSO type: an ordinary frame. */
    public static final int GSO_NONE = 0;

    /** GSO type: a TCP/IPv4 super-frame. */
    public static final int GSO_TCPV4 = 1;

    /** GSO type: a UDP datagram that is to be split into IP fragments. */
    public static final int GSO_UDP = 3;

    /** GSO type: a TCP/IPv6 super-frame. */
    public static final int GSO_TCPV6 = 4;

    /** GSO type: several UDP datagrams of one size in one super-frame. */
    public static final int GSO_UDP_L4 = 5;

    /** Bit in the GSO type: the TCP segments carry CWR. */
    public static final int GSO_ECN = 0x80;

    private static final int FLAGS = 0;
    private static final int GSO_TYPE = 1;
    private static final int HEADER_LENGTH = 2;
    private static final int GSO_SIZE = 4;
    private static final int CHECKSUM_START = 6;
    private static final int CHECKSUM_OFFSET = 8;

    private VnetHeader() {}

    /** Writes a header that says: an ordinary frame with complete checksums. */
    public static void clear(final MutableDirectBuffer buffer, final int vnet) {
        buffer.putLong(vnet, 0L);
        buffer.putShort(vnet + CHECKSUM_OFFSET, (short) 0);
    }

    /** Moves a header up to its frame, whose link header has become so many bytes shorter. */
    public static void move(final MutableDirectBuffer buffer, final int vnet, final int bytes) {
        final long most = buffer.getLong(vnet);
        final short rest = buffer.getShort(vnet + CHECKSUM_OFFSET);
        final int moved = vnet + bytes;
        buffer.putLong(moved, most);
        buffer.putShort(moved + CHECKSUM_OFFSET, rest);
        if (needsChecksum(buffer, moved)) {
            setChecksumStart(buffer, moved, checksumStart(buffer, moved) - bytes);
        }
        if (isSuperFrame(buffer, moved)) {
            setHeaderLengthBytes(buffer, moved, headerLengthBytes(buffer, moved) - bytes);
        }
    }

    /** Whether the transport checksum need not, or (partial, super-frame) cannot, be verified from the bytes. */
    public static boolean checksumTrusted(final DirectBuffer buffer, final int vnet) {
        return (flags(buffer, vnet) & (NEEDS_CSUM | DATA_VALID)) != 0 || isSuperFrame(buffer, vnet);
    }

    /** Whether the transport checksum field holds only the pseudo header's sum. */
    public static boolean needsChecksum(final DirectBuffer buffer, final int vnet) {
        return (flags(buffer, vnet) & NEEDS_CSUM) != 0;
    }

    /** Whether the packet was put together here from fragments. */
    public static boolean isReassembled(final DirectBuffer buffer, final int vnet) {
        return (flags(buffer, vnet) & REASSEMBLED) != 0;
    }

    /** Whether the frame stands for several packets. */
    public static boolean isSuperFrame(final DirectBuffer buffer, final int vnet) {
        return gsoType(buffer, vnet) != GSO_NONE;
    }

    public static int flags(final DirectBuffer buffer, final int vnet) {
        return buffer.getByte(vnet + FLAGS) & 0xff;
    }

    public static void setFlags(final MutableDirectBuffer buffer, final int vnet, final int flags) {
        buffer.putByte(vnet + FLAGS, (byte) flags);
    }

    public static int gsoType(final DirectBuffer buffer, final int vnet) {
        return buffer.getByte(vnet + GSO_TYPE) & 0xff;
    }

    public static void setGsoType(final MutableDirectBuffer buffer, final int vnet, final int gsoType) {
        buffer.putByte(vnet + GSO_TYPE, (byte) gsoType);
    }

    /** Bytes of all headers of a super-frame, Ethernet included; a hint. */
    public static int headerLengthBytes(final DirectBuffer buffer, final int vnet) {
        return u16(buffer, vnet + HEADER_LENGTH);
    }

    public static void setHeaderLengthBytes(final MutableDirectBuffer buffer, final int vnet, final int length) {
        putU16(buffer, vnet + HEADER_LENGTH, length);
    }

    /** Transport payload bytes of every packet but the last of a super-frame. */
    public static int gsoSizeBytes(final DirectBuffer buffer, final int vnet) {
        return u16(buffer, vnet + GSO_SIZE);
    }

    public static void setGsoSizeBytes(final MutableDirectBuffer buffer, final int vnet, final int size) {
        putU16(buffer, vnet + GSO_SIZE, size);
    }

    public static int checksumStart(final DirectBuffer buffer, final int vnet) {
        return u16(buffer, vnet + CHECKSUM_START);
    }

    public static void setChecksumStart(final MutableDirectBuffer buffer, final int vnet, final int start) {
        putU16(buffer, vnet + CHECKSUM_START, start);
    }

    public static int checksumOffset(final DirectBuffer buffer, final int vnet) {
        return u16(buffer, vnet + CHECKSUM_OFFSET);
    }

    public static void setChecksumOffset(final MutableDirectBuffer buffer, final int vnet, final int offset) {
        putU16(buffer, vnet + CHECKSUM_OFFSET, offset);
    }

    private static int u16(final DirectBuffer buffer, final int at) {
        return buffer.getShort(at, ByteOrder.LITTLE_ENDIAN) & 0xffff;
    }

    private static void putU16(final MutableDirectBuffer buffer, final int at, final int value) {
        buffer.putShort(at, (short) value, ByteOrder.LITTLE_ENDIAN);
    }
}
