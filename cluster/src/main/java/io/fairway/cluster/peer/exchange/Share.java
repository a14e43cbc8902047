package io.fairway.cluster.peer.exchange;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/** An ephemeral X25519 key (RFC 7748) of this router, used for one exchange and then forgotten. */
final class Share {
    private static final String X25519 = "X25519";

    private final KeyPair pair;

    Share(final SecureRandom random) {
        try {
            final KeyPairGenerator generator = KeyPairGenerator.getInstance(X25519);
            generator.initialize(NamedParameterSpec.X25519, random);
            pair = generator.generateKeyPair();
        } catch (final GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** What the peer gets: 32 bytes, the lowest first. */
    byte[] bytes() {
        final byte[] high = ((XECPublicKey) pair.getPublic()).getU().toByteArray();
        final byte[] bytes = new byte[ExchangePart.SHARE_LENGTH];
        for (int i = 0; i < Math.min(high.length, bytes.length); i++) {
            bytes[i] = high[high.length - 1 - i];
        }
        return bytes;
    }

    /**
     * The secret that only the holders of both shares know.
     *
     * @throws RefusedException if the peer's share would make it known to everybody (RFC 7748 section 6.1)
     */
    byte[] agree(final byte[] peerShare) throws RefusedException {
        final byte[] high = new byte[peerShare.length];
        for (int i = 0; i < high.length; i++) {
            high[i] = peerShare[high.length - 1 - i];
        }
        // RFC 7748 section 5: the highest bit is ignored.
        high[0] &= 0x7f;
        try {
            final KeyAgreement agreement = KeyAgreement.getInstance(X25519);
            agreement.init(pair.getPrivate());
            agreement.doPhase(
                    KeyFactory.getInstance(X25519)
                            .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, high))),
                    true);
            return agreement.generateSecret();
        } catch (final InvalidKeyException e) {
            throw new RefusedException(ExchangeRefusal.BAD_SHARE);
        } catch (final GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private static IllegalStateException missing(final GeneralSecurityException cause) {
        return new IllegalStateException("every Java platform has X25519", cause);
    }
}
