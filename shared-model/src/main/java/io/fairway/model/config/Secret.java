package io.fairway.model.config;

import java.security.MessageDigest;
import java.util.HexFormat;

/** Key bytes that never show themselves in a log line. */
public final class Secret {
    private final byte[] bytes;

    private Secret(final byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads hexadecimal digits.
     *
     * @throws IllegalArgumentException if the text is not hexadecimal
     */
    public static Secret ofHex(final String hex) {
        return new Secret(HexFormat.of().parseHex(hex));
    }

    /** Takes a copy of these bytes. */
    public static Secret of(final byte[] bytes) {
        return new Secret(bytes.clone());
    }

    /** A copy of the key. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(bytes, secret.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.length;
    }

    @Override
    public String toString() {
        return "secret of " + bytes.length + " bytes";
    }
}
