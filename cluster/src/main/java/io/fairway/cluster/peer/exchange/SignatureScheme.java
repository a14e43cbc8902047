package io.fairway.cluster.peer.exchange;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** How keys of each kind sign: ECDSA with SHA-256, Ed25519, RSASSA-PSS with SHA-256. Stateless. */
final class SignatureScheme {
    private static final int LEAST_RSA_BITS = 2048;
    private static final int LEAST_EC_BITS = 256;
    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    private SignatureScheme() {}

    /** Whether the key is of a kind and strength that we take. */
    static boolean accepts(final PublicKey key) {
        return switch (key) {
            case ECPublicKey ec -> ec.getParams().getOrder().bitLength() >= LEAST_EC_BITS;
            case EdECPublicKey ed -> ed.getParams().getName().equals("Ed25519");
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= LEAST_RSA_BITS;
            default -> false;
        };
    }

    static byte[] sign(final PrivateKey key, final SecureRandom random, final byte[] data)
            throws GeneralSecurityException {
        final Signature signature = of(key);
        signature.initSign(key, random);
        signature.update(data);
        return signature.sign();
    }

    /** Whether this is the key's signature of these bytes. */
    static boolean verify(final PublicKey key, final byte[] data, final byte[] signed) {
        try {
            final Signature signature = of(key);
            signature.initVerify(key);
            signature.update(data);
            return signature.verify(signed);
        } catch (final GeneralSecurityException e) {
            // What is no signature at all is no right one either.
            return false;
        }
    }

    private static Signature of(final Key key) throws GeneralSecurityException {
        return switch (key.getAlgorithm()) {
            case "EC" -> Signature.getInstance("SHA256withECDSA");
            case "EdDSA", "Ed25519" -> Signature.getInstance("Ed25519");
            case "RSA", "RSASSA-PSS" -> {
                final Signature pss = Signature.getInstance("RSASSA-PSS");
                pss.setParameter(PSS);
                yield pss;
            }
            default -> throw new GeneralSecurityException("no scheme for keys of kind " + key.getAlgorithm());
        };
    }
}
