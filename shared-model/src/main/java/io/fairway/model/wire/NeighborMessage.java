package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A neighbour discovery message over Ethernet (RFC 4861 section 4): solicitation and advertisement; of a router's
 * messages and redirects only the types. Ethernet addresses are longs as in {@link MacAddress#bits()}. Views bytes;
 * owns nothing.
 *
 * <pre>
 * 0 u8 type   1 u8 code 0   2 u16 checksum   4 u32 flags (of an advertisement)   8 target (16)   24 options
 * option: 0 u8 type   1 u8 length in 8 bytes   2 Ethernet address (6)
 * </pre>
 */
public final class NeighborMessage {
    /** Bytes without options. */
    public static final int LENGTH = 24;

    /** Bytes with one Ethernet address. */
    public static final int LENGTH_WITH_ADDRESS = 32;

    /** The hop limit that proves that a message comes from the link. */
    public static final int HOP_LIMIT = 255;

    /** Who has the target? */
    public static final int SOLICITATION = 135;

    /** The sender has the target. */
    public static final int ADVERTISEMENT = 136;

    /** Flag of an advertisement: the sender is a router. */
    public static final int ROUTER = 0x8000_0000;

    /** Flag of an advertisement: it answers a solicitation. */
    public static final int SOLICITED = 0x4000_0000;

    /** Flag of an advertisement: it replaces an Ethernet address that is known. */
    public static final int OVERRIDE = 0x2000_0000;

    /** Option of a solicitation: the sender's Ethernet address. */
    public static final int SOURCE_ADDRESS = 1;

    /** Option of an advertisement: the target's Ethernet address. */
    public static final int TARGET_ADDRESS = 2;

    /** The upper half of the groups to which messages go, ff02::/64 (RFC 4291 section 2.7.1). */
    public static final long GROUP_HIGH = 0xff02_0000_0000_0000L;

    /** The lower half of the group of all nodes on the link. */
    public static final long ALL_NODES_LOW = 1;

    private static final int FIRST_TYPE = 133;
    private static final int LAST_TYPE = 137;
    private static final int FLAGS = 4;
    private static final int TARGET = 8;
    private static final int MAX_OPTIONS = 8;
    private static final long SOLICITED_NODE_LOW = 0x0000_0001_ff00_0000L;
    private static final long MULTICAST_MAC = 0x3333_0000_0000L;

    private NeighborMessage() {}

    /** Whether an ICMPv6 type belongs to neighbour discovery. */
    public static boolean isType(final int type) {
        return type >= FIRST_TYPE && type <= LAST_TYPE;
    }

    /** The lower half of the group to which solicitations of an address go, from the address's lower half. */
    public static long groupLow(final long targetLow) {
        return SOLICITED_NODE_LOW | targetLow & 0xff_ffffL;
    }

    /** The Ethernet address of a multicast group, from the group's lower half (RFC 2464 section 7). */
    public static long groupMac(final long groupLow) {
        return MULTICAST_MAC | groupLow & 0xffff_ffffL;
    }

    /**
     * Whether a message that is as long as the packet says may be believed (RFC 4861 sections 7.1.1 and 7.1.2), but for
     * its checksum.
     *
     * @param length bytes from the type to the packet's end
     */
    static boolean isValid(final DirectBuffer buffer, final int ip, final int nd, final int length) {
        if (Ipv6Header.hopLimit(buffer, ip) != HOP_LIMIT
                || length < IcmpMessage.LENGTH
                || IcmpMessage.code(buffer, nd) != 0) {
            return false;
        }
        return switch (IcmpMessage.type(buffer, nd)) {
            case SOLICITATION -> hasTarget(buffer, nd, length) && isSolicitation(buffer, ip, nd, length);
            case ADVERTISEMENT -> hasTarget(buffer, nd, length) && isAdvertisement(buffer, ip, nd);
            default -> true;
        };
    }

    private static boolean hasTarget(final DirectBuffer buffer, final int nd, final int length) {
        return length >= LENGTH && targetHigh(buffer, nd) >>> 56 != 0xff && optionsAreSane(buffer, nd, length);
    }

    private static boolean isSolicitation(final DirectBuffer buffer, final int ip, final int nd, final int length) {
        final boolean fromNobody = (Ipv6Header.sourceHigh(buffer, ip) | Ipv6Header.sourceLow(buffer, ip)) == 0;
        return !fromNobody
                || Ipv6Header.destinationHigh(buffer, ip) == GROUP_HIGH
                        && (Ipv6Header.destinationLow(buffer, ip) & ~0xff_ffffL) == SOLICITED_NODE_LOW
                        && linkAddress(buffer, nd, length, SOURCE_ADDRESS) == 0;
    }

    private static boolean isAdvertisement(final DirectBuffer buffer, final int ip, final int nd) {
        final boolean toMany = Ipv6Header.destinationHigh(buffer, ip) >>> 56 == 0xff;
        return !toMany || (flags(buffer, nd) & SOLICITED) == 0;
    }

    private static boolean optionsAreSane(final DirectBuffer buffer, final int nd, final int length) {
        final int end = nd + length;
        int at = nd + LENGTH;
        for (int options = 0; at < end; options++) {
            final int bytes = end - at < 2 ? 0 : (buffer.getByte(at + 1) & 0xff) << 3;
            if (bytes == 0 || bytes > end - at || options == MAX_OPTIONS) {
                return false;
            }
            at += bytes;
        }
        return true;
    }

    /**
     * The Ethernet address in an option, 0 if there is none; for a message that parsed.
     *
     * @param option {@link #SOURCE_ADDRESS} or {@link #TARGET_ADDRESS}
     */
    public static long linkAddress(final DirectBuffer buffer, final int nd, final int ndLength, final int option) {
        final int end = nd + ndLength;
        for (int at = nd + LENGTH; at < end; at += (buffer.getByte(at + 1) & 0xff) << 3) {
            if (buffer.getByte(at) == option) {
                return EthernetHeader.address(buffer, at + 2);
            }
        }
        return 0;
    }

    /** The flags of an advertisement; reserved bits may be set. */
    public static int flags(final DirectBuffer buffer, final int nd) {
        return buffer.getInt(nd + FLAGS, BIG_ENDIAN);
    }

    /** The first eight bytes of the target. */
    public static long targetHigh(final DirectBuffer buffer, final int nd) {
        return buffer.getLong(nd + TARGET, BIG_ENDIAN);
    }

    /** The last eight bytes of the target. */
    public static long targetLow(final DirectBuffer buffer, final int nd) {
        return buffer.getLong(nd + TARGET + 8, BIG_ENDIAN);
    }

    /** Writes type and flags (0 for a solicitation); target, option and checksum follow. */
    public static void encodeHead(final MutableDirectBuffer buffer, final int nd, final int type, final int flags) {
        buffer.putInt(nd, type << 24, BIG_ENDIAN);
        buffer.putInt(nd + FLAGS, flags, BIG_ENDIAN);
    }

    /** Writes the target. */
    public static void encodeTarget(
            final MutableDirectBuffer buffer, final int nd, final long targetHigh, final long targetLow) {
        Ipv6Header.putAddress(buffer, nd + TARGET, targetHigh, targetLow);
    }

    /** Writes the one option of a message of {@link #LENGTH_WITH_ADDRESS} bytes. */
    public static void encodeLinkAddress(
            final MutableDirectBuffer buffer, final int nd, final int option, final long ethernet) {
        buffer.putByte(nd + LENGTH, (byte) option);
        buffer.putByte(nd + LENGTH + 1, (byte) 1);
        EthernetHeader.putAddress(buffer, nd + LENGTH + 2, ethernet);
    }
}
