package io.fairway.dataplane.svr;

import io.fairway.model.config.SecurityPolicy;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Makes the keys of single uses out of a shared one, by HKDF-SHA256 (RFC 5869) with the use as its info, so that no key
 * serves two ciphers or both directions. Allocates: for the first packet of a session, not for every one.
 */
public final class KeyDerivation {
    private static final int HMAC_KEY = 32;

    private final JceProvider jce;
    private final CryptoScratch scratch;

    /** For ciphers of this provider, which work in these arrays. */
    public KeyDerivation(final JceProvider jce, final CryptoScratch scratch) {
        this.jce = jce;
        this.scratch = scratch;
    }

    /**
     * The cipher of one direction of a session.
     *
     * @param sessionKey the session's own key
     * @param forward whether of the direction from client to server
     */
    public PayloadCipher payload(
            final SecurityPolicy.Encryption encryption,
            final SecurityPolicy.Hmac hmac,
            final byte[] sessionKey,
            final boolean forward) {
        final String direction = forward ? "forward" : "reverse";
        if (encryption == SecurityPolicy.Encryption.AES_256_GCM) {
            return new GcmCipher(jce, derive(sessionKey, "payload gcm " + direction, encryption.keyLength()), scratch);
        }
        final Hmac mac = new Hmac(jce, hmac, derive(sessionKey, "payload hmac " + direction, HMAC_KEY), scratch);
        if (encryption == SecurityPolicy.Encryption.NONE) {
            return new MacSeal(mac);
        }
        final byte[] key = derive(sessionKey, "payload cbc " + direction, encryption.keyLength());
        return new CbcSeal(new CbcCipher(jce, key, scratch), mac);
    }

    /** This many bytes for one use. */
    static byte[] derive(final byte[] secret, final String use, final int length) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .thenExpand(("fairway " + use).getBytes(StandardCharsets.US_ASCII), length));
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("every Java 25 platform has HKDF-SHA256", e);
        }
    }
}
