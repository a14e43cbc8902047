package io.fairway.model.wire;

/**
 * An Ethernet address in the low 48 bits of a long, first byte highest.
 *
 * @param bits the address
 */
public record MacAddress(long bits) {
    /** ff:ff:ff:ff:ff:ff. */
    public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

    /**
     * Reads six colon-separated bytes in hexadecimal.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static MacAddress parse(final String text) {
        if (!text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
            throw new IllegalArgumentException("not an Ethernet address: " + text);
        }
        return new MacAddress(Long.parseLong(text.replace(":", ""), 16));
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append(String.format("%02x", bits >>> shift & 0xff)).append(shift == 0 ? "" : ":");
        }
        return text.toString();
    }
}
