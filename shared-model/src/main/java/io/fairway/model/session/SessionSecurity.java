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
 */
public record SessionSecurity(
        String policy, SecurityPolicy.Encryption encryption, SecurityPolicy.Hmac hmac, Secret key) {
    /** Bytes of a session's key. */
    public static final int KEY_LENGTH = 32;

    /** The payload travels as it is. */
    public static final SessionSecurity CLEAR =
            new SessionSecurity("", SecurityPolicy.Encryption.NONE, SecurityPolicy.Hmac.NONE, null);

    /** Whether every packet with a payload carries something that authenticates it. */
    public boolean seals() {
        return key != null;
    }
}
