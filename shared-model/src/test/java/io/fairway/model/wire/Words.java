package io.fairway.model.wire;

import java.util.HexFormat;

/** Packet fixtures in hexadecimal: spaces and line ends are free, a {@code #} begins a word to the reader. */
public final class Words {
    private Words() {}

    /** The bytes of a text such as {@code "4500 003c # version, length"}. */
    public static byte[] bytes(final String text) {
        return HexFormat.of().parseHex(text.replaceAll("#[^\n]*", "").replaceAll("\\s", ""));
    }
}
