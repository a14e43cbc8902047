package io.fairway.model.wire;

import org.agrona.MutableDirectBuffer;

/**
 * An ICMPv6 message (RFC 4443). Its fields stand where those of an {@link IcmpMessage} stand, whose accessors read and
 * write them; types, codes and the checksum, which covers a pseudo header, are its own. Views bytes; owns nothing.
 */
public final class Icmpv6Message {
    public static final int DESTINATION_UNREACHABLE = 1;

    /** Its MTU stands in the four bytes behind the checksum. */
    public static final int PACKET_TOO_BIG = 2;

    public static final int TIME_EXCEEDED = 3;
    public static final int ECHO_REQUEST = 128;
    public static final int ECHO_REPLY = 129;

    /** Code of "destination unreachable": no address is behind the route. */
    public static final int CODE_ADDRESS_UNREACHABLE = 3;

    private Icmpv6Message() {}

    /** Whether the type is an echo request or reply. */
    public static boolean isEcho(final int type) {
        return type == ECHO_REQUEST || type == ECHO_REPLY;
    }

    /** Computes and writes the checksum over this many bytes from the type on; the addresses must be right. */
    public static void computeChecksum(
            final MutableDirectBuffer buffer, final int ip, final int l4, final int icmpLength) {
        IcmpMessage.setChecksum(buffer, l4, 0);
        final int sum = InternetChecksum.add(
                Ipv6Header.pseudoHeaderSum(buffer, ip, IpProtocol.ICMPV6, icmpLength),
                InternetChecksum.sum(buffer, l4, icmpLength));
        IcmpMessage.setChecksum(buffer, l4, ~sum & 0xffff);
    }
}
