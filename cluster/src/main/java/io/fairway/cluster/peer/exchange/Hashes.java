package io.fairway.cluster.peer.exchange;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** SHA-256 (FIPS 180-4), HMAC-SHA256 (RFC 2104) and HKDF-SHA256 (RFC 5869) as peers use them. Stateless. */
public final class Hashes {
    /** Bytes of a digest, a code and a key. */
    static final int LENGTH = 32;

    private static final String HMAC = "HmacSHA256";

    private Hashes() {}

    static byte[] sha256(final byte[]... pieces) {
        try {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (final byte[] piece : pieces) {
                digest.update(piece);
            }
            return digest.digest();
        } catch (final GeneralSecurityException e) {
            throw missing(e);
        }
    }

    static byte[] hmac(final byte[] key, final byte[] data) {
        try {
            final Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(data);
        } catch (final GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** The key from which others are derived. */
    public static byte[] extract(final byte[] secret, final byte[] salt) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .addSalt(salt)
                            .extractOnly());
        } catch (final GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** A key for one use, bound to what was said so far. */
    public static byte[] expand(final byte[] secret, final String use, final byte[] transcript) {
        final byte[] words = ("fairway " + use + '\0').getBytes(StandardCharsets.US_ASCII);
        final byte[] info = new byte[words.length + transcript.length];
        System.arraycopy(words, 0, info, 0, words.length);
        System.arraycopy(transcript, 0, info, words.length, transcript.length);
        try {
            final SecretKey key = new SecretKeySpec(secret, "HKDF-PRK");
            return KDF.getInstance("HKDF-SHA256").deriveData(HKDFParameterSpec.expandOnly(key, info, LENGTH));
        } catch (final GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private static IllegalStateException missing(final GeneralSecurityException cause) {
        return new IllegalStateException("every Java 25 platform has SHA-256, HMAC and HKDF", cause);
    }
}
