package io.fairway.cluster.peer.exchange;

import io.fairway.model.config.Peering;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** This router's certificate and the key that proves it. Immutable; any thread. Never shows the key. */
public final class PeerIdentity {
    private final List<byte[]> chain;
    private final PrivateKey key;

    /** @param chain the router's own certificate, then those that lead to a trust anchor, DER */
    PeerIdentity(final List<byte[]> chain, final PrivateKey key) {
        this.chain = List.copyOf(chain);
        this.key = key;
    }

    /**
     * Reads the files.
     *
     * @throws IdentityException if one cannot be read, or if the key is not the certificate's
     */
    public static PeerIdentity load(final Peering.Identity files) throws IdentityException {
        final List<X509Certificate> certificates = PemFiles.certificates(files.certificate());
        final PrivateKey key = PemFiles.privateKey(files.privateKey());
        final X509Certificate own = certificates.getFirst();
        if (!SignatureScheme.accepts(own.getPublicKey())) {
            throw new IdentityException(
                    files.certificate(), "a key of EC P-256, Ed25519 or RSA with 2048 bits, or better", "another");
        }
        try {
            final byte[] probe = {1};
            final byte[] signature = SignatureScheme.sign(key, new SecureRandom(), probe);
            if (!SignatureScheme.verify(own.getPublicKey(), probe, signature)) {
                throw new IdentityException(files.privateKey(), "the key of " + files.certificate(), "another");
            }
            final List<byte[]> chain = new ArrayList<>();
            for (final X509Certificate certificate : certificates) {
                chain.add(certificate.getEncoded());
            }
            if (chain.stream().mapToInt(der -> der.length).sum() > Proof.MAX_CHAIN_LENGTH) {
                throw new IdentityException(
                        files.certificate(), "at most " + Proof.MAX_CHAIN_LENGTH + " bytes of certificates", "more");
            }
            return new PeerIdentity(chain, key);
        } catch (final CertificateEncodingException e) {
            throw new IdentityException(files.certificate(), "certificates that can be sent", "others");
        } catch (final GeneralSecurityException e) {
            throw new IdentityException(files.privateKey(), "the key of " + files.certificate(), "another");
        }
    }

    List<byte[]> chain() {
        return chain;
    }

    byte[] sign(final byte[] data, final SecureRandom random) {
        try {
            return SignatureScheme.sign(key, random, data);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("the key signed when it was loaded", e);
        }
    }
}
