package io.fairway.model.session;

import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy;

/**
 * How a session's payload is protected between its first and its last router (svr-protocol.md section 4).
 *
 * @param policy the security policy's name, empty for none
 * @param encryption how the payload is encrypted
 * @param hmac what authenticates a payload that no AEAD cipher does, {@link SecurityPolicy.Hmac#NONE} for nothing
 * @param key the session's own key, {@link #KEY_LENGTH} bytes, from which the keys of both directions are derived; null
 *     if the payload travels as it is
 * @param adaptation whether what its endpoints encrypt themselves is not sealed once more
 */
public record SessionSecurity(
        String policy,
        SecurityPolicy.Encryption encryption,
        SecurityPolicy.Hmac hmac,
        Secret key,
        Adaptation adaptation) {
    /** Bytes of a session's key. */
    public static final int KEY_LENGTH = 32;

    /** A packet's number, and by how much its sequence number is too high (docs/decisions/011). */
    private static final int NUMBER_BYTES = 10;

    private static final int GCM_TAG_BYTES = 16;
    private static final int BLOCK_BYTES = 16;

    /** The payload travels as it is. */
    public static final SessionSecurity CLEAR =
            new SessionSecurity("", SecurityPolicy.Encryption.NONE, SecurityPolicy.Hmac.NONE, null, Adaptation.NONE);

    /** Adaptive encryption of a session (docs/decisions/019); the ordinal is the code in session records. */
    public enum Adaptation {
        /** Sealed, whatever the payload is. */
        NONE,
        /** Sealed, for as long as its first router does not find that the endpoints encrypt. */
        SEALS,
        /** Not sealed: the endpoints encrypt. */
        YIELDS;

        private static final Adaptation[] VALUES = values();

        /** The adaptation with this code, or null. */
        public static Adaptation of(final int code) {
            return code >= 0 && code < VALUES.length ? VALUES[code] : null;
        }
    }

    /** Whether packets with a payload carry something that authenticates it, or may have to. */
    public boolean seals() {
        return key != null;
    }

    /** The most bytes by which a sealed payload is longer than it was; 0 if none is sealed. */
    public int mostSealBytes() {
        if (!seals()) {
            return 0;
        }
        return switch (encryption) {
            case NONE -> NUMBER_BYTES + hmac.length();
            case AES_256_GCM -> NUMBER_BYTES + GCM_TAG_BYTES;
            // The padding fills a block or is one, and the initialization vector is another (RFC 3602).
            case AES_128_CBC, AES_256_CBC -> 2 * BLOCK_BYTES + hmac.length();
        };
    }

    /** Whether the payload is encrypted by routers now: what TLV 11 says. */
    public boolean encrypts() {
        return seals() && encryption != SecurityPolicy.Encryption.NONE && adaptation != Adaptation.YIELDS;
    }

    /** The same, if it is adaptive, as its first router has found it to be. */
    public SessionSecurity adapted(final boolean yields) {
        return adaptation == Adaptation.NONE
                ? this
                : new SessionSecurity(policy, encryption, hmac, key, yields ? Adaptation.YIELDS : Adaptation.SEALS);
    }
}
