package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What an ICMP error says, in a long: its first eight bytes as a big-endian number with the checksum 0. Errors of the
 * two families say the same with other numbers (RFC 7915 sections 4.2 and 5.2). Pure functions.
 *
 * <pre>
 * 63 u8 type   55 u8 code   47 u16 zero   31 u32 rest: an MTU, a pointer, or a length of RFC 4884
 * </pre>
 */
public final class IcmpError {
    /** No error; there is none of type 0. */
    public static final long NONE = 0;

    private static final int PARAMETER_PROBLEM = 12;
    private static final int PARAMETER_PROBLEM_V6 = 4;
    private static final int CODE_HOST_UNREACHABLE = 1;
    private static final int CODE_PROTOCOL_UNREACHABLE = 2;
    private static final int CODE_PORT_UNREACHABLE = 3;
    private static final int CODE_HOST_PROHIBITED = 10;
    private static final int CODE_PRECEDENCE_CUTOFF = 15;
    private static final int CODE_NET_PROHIBITED = 9;
    private static final int CODE_PROHIBITED_V6 = 1;
    private static final int CODE_PORT_UNREACHABLE_V6 = 4;
    private static final int CODE_UNKNOWN_NEXT_HEADER_V6 = 1;
    private static final int LAST_UNREACHABLE_CODE = 15;

    /** Where IPv6's next header stands, to which an error about a protocol points. */
    private static final int NEXT_HEADER = 6;

    private static final long CHECKSUM_MASK = 0xffff_0000_ffff_ffffL;

    private IcmpError() {}

    /** Whether this type is an error about a packet; a source quench (RFC 6633) and a redirect are none for us. */
    public static boolean isError(final int type, final boolean v6) {
        return v6
                ? type >= Icmpv6Message.DESTINATION_UNREACHABLE && type <= PARAMETER_PROBLEM_V6
                : type == IcmpMessage.DESTINATION_UNREACHABLE
                        || type == IcmpMessage.TIME_EXCEEDED
                        || type == PARAMETER_PROBLEM;
    }

    /** An error from its parts. */
    public static long head(final int type, final int code, final int rest) {
        return (long) type << 56 | (long) code << 48 | rest & 0xffff_ffffL;
    }

    /** Reads the head of the message at an offset. */
    public static long read(final DirectBuffer buffer, final int l4) {
        return buffer.getLong(l4, BIG_ENDIAN) & CHECKSUM_MASK;
    }

    /** Writes it; the checksum becomes 0. */
    public static void write(final MutableDirectBuffer buffer, final int l4, final long head) {
        buffer.putLong(l4, head, BIG_ENDIAN);
    }

    public static int type(final long head) {
        return (int) (head >>> 56);
    }

    public static int code(final long head) {
        return (int) (head >>> 48) & 0xff;
    }

    /** That a packet's time to live ran out. */
    public static long timeExceeded(final boolean v6) {
        return head(v6 ? Icmpv6Message.TIME_EXCEEDED : IcmpMessage.TIME_EXCEEDED, 0, 0);
    }

    /** That a packet is too big; IPv4 has 16 bits for the MTU (RFC 1191 section 4). */
    public static long tooBig(final boolean v6, final int mtuBytes) {
        return v6
                ? head(Icmpv6Message.PACKET_TOO_BIG, 0, Math.max(mtuBytes, Ipv6Header.MIN_MTU))
                : head(
                        IcmpMessage.DESTINATION_UNREACHABLE,
                        IcmpMessage.CODE_FRAGMENTATION_NEEDED,
                        Math.clamp(mtuBytes, 0, Ipv4Header.MAX_TOTAL_LENGTH));
    }

    /** Whether it says that a packet is too big. */
    public static boolean isTooBig(final long head, final boolean v6) {
        return v6
                ? type(head) == Icmpv6Message.PACKET_TOO_BIG
                : type(head) == IcmpMessage.DESTINATION_UNREACHABLE
                        && code(head) == IcmpMessage.CODE_FRAGMENTATION_NEEDED;
    }

    /** The MTU of an error that says that a packet is too big; 0 if an old router names none. */
    public static int mtuBytes(final long head, final boolean v6) {
        return v6 ? (int) Math.min(head & 0xffff_ffffL, Ipv4Header.MAX_TOTAL_LENGTH) : (int) head & 0xffff;
    }

    /** The same error without what describes the bytes that it quotes: the length of RFC 4884. */
    public static long withoutLength(final long head, final boolean v6) {
        if (isTooBig(head, v6)) {
            return tooBig(v6, mtuBytes(head, v6));
        }
        final boolean points = type(head) == (v6 ? PARAMETER_PROBLEM_V6 : PARAMETER_PROBLEM);
        final long rest = !points ? 0 : v6 ? head & 0xffff_ffffL : head & 0xff00_0000L;
        return head & 0xffff_0000_0000_0000L | rest;
    }

    /** The same in the other family, or {@link #NONE} if that has no such error. An MTU is left as it is. */
    public static long translate(final long head, final boolean toV6) {
        final int type = type(head);
        if (isTooBig(head, !toV6)) {
            return tooBig(toV6, mtuBytes(head, !toV6));
        }
        if (type == (toV6 ? IcmpMessage.TIME_EXCEEDED : Icmpv6Message.TIME_EXCEEDED)) {
            return head(toV6 ? Icmpv6Message.TIME_EXCEEDED : IcmpMessage.TIME_EXCEEDED, code(head), 0);
        }
        return toV6 ? unreachableV6(type, code(head)) : unreachableV4(type, code(head));
    }

    private static long unreachableV6(final int type, final int code) {
        if (type != IcmpMessage.DESTINATION_UNREACHABLE || code > LAST_UNREACHABLE_CODE) {
            return NONE;
        }
        return switch (code) {
            case CODE_PROTOCOL_UNREACHABLE -> head(PARAMETER_PROBLEM_V6, CODE_UNKNOWN_NEXT_HEADER_V6, NEXT_HEADER);
            case CODE_PORT_UNREACHABLE -> head(Icmpv6Message.DESTINATION_UNREACHABLE, CODE_PORT_UNREACHABLE_V6, 0);
            case CODE_NET_PROHIBITED, CODE_HOST_PROHIBITED, IcmpMessage.CODE_PROHIBITED, CODE_PRECEDENCE_CUTOFF ->
                head(Icmpv6Message.DESTINATION_UNREACHABLE, CODE_PROHIBITED_V6, 0);
            default -> head(Icmpv6Message.DESTINATION_UNREACHABLE, 0, 0);
        };
    }

    private static long unreachableV4(final int type, final int code) {
        if (type == PARAMETER_PROBLEM_V6 && code == CODE_UNKNOWN_NEXT_HEADER_V6) {
            return head(IcmpMessage.DESTINATION_UNREACHABLE, CODE_PROTOCOL_UNREACHABLE, 0);
        }
        if (type != Icmpv6Message.DESTINATION_UNREACHABLE) {
            return NONE;
        }
        return switch (code) {
            case CODE_PROHIBITED_V6 -> head(IcmpMessage.DESTINATION_UNREACHABLE, CODE_HOST_PROHIBITED, 0);
            case CODE_PORT_UNREACHABLE_V6 -> head(IcmpMessage.DESTINATION_UNREACHABLE, CODE_PORT_UNREACHABLE, 0);
            default -> head(IcmpMessage.DESTINATION_UNREACHABLE, CODE_HOST_UNREACHABLE, 0);
        };
    }
}
