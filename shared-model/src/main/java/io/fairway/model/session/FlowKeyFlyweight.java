package io.fairway.model.session;

import io.fairway.model.wire.IpAddress;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The 7-tuple that names a flow, in 48 bytes, compared as six longs. Views bytes; owns nothing, allocates nothing but
 * in {@link #source} and {@link #destination}.
 *
 * <pre>
 *  0 u16 logical interface index   2 u16 VLAN (0 none)   4 u8 IP protocol   5 u8 zero   6 u16 zero
 *  8 u64 source high  16 u64 source low  24 u64 destination high  32 u64 destination low (values as in IpAddress)
 * 40 u16 source port  42 u16 destination port  44 u32 zero
 * </pre>
 *
 * All values are native little-endian numbers. An ICMP echo request has the identifier as its source port and
 * destination port 0; a reply has source port 0 and the identifier as its destination port, so that one is the reverse
 * of the other.
 */
public final class FlowKeyFlyweight {
    /** Bytes of a key. */
    public static final int LENGTH = 48;

    /** Offsets within the key. */
    public static final int INTERFACE = 0;

    public static final int VLAN = 2;
    public static final int PROTOCOL = 4;
    public static final int SOURCE = 8;
    public static final int DESTINATION = 24;
    public static final int SOURCE_PORT = 40;
    public static final int DESTINATION_PORT = 42;

    private FlowKeyFlyweight() {}

    /** Writes a whole key. */
    public static void encode(
            final MutableDirectBuffer buffer,
            final int offset,
            final int interfaceIndex,
            final int vlan,
            final FiveTuple tuple) {
        encodeHead(buffer, offset, interfaceIndex, vlan, tuple.protocol());
        encodeAddresses(
                buffer,
                offset,
                tuple.source().high(),
                tuple.source().low(),
                tuple.destination().high(),
                tuple.destination().low());
        encodePorts(buffer, offset, tuple.sourcePort(), tuple.destinationPort());
    }

    /** Writes interface, VLAN and protocol. */
    public static void encodeHead(
            final MutableDirectBuffer buffer,
            final int offset,
            final int interfaceIndex,
            final int vlan,
            final int protocol) {
        buffer.putLong(offset, (interfaceIndex & 0xffffL) | (vlan & 0xffffL) << 16 | (protocol & 0xffL) << 32);
    }

    /** Writes both addresses. */
    public static void encodeAddresses(
            final MutableDirectBuffer buffer,
            final int offset,
            final long sourceHigh,
            final long sourceLow,
            final long destinationHigh,
            final long destinationLow) {
        buffer.putLong(offset + SOURCE, sourceHigh);
        buffer.putLong(offset + SOURCE + 8, sourceLow);
        buffer.putLong(offset + DESTINATION, destinationHigh);
        buffer.putLong(offset + DESTINATION + 8, destinationLow);
    }

    /** Writes both ports. */
    public static void encodePorts(
            final MutableDirectBuffer buffer, final int offset, final int sourcePort, final int destinationPort) {
        buffer.putLong(offset + SOURCE_PORT, (sourcePort & 0xffffL) | (destinationPort & 0xffffL) << 16);
    }

    public static int interfaceIndex(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + INTERFACE) & 0xffff;
    }

    public static int vlan(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + VLAN) & 0xffff;
    }

    public static int protocol(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + PROTOCOL) & 0xff;
    }

    public static int sourcePort(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + SOURCE_PORT) & 0xffff;
    }

    public static int destinationPort(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + DESTINATION_PORT) & 0xffff;
    }

    /** Whether the addresses are IPv4's. */
    public static boolean isV4(final DirectBuffer buffer, final int offset) {
        return IpAddress.isV4(buffer.getLong(offset + DESTINATION), buffer.getLong(offset + DESTINATION + 8));
    }

    public static IpAddress source(final DirectBuffer buffer, final int offset) {
        return new IpAddress(buffer.getLong(offset + SOURCE), buffer.getLong(offset + SOURCE + 8));
    }

    public static IpAddress destination(final DirectBuffer buffer, final int offset) {
        return new IpAddress(buffer.getLong(offset + DESTINATION), buffer.getLong(offset + DESTINATION + 8));
    }

    /** The key without interface and VLAN; allocates, not for the packet path. */
    public static FiveTuple tuple(final DirectBuffer buffer, final int offset) {
        return new FiveTuple(
                source(buffer, offset),
                destination(buffer, offset),
                sourcePort(buffer, offset),
                destinationPort(buffer, offset),
                protocol(buffer, offset));
    }

    /** A well-mixed 64-bit hash of a key. */
    public static long hash(final DirectBuffer buffer, final int offset) {
        long hash = 0;
        for (int at = 0; at < LENGTH; at += 8) {
            hash = (hash ^ buffer.getLong(offset + at)) * 0x9e37_79b9_7f4a_7c15L;
            hash ^= hash >>> 32;
        }
        return hash;
    }

    /** Whether two keys are equal. */
    public static boolean same(final DirectBuffer a, final int aOffset, final DirectBuffer b, final int bOffset) {
        for (int at = 0; at < LENGTH; at += 8) {
            if (a.getLong(aOffset + at) != b.getLong(bOffset + at)) {
                return false;
            }
        }
        return true;
    }
}
