package io.fairway.model.config;

/**
 * How something is protected between routers: metadata by the policy of the peer's key, payload by the policy of its
 * service (svr-protocol.md section 4.1).
 *
 * @param name travels in TLV 15
 * @param encryption how it is encrypted
 * @param hmac what authenticates it; of no use beside an AEAD cipher's own tag
 * @param timeBased whether the HMAC also covers the time of day, so that a copy is worthless seconds later
 * @param adaptive whether payload that is encrypted already (TLS, ESP, IKE) is not sealed once more
 */
public record SecurityPolicy(String name, Encryption encryption, Hmac hmac, boolean timeBased, boolean adaptive) {
    /** Whether it does anything at all. */
    public boolean protects() {
        return encryption != Encryption.NONE || hmac != Hmac.NONE;
    }

    /** Ciphers; the ordinal is the code in session records. */
    public enum Encryption {
        /** Clear. */
        NONE("none", 0),
        /** AES-128 in CBC mode (NIST SP 800-38A) with PKCS#7 padding. */
        AES_128_CBC("aes-128-cbc", 16),
        /** AES-256 in CBC mode (NIST SP 800-38A) with PKCS#7 padding. */
        AES_256_CBC("aes-256-cbc", 32),
        /** AES-256 in Galois counter mode (NIST SP 800-38D), which authenticates by itself. */
        AES_256_GCM("aes-256-gcm", 32);

        private static final Encryption[] VALUES = values();

        private final String label;
        private final int keyLength;

        Encryption(final String label, final int keyLength) {
            this.label = label;
            this.keyLength = keyLength;
        }

        /** The name in the configuration. */
        public String label() {
            return label;
        }

        /** Bytes of a key. */
        public int keyLength() {
            return keyLength;
        }

        /** The cipher with this code, or null. */
        public static Encryption of(final int code) {
            return code >= 0 && code < VALUES.length ? VALUES[code] : null;
        }

        /** The cipher with this name in the configuration. */
        static Encryption named(final String label) {
            for (final Encryption encryption : VALUES) {
                if (encryption.label.equals(label)) {
                    return encryption;
                }
            }
            throw new IllegalArgumentException("no such cipher: " + label);
        }
    }

    /** Message authentication codes (RFC 2104); the ordinal is the code in session records. */
    public enum Hmac {
        /** None. */
        NONE("none", 0),
        /** HMAC-SHA256, cut to 128 bits. */
        SHA256_128("sha256-128", 16),
        /** HMAC-SHA256. */
        SHA256("sha256", 32),
        /** HMAC-SHA384. */
        SHA384("sha384", 48);

        private static final Hmac[] VALUES = values();

        private final String label;
        private final int length;

        Hmac(final String label, final int length) {
            this.label = label;
            this.length = length;
        }

        /** The name in the configuration. */
        public String label() {
            return label;
        }

        /** Bytes behind the packet. */
        public int length() {
            return length;
        }

        /** The code with this number, or null. */
        public static Hmac of(final int code) {
            return code >= 0 && code < VALUES.length ? VALUES[code] : null;
        }

        /** The code with this name in the configuration. */
        static Hmac named(final String label) {
            for (final Hmac hmac : VALUES) {
                if (hmac.label.equals(label)) {
                    return hmac;
                }
            }
            throw new IllegalArgumentException("no such HMAC: " + label);
        }
    }
}
