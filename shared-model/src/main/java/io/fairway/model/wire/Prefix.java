package io.fairway.model.wire;

/**
 * An IP prefix. The length counts bits of the 128-bit form, so an IPv4 /24 is held as 120; {@link #parse} and
 * {@link #toString} use the usual notation.
 *
 * @param address the prefix's address, host bits zero
 * @param length128 significant bits of the 128-bit form, 0 to 128
 */
public record Prefix(IpAddress address, int length128) {
    private static final int V4_OFFSET_BITS = 96;

    /**
     * Reads "address/length" in the usual notation; a bare address is a host prefix.
     *
     * @throws IllegalArgumentException if it is malformed or a host bit is set
     */
    public static Prefix parse(final String text) {
        final int slash = text.indexOf('/');
        final IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        final int width = address.isV4() ? 32 : 128;
        final int length = slash < 0 ? width : Integer.parseInt(text.substring(slash + 1));
        if (length < 0 || length > width) {
            throw new IllegalArgumentException("prefix length out of range: " + text);
        }
        final int length128 = address.isV4() ? length + V4_OFFSET_BITS : length;
        if (!masked(address, length128).equals(address)) {
            throw new IllegalArgumentException("host bits are set in prefix " + text);
        }
        return new Prefix(address, length128);
    }

    /** The prefix of this many bits (usual notation) that holds the address. */
    public static Prefix of(final IpAddress address, final int length) {
        final int length128 = address.isV4() ? length + V4_OFFSET_BITS : length;
        return new Prefix(masked(address, length128), length128);
    }

    /** Whether the address lies in this prefix; no IPv6 prefix, even ::/0, holds an IPv4 address. */
    public boolean contains(final IpAddress candidate) {
        return candidate.isV4() == address.isV4()
                && masked(candidate, length128).equals(address);
    }

    private static IpAddress masked(final IpAddress address, final int length128) {
        final long high = length128 >= 64 ? address.high() : address.high() & highMask(length128);
        final long low = length128 <= 64 ? 0 : address.low() & highMask(length128 - 64);
        return new IpAddress(high, low);
    }

    private static long highMask(final int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    @Override
    public String toString() {
        return address + "/" + (address.isV4() ? length128 - V4_OFFSET_BITS : length128);
    }
}
