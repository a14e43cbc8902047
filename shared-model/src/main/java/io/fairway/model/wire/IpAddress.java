package io.fairway.model.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IP address in 128 bits; an IPv4 address is held IPv4-mapped (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2), so that
 * keys and tables are one width.
 *
 * @param high the first eight bytes in network order
 * @param low the last eight bytes in network order
 */
public record IpAddress(long high, long low) implements Comparable<IpAddress> {
    /** The unspecified IPv6 address, used for "none". */
    public static final IpAddress NONE = new IpAddress(0, 0);

    /** The upper half of the link-local addresses that interfaces make for themselves, fe80::/64. */
    public static final long LINK_LOCAL_HIGH = 0xfe80_0000_0000_0000L;

    private static final long V4_MAPPED = 0x0000_ffff_0000_0000L;
    private static final int GROUPS = 8;

    /** An IPv4 address from its 32 bits in network order. */
    public static IpAddress v4(final int bits) {
        return new IpAddress(0, v4Low(bits));
    }

    /**
     * Reads a literal, IPv4 or IPv6.
     *
     * @throws IllegalArgumentException if the text is not a literal address; names are never resolved
     */
    public static IpAddress parse(final String text) {
        if (!text.matches("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new IllegalArgumentException("not an IP address: " + text);
        }
        try {
            return of(InetAddress.getByName(text).getAddress());
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException("not an IP address: " + text, e);
        }
    }

    /** An address from 4 or 16 bytes in network order. */
    public static IpAddress of(final byte[] bytes) {
        if (bytes.length == 4) {
            return v4((bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | bytes[3] & 0xff);
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            high = high << 8 | bytes[i] & 0xff;
            low = low << 8 | bytes[8 + i] & 0xff;
        }
        return new IpAddress(high, low);
    }

    /** The lower half of an IPv4 address's 128 bits; the upper half is 0. */
    public static long v4Low(final int bits) {
        return V4_MAPPED | bits & 0xffff_ffffL;
    }

    /** Whether 128 bits are an IPv4 address. */
    public static boolean isV4(final long high, final long low) {
        return high == 0 && low >>> 32 == V4_MAPPED >>> 32;
    }

    /** Whether an address with this upper half is valid on one link only (RFC 4291 section 2.5.6). */
    public static boolean isLinkLocal(final long high) {
        return high >>> 54 == LINK_LOCAL_HIGH >>> 54;
    }

    /** The lower half of the link-local address that an interface has by its Ethernet address (RFC 2464 section 5). */
    public static long linkLocalLow(final long mac) {
        return (mac >>> 24 << 40 | 0xff_fe00_0000L | mac & 0xff_ffffL) ^ 0x0200_0000_0000_0000L;
    }

    /** The link-local address that an interface has by its Ethernet address. */
    public static IpAddress linkLocal(final MacAddress mac) {
        return new IpAddress(LINK_LOCAL_HIGH, linkLocalLow(mac.bits()));
    }

    /** Whether this is an IPv4 address. */
    public boolean isV4() {
        return isV4(high, low);
    }

    /** Whether this is valid on one link only. */
    public boolean isLinkLocal() {
        return isLinkLocal(high);
    }

    /** The 32 bits of an IPv4 address in network order. */
    public int v4Bits() {
        return (int) low;
    }

    /** Four bytes for IPv4, sixteen for IPv6, in network order. */
    public byte[] bytes() {
        final byte[] bytes = new byte[isV4() ? 4 : 16];
        for (int i = 0; i < bytes.length; i++) {
            final int fromEnd = bytes.length - 1 - i;
            bytes[i] = (byte) ((fromEnd < 8 ? low : high) >>> 8 * (fromEnd % 8));
        }
        return bytes;
    }

    /** Address and port as people write them: {@code 10.1.0.1:80}, {@code [2001:db8::1]:80} (RFC 5952 section 6). */
    public String withPort(final int port) {
        return (isV4() ? this : "[" + this + "]") + ":" + port;
    }

    @Override
    public int compareTo(final IpAddress other) {
        final int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** As people write it: dotted, or groups in lower case with the longest run of zeros left out (RFC 5952). */
    @Override
    public String toString() {
        if (isV4()) {
            final int bits = v4Bits();
            return (bits >>> 24) + "." + (bits >>> 16 & 0xff) + "." + (bits >>> 8 & 0xff) + "." + (bits & 0xff);
        }
        int gap = GROUPS;
        int gapLength = 1;
        for (int first = 0; first < GROUPS; first++) {
            int length = 0;
            while (first + length < GROUPS && group(first + length) == 0) {
                length++;
            }
            if (length > gapLength) {
                gap = first;
                gapLength = length;
            }
        }
        final StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == gap) {
                text.append("::");
                i += gapLength - 1;
            } else {
                text.append(i == 0 || i == gap + gapLength ? "" : ":").append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    private int group(final int index) {
        return (int) ((index < GROUPS / 2 ? high : low) >>> 48 - 16 * (index % 4)) & 0xffff;
    }
}
