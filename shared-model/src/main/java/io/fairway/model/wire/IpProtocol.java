package io.fairway.model.wire;

/** IP protocol numbers that Fairway names (IANA "Assigned Internet Protocol Numbers"). */
public final class IpProtocol {
    /** Internet Control Message Protocol. */
    public static final int ICMP = 1;

    /** Transmission Control Protocol. */
    public static final int TCP = 6;

    /** User Datagram Protocol. */
    public static final int UDP = 17;

    /** Encapsulating Security Payload (RFC 4303). */
    public static final int ESP = 50;

    /** ICMP for IPv6. */
    public static final int ICMPV6 = 58;

    private IpProtocol() {}

    /** The protocol's short name, or its number. */
    public static String name(final int protocol) {
        return switch (protocol) {
            case ICMP -> "icmp";
            case TCP -> "tcp";
            case UDP -> "udp";
            case ESP -> "esp";
            case ICMPV6 -> "icmpv6";
            default -> Integer.toString(protocol);
        };
    }
}
