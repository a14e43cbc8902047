package io.fairway.model.wire;

/** IP protocol numbers that Fairway names (IANA "Assigned Internet Protocol Numbers"). */
public final class IpProtocol {
    /** Internet Control Message Protocol. */
    public static final int ICMP = 1;

    /** Transmission Control Protocol. */
    public static final int TCP = 6;

    /** User Datagram Protocol. */
    public static final int UDP = 17;

    /** Generic Routing Encapsulation (RFC 2784). */
    public static final int GRE = 47;

    /** Encapsulating Security Payload (RFC 4303). */
    public static final int ESP = 50;

    /** ICMP for IPv6. */
    public static final int ICMPV6 = 58;

    private static final int NO_NEXT_HEADER = 59;
    private static final int LAST = 254;

    private IpProtocol() {}

    /** The protocol's short name, or its number. */
    public static String name(final int protocol) {
        return switch (protocol) {
            case ICMP -> "icmp";
            case TCP -> "tcp";
            case UDP -> "udp";
            case GRE -> "gre";
            case ESP -> "esp";
            case ICMPV6 -> "icmpv6";
            default -> Integer.toString(protocol);
        };
    }

    /** The protocol with this name, of two families IPv4's, or -1. */
    public static int named(final String name) {
        return switch (name) {
            case "icmp" -> ICMP;
            case "tcp" -> TCP;
            case "udp" -> UDP;
            case "gre" -> GRE;
            case "esp" -> ESP;
            default -> -1;
        };
    }

    /** Whether a protocol has ports. */
    public static boolean hasPorts(final int protocol) {
        return protocol == TCP || protocol == UDP;
    }

    /**
     * Whether a protocol other than TCP, UDP and ICMP has sessions, each of two addresses: all but IPv6's extension
     * headers, what says that nothing follows, and what is reserved.
     */
    public static boolean hasSessions(final int protocol) {
        final boolean known = hasPorts(protocol) || protocol == ICMP || protocol == ICMPV6;
        return !known
                && protocol > 0
                && protocol <= LAST
                && protocol != NO_NEXT_HEADER
                && !Ipv6Extensions.isExtension(protocol);
    }
}
