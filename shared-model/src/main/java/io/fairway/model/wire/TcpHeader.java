package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A TCP header (RFC 9293 section 3.1). The {@code set} methods only write; whoever changes a field adjusts the
 * checksum. Views bytes; owns nothing.
 *
 * <pre>
 *  0 u16 source port   2 u16 destination port   4 u32 sequence   8 u32 acknowledgement
 * 12 u8 header words << 4   13 u8 flags   14 u16 window   16 u16 checksum   18 u16 urgent   20 options
 * </pre>
 */
public final class TcpHeader {
    /** Bytes without options. */
    public static final int LENGTH = 20;

    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;

    /** Where the fields stand that are rewritten in place. */
    public static final int SOURCE_PORT = 0;

    public static final int DESTINATION_PORT = 2;
    public static final int CHECKSUM = 16;

    private static final int SEQUENCE = 4;
    private static final int ACKNOWLEDGEMENT = 8;
    private static final int DATA_OFFSET = 12;
    private static final int FLAGS = 13;
    private static final int WINDOW = 14;
    private static final int OPTION_END = 0;
    private static final int OPTION_NOP = 1;
    private static final int OPTION_MSS = 2;
    private static final int OPTION_MSS_LENGTH = 4;
    private static final int OPTION_WINDOW_SCALE = 3;
    private static final int OPTION_WINDOW_SCALE_LENGTH = 3;

    private TcpHeader() {}

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

    public static int sequence(final DirectBuffer buffer, final int l4) {
        return buffer.getInt(l4 + SEQUENCE, BIG_ENDIAN);
    }

    public static void setSequence(final MutableDirectBuffer buffer, final int l4, final int sequence) {
        buffer.putInt(l4 + SEQUENCE, sequence, BIG_ENDIAN);
    }

    public static int acknowledgement(final DirectBuffer buffer, final int l4) {
        return buffer.getInt(l4 + ACKNOWLEDGEMENT, BIG_ENDIAN);
    }

    public static void setAcknowledgement(final MutableDirectBuffer buffer, final int l4, final int sequence) {
        buffer.putInt(l4 + ACKNOWLEDGEMENT, sequence, BIG_ENDIAN);
    }

    /** Bytes of the header with its options: 0 to 60. */
    public static int headerLength(final DirectBuffer buffer, final int l4) {
        return buffer.getByte(l4 + DATA_OFFSET) >>> 2 & 0x3c;
    }

    /** Writes the data offset from bytes, a multiple of 4 up to 60; clears the reserved bits. */
    public static void setHeaderLength(final MutableDirectBuffer buffer, final int l4, final int length) {
        buffer.putByte(l4 + DATA_OFFSET, (byte) (length << 2));
    }

    public static int flags(final DirectBuffer buffer, final int l4) {
        return buffer.getByte(l4 + FLAGS) & 0xff;
    }

    public static void setFlags(final MutableDirectBuffer buffer, final int l4, final int flags) {
        buffer.putByte(l4 + FLAGS, (byte) flags);
    }

    public static int window(final DirectBuffer buffer, final int l4) {
        return u16(buffer, l4 + WINDOW);
    }

    public static void setWindow(final MutableDirectBuffer buffer, final int l4, final int window) {
        putU16(buffer, l4 + WINDOW, window);
    }

    public static int checksum(final DirectBuffer buffer, final int l4) {
        return u16(buffer, l4 + CHECKSUM);
    }

    public static void setChecksum(final MutableDirectBuffer buffer, final int l4, final int checksum) {
        putU16(buffer, l4 + CHECKSUM, checksum);
    }

    /** Computes and writes the checksum over this many bytes; IP addresses of either family must be right. */
    public static void computeChecksum(
            final MutableDirectBuffer buffer, final int ip, final int l4, final int segmentLength) {
        setChecksum(buffer, l4, 0);
        final int sum = InternetChecksum.add(
                InternetChecksum.pseudoHeader(buffer, ip, IpProtocol.TCP, segmentLength),
                InternetChecksum.sum(buffer, l4, segmentLength));
        setChecksum(buffer, l4, ~sum & 0xffff);
    }

    /**
     * Where the value of the MSS option stands, or -1. For a parsed packet: its header length has been checked. Options
     * that contradict themselves end the search.
     */
    public static int mssValueOffset(final DirectBuffer buffer, final int l4) {
        return optionValueOffset(buffer, l4, OPTION_MSS, OPTION_MSS_LENGTH);
    }

    /** The shift count of the window scale option (RFC 7323 section 2.2), or -1; as {@link #mssValueOffset}. */
    public static int windowScale(final DirectBuffer buffer, final int l4) {
        final int at = optionValueOffset(buffer, l4, OPTION_WINDOW_SCALE, OPTION_WINDOW_SCALE_LENGTH);
        return at < 0 ? -1 : buffer.getByte(at) & 0xff;
    }

    private static int optionValueOffset(
            final DirectBuffer buffer, final int l4, final int wantedKind, final int wantedLength) {
        int at = l4 + LENGTH;
        final int end = l4 + headerLength(buffer, l4);
        while (at < end) {
            final int kind = buffer.getByte(at);
            if (kind == OPTION_END) {
                return -1;
            }
            if (kind == OPTION_NOP) {
                at++;
                continue;
            }
            final int length = at + 1 < end ? buffer.getByte(at + 1) & 0xff : 0;
            if (length < 2 || length > end - at) {
                return -1;
            }
            if (kind == wantedKind && length == wantedLength) {
                return at + 2;
            }
            at += length;
        }
        return -1;
    }

    /**
     * Lowers the MSS that a SYN announces to a limit, if it announces more.
     *
     * @param partialChecksum whether the checksum field holds only the pseudo header's sum and so needs no change
     */
    public static void clampMss(
            final MutableDirectBuffer buffer, final int l4, final int mssBytes, final boolean partialChecksum) {
        final int at = mssValueOffset(buffer, l4);
        if (at < 0 || u16(buffer, at) <= mssBytes) {
            return;
        }
        if (!partialChecksum) {
            // A value at an odd place in the header counts with its bytes exchanged (RFC 1071 section 2 B).
            final boolean odd = (at - l4 & 1) != 0;
            final int before = odd ? InternetChecksum.swap(u16(buffer, at)) : u16(buffer, at);
            final int after = odd ? InternetChecksum.swap(mssBytes) : mssBytes;
            setChecksum(buffer, l4, InternetChecksum.update16(checksum(buffer, l4), before, after));
        }
        putU16(buffer, at, mssBytes);
    }

    private static int u16(final DirectBuffer buffer, final int at) {
        return buffer.getShort(at, BIG_ENDIAN) & 0xffff;
    }

    private static void putU16(final MutableDirectBuffer buffer, final int at, final int value) {
        buffer.putShort(at, (short) value, BIG_ENDIAN);
    }
}
