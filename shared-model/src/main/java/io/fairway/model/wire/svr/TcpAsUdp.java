package io.fairway.model.wire.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.DropReason;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * TCP carried as UDP past a firewall that refuses our TCP (svr-protocol.md sections 2.9 and 9, item 13; the encoding is
 * our own). The header is rewritten in place, so the packet's length does not change, and its options stay where they
 * are:
 *
 * <pre>
 * TCP   0 source port   2 destination port   4 sequence               8 ack   12 offset, flags   14 window
 *      16 checksum     18 urgent            20 options, payload
 * UDP   0 source port   2 destination port   4 length   6 checksum    8 ack   12 offset, flags   14 window
 *      16 sequence                          20 options, payload
 * </pre>
 *
 * The urgent pointer is lost, and URG is cleared with it. To UDP, what stands from byte 8 on is payload: metadata goes
 * before it, between byte 7 and byte 8, and is taken out before {@link #decode}. No encoded packet seems to begin with
 * metadata: the cookie's sixth byte, where the flags stand, has the bit of URG.
 *
 * <p>The caller changes the IP protocol and computes both checksums, IP's and the transport's; a super-frame must be
 * cut first. Stateless; allocates nothing.
 */
public final class TcpAsUdp {
    /** Where the sequence number stands meanwhile. */
    private static final int SEQUENCE = 16;

    private static final int URGENT_POINTER = 18;

    /** Where the flags stand behind the UDP header. */
    private static final int FLAGS_IN_PAYLOAD = 13 - UdpHeader.LENGTH;

    private TcpAsUdp() {}

    /**
     * Makes UDP of a TCP packet that has been parsed. Its UDP length is right, its checksum 0; metadata that is then
     * put in changes both.
     *
     * @param l4Offset where the TCP header begins
     * @param l4Length bytes of header and payload, up to 65535
     */
    public static void encode(final MutableDirectBuffer buffer, final int l4Offset, final int l4Length) {
        buffer.putInt(l4Offset + SEQUENCE, TcpHeader.sequence(buffer, l4Offset), BIG_ENDIAN);
        clearUrgent(buffer, l4Offset);
        UdpHeader.setDatagramLength(buffer, l4Offset, l4Length);
        UdpHeader.setChecksum(buffer, l4Offset, 0);
    }

    /**
     * Makes TCP of a UDP packet from which metadata has been taken out. Checksum and urgent pointer are then 0. UDP
     * length and checksum are not looked at: they have been checked, with the metadata still in.
     *
     * @param l4Offset where the UDP header begins
     * @param l4Length bytes from there to the packet's end; any bytes whatever
     * @return null, or why this is no TCP packet, TRUNCATED_L4 or BAD_L4_HEADER; then nothing was written
     */
    public static DropReason decode(final MutableDirectBuffer buffer, final int l4Offset, final int l4Length) {
        if (l4Length < TcpHeader.LENGTH) {
            return DropReason.TRUNCATED_L4;
        }
        final int headerLength = TcpHeader.headerLength(buffer, l4Offset);
        if (headerLength < TcpHeader.LENGTH || headerLength > l4Length) {
            return DropReason.BAD_L4_HEADER;
        }
        TcpHeader.setSequence(buffer, l4Offset, buffer.getInt(l4Offset + SEQUENCE, BIG_ENDIAN));
        TcpHeader.setChecksum(buffer, l4Offset, 0);
        buffer.putShort(l4Offset + URGENT_POINTER, (short) 0, BIG_ENDIAN);
        clearUrgent(buffer, l4Offset);
        return null;
    }

    /**
     * The TCP flags of a packet that has not been decoded yet.
     *
     * @param offset where its UDP payload begins, behind any metadata
     * @param length bytes of that
     * @return 0 if it is too short
     */
    public static int flags(final DirectBuffer buffer, final int offset, final int length) {
        return length > FLAGS_IN_PAYLOAD ? buffer.getByte(offset + FLAGS_IN_PAYLOAD) & 0xff : 0;
    }

    /** The sequence number of a packet that has not been decoded yet and has at least 20 bytes from the header on. */
    public static int sequence(final DirectBuffer buffer, final int l4Offset) {
        return buffer.getInt(l4Offset + SEQUENCE, BIG_ENDIAN);
    }

    private static void clearUrgent(final MutableDirectBuffer buffer, final int l4Offset) {
        TcpHeader.setFlags(buffer, l4Offset, TcpHeader.flags(buffer, l4Offset) & ~TcpHeader.URG);
    }
}
