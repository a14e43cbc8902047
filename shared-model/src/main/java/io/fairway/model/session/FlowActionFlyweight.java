package io.fairway.model.session;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What the forwarder does with a packet of a flow, as plain data in 64 bytes: it could be copied into a kernel flow
 * map.
 *
 * <pre>
 *  0 u8 transport ({@link #SAME}, {@link #ENCAPSULATE_UDP}, {@link #DECAPSULATE_UDP}, {@link #TCP_TO_UDP},
 *    {@link #UDP_TO_TCP})
 *  1 u8 metadata role ({@link #METADATA_NONE}, {@link #METADATA_FORWARD}, {@link #METADATA_REVERSE})
 *  2 u16 egress logical interface index   4 u16 egress VLAN (0 none)   6 u16 MSS clamp (0 none)
 *  8 u64 new source high  16 u64 new source low  24 u64 new destination high  32 u64 new destination low
 * 40 u16 new source port  42 u16 new destination port  44 u8 metadata expected from the sender (0, 1)  45 zero x 3
 * 48 u64 next hop high    56 u64 next hop low
 * </pre>
 *
 * Native little-endian numbers. Every forwarded packet also has its TTL or hop limit decremented. Source and
 * destination are of one family; if the packet is of the other one, its IP header is exchanged.
 */
public final class FlowActionFlyweight {
    /** Bytes of an action. */
    public static final int LENGTH = 64;

    /** The transport header stays what it is. */
    public static final int SAME = 0;

    /** A UDP header is put before the packet's own transport header (between routers, of all that has no ports). */
    public static final int ENCAPSULATE_UDP = 1;

    /**
     * The UDP header is removed and the inner protocol restored, which is that of the session's other flow; new ports
     * are the inner ones (an echo's identifier).
     */
    public static final int DECAPSULATE_UDP = 2;

    /** TCP becomes UDP, as {@link io.fairway.model.wire.svr.TcpAsUdp} does it; new ports are UDP's. */
    public static final int TCP_TO_UDP = 3;

    /** What TCP has become UDP is TCP again. */
    public static final int UDP_TO_TCP = 4;

    /** Metadata is never added to this flow. */
    public static final int METADATA_NONE = 0;

    /** This router initiates: forward metadata on every packet until reverse metadata arrives. */
    public static final int METADATA_FORWARD = 1;

    /** This router responds: reverse metadata until a forward packet without metadata arrives. */
    public static final int METADATA_REVERSE = 2;

    private static final int TRANSPORT = 0;
    private static final int METADATA_ROLE = 1;
    private static final int EGRESS_INTERFACE = 2;
    private static final int EGRESS_VLAN = 4;
    private static final int MSS_CLAMP = 6;

    /** Offsets of the parts that the forwarder reads in place. */
    public static final int SOURCE = 8;

    public static final int DESTINATION = 24;
    public static final int SOURCE_PORT = 40;
    public static final int DESTINATION_PORT = 42;
    private static final int FROM_SVR = 44;
    public static final int NEXT_HOP = 48;

    private FlowActionFlyweight() {}

    /** Writes a whole action; {@code fromSvr} says that packets of this flow come from an SVR peer. */
    public static void encode(final MutableDirectBuffer buffer, final int offset, final FlowAction action) {
        buffer.putByte(offset + TRANSPORT, (byte) action.transport());
        buffer.putByte(offset + METADATA_ROLE, (byte) action.metadataRole());
        buffer.putShort(offset + EGRESS_INTERFACE, (short) action.egressInterface());
        buffer.putShort(offset + EGRESS_VLAN, (short) action.egressVlan());
        buffer.putShort(offset + MSS_CLAMP, (short) action.mssClampBytes());
        final FiveTuple tuple = action.rewrite();
        buffer.putLong(offset + SOURCE, tuple.source().high());
        buffer.putLong(offset + SOURCE + 8, tuple.source().low());
        buffer.putLong(offset + DESTINATION, tuple.destination().high());
        buffer.putLong(offset + DESTINATION + 8, tuple.destination().low());
        buffer.putLong(
                offset + SOURCE_PORT,
                (tuple.sourcePort() & 0xffffL)
                        | (tuple.destinationPort() & 0xffffL) << 16
                        | (action.fromSvr() ? 1L << 32 : 0));
        buffer.putLong(offset + NEXT_HOP, action.nextHop().high());
        buffer.putLong(offset + NEXT_HOP + 8, action.nextHop().low());
    }

    /** What makes one IP protocol of another, as sessions change theirs at routers. */
    public static int between(final int protocol, final int out) {
        if (protocol == out) {
            return SAME;
        }
        if (protocol == IpProtocol.TCP) {
            return TCP_TO_UDP;
        }
        if (out == IpProtocol.TCP) {
            return UDP_TO_TCP;
        }
        return out == IpProtocol.UDP ? ENCAPSULATE_UDP : DECAPSULATE_UDP;
    }

    public static int transport(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + TRANSPORT);
    }

    public static int metadataRole(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + METADATA_ROLE);
    }

    public static int egressInterface(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + EGRESS_INTERFACE) & 0xffff;
    }

    public static int egressVlan(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + EGRESS_VLAN) & 0xffff;
    }

    public static int mssClampBytes(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + MSS_CLAMP) & 0xffff;
    }

    /** Whether the packet leaves as IPv6. */
    public static boolean toV6(final DirectBuffer buffer, final int offset) {
        return !IpAddress.isV4(buffer.getLong(offset + DESTINATION), buffer.getLong(offset + DESTINATION + 8));
    }

    public static boolean fromSvr(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + FROM_SVR) != 0;
    }

    public static int sourcePort(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + SOURCE_PORT) & 0xffff;
    }

    public static int destinationPort(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + DESTINATION_PORT) & 0xffff;
    }

    public static IpAddress source(final DirectBuffer buffer, final int offset) {
        return new IpAddress(buffer.getLong(offset + SOURCE), buffer.getLong(offset + SOURCE + 8));
    }

    public static IpAddress destination(final DirectBuffer buffer, final int offset) {
        return new IpAddress(buffer.getLong(offset + DESTINATION), buffer.getLong(offset + DESTINATION + 8));
    }

    public static IpAddress nextHop(final DirectBuffer buffer, final int offset) {
        return new IpAddress(buffer.getLong(offset + NEXT_HOP), buffer.getLong(offset + NEXT_HOP + 8));
    }
}
