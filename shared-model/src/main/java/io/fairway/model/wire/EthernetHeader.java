package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An Ethernet II header, with at most one 802.1Q tag behind the addresses. Addresses are longs as in
 * {@link MacAddress#bits()}. Views bytes; owns nothing, checks no bounds (PacketParser did).
 *
 * <pre>
 * 0 destination (6)   6 source (6)   12 u16 EtherType   [12 u16 0x8100  14 u16 tag control  16 u16 EtherType]
 * </pre>
 */
public final class EthernetHeader {
    /** Bytes without a tag. */
    public static final int LENGTH = 14;

    /** Bytes that an 802.1Q tag adds. */
    public static final int TAG_LENGTH = 4;

    /** EtherType of a pair's beats and death notices (IEEE 802, local experimental 1). */
    public static final int PAIR_BEAT = 0x88b5;

    /** EtherType of IPv4. */
    public static final int IPV4 = 0x0800;

    /** EtherType of ARP. */
    public static final int ARP = 0x0806;

    /** EtherType of an 802.1Q tag. */
    public static final int VLAN_TAG = 0x8100;

    /** EtherType of IPv6. */
    public static final int IPV6 = 0x86dd;

    private static final int DESTINATION = 0;
    private static final int SOURCE = 6;
    private static final int TYPE = 12;
    private static final int TAG_CONTROL = 14;
    private static final long GROUP_BIT = 1L << 40;

    private EthernetHeader() {}

    /** Writes an untagged header. */
    public static void encode(
            final MutableDirectBuffer buffer,
            final int frame,
            final long destination,
            final long source,
            final int etherType) {
        setDestination(buffer, frame, destination);
        setSource(buffer, frame, source);
        setType(buffer, frame, etherType);
    }

    /** Whether the address is multicast or broadcast. */
    public static boolean isGroup(final long address) {
        return (address & GROUP_BIT) != 0;
    }

    public static long destination(final DirectBuffer buffer, final int frame) {
        return address(buffer, frame + DESTINATION);
    }

    public static void setDestination(final MutableDirectBuffer buffer, final int frame, final long address) {
        putAddress(buffer, frame + DESTINATION, address);
    }

    public static long source(final DirectBuffer buffer, final int frame) {
        return address(buffer, frame + SOURCE);
    }

    public static void setSource(final MutableDirectBuffer buffer, final int frame, final long address) {
        putAddress(buffer, frame + SOURCE, address);
    }

    /** The field behind the addresses: the EtherType, or {@link #VLAN_TAG}. */
    public static int type(final DirectBuffer buffer, final int frame) {
        return buffer.getShort(frame + TYPE, BIG_ENDIAN) & 0xffff;
    }

    public static void setType(final MutableDirectBuffer buffer, final int frame, final int etherType) {
        buffer.putShort(frame + TYPE, (short) etherType, BIG_ENDIAN);
    }

    /** The VLAN of a tagged frame, 0 to 4095. */
    public static int taggedVlan(final DirectBuffer buffer, final int frame) {
        return buffer.getShort(frame + TAG_CONTROL, BIG_ENDIAN) & 0x0fff;
    }

    /** The EtherType behind the tag of a tagged frame. */
    public static int taggedType(final DirectBuffer buffer, final int frame) {
        return type(buffer, frame + TAG_LENGTH);
    }

    /** Writes tag and EtherType behind the addresses; the payload then begins at 18. */
    public static void encodeTag(
            final MutableDirectBuffer buffer, final int frame, final int vlan, final int etherType) {
        setType(buffer, frame, VLAN_TAG);
        buffer.putShort(frame + TAG_CONTROL, (short) (vlan & 0x0fff), BIG_ENDIAN);
        setType(buffer, frame + TAG_LENGTH, etherType);
    }

    static long address(final DirectBuffer buffer, final int at) {
        return (buffer.getShort(at, BIG_ENDIAN) & 0xffffL) << 32 | buffer.getInt(at + 2, BIG_ENDIAN) & 0xffff_ffffL;
    }

    static void putAddress(final MutableDirectBuffer buffer, final int at, final long address) {
        buffer.putShort(at, (short) (address >>> 32), BIG_ENDIAN);
        buffer.putInt(at + 2, (int) address, BIG_ENDIAN);
    }
}
