package io.fairway.cluster.peer.exchange;

import io.fairway.model.config.Peering;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.agrona.concurrent.EpochClock;

/**
 * Says whether certificates are those of a peer (RFC 5280): a trust anchor vouches for them, they are valid now, none
 * is revoked, the first one names the peer and may sign. Any thread. Reads the revocation lists anew for each
 * judgement, as they are short-lived.
 */
public final class CertificateJudge {
    private static final int DNS_NAME = 2;
    private static final int DIGITAL_SIGNATURE = 0;

    private final Set<TrustAnchor> anchors = new HashSet<>();
    private final Path crl;
    private final EpochClock clock;

    /**
     * Reads the trust anchors.
     *
     * @throws IdentityException if a file cannot be read
     */
    public CertificateJudge(final Peering.Identity files, final EpochClock clock) throws IdentityException {
        for (final Path file : files.trustAnchors()) {
            PemFiles.certificates(file).forEach(anchor -> anchors.add(new TrustAnchor(anchor, null)));
        }
        crl = files.crl();
        if (crl != null) {
            PemFiles.revocationLists(crl);
        }
        this.clock = clock;
    }

    /**
     * The key of the peer with this name.
     *
     * @param chain what the peer sent: its own certificate first
     * @throws RefusedException if the certificates are not the peer's
     */
    PublicKey judge(final List<byte[]> chain, final String name) throws RefusedException {
        final List<X509Certificate> certificates = read(chain);
        validate(certificates);
        final X509Certificate own = certificates.getFirst();
        if (!names(own).contains(name)) {
            throw new RefusedException(ExchangeRefusal.WRONG_NAME);
        }
        final boolean[] usage = own.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE] || !SignatureScheme.accepts(own.getPublicKey())) {
            throw new RefusedException(ExchangeRefusal.WEAK_KEY);
        }
        return own.getPublicKey();
    }

    private static List<X509Certificate> read(final List<byte[]> chain) throws RefusedException {
        try {
            final CertificateFactory factory = CertificateFactory.getInstance("X.509");
            final List<X509Certificate> certificates = new ArrayList<>();
            for (final byte[] der : chain) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (final CertificateException | RuntimeException e) {
            // The platform's reader may throw anything on a stranger's bytes.
        }
        throw new RefusedException(ExchangeRefusal.BAD_CERTIFICATE);
    }

    private void validate(final List<X509Certificate> certificates) throws RefusedException {
        try {
            final CertPathValidator validator = CertPathValidator.getInstance("PKIX");
            final PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setDate(Date.from(Instant.ofEpochMilli(clock.time())));
            parameters.setRevocationEnabled(crl != null);
            if (crl != null) {
                final var lists = new CollectionCertStoreParameters(PemFiles.revocationLists(crl));
                parameters.addCertStore(CertStore.getInstance("Collection", lists));
                final PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
                checker.setOptions(
                        EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
                parameters.addCertPathChecker(checker);
            }
            validator.validate(
                    CertificateFactory.getInstance("X.509").generateCertPath(withoutAnchor(certificates)), parameters);
        } catch (final CertPathValidatorException e) {
            throw new RefusedException(refusal(e.getReason()));
        } catch (final IdentityException e) {
            throw new RefusedException(ExchangeRefusal.UNKNOWN_REVOCATION);
        } catch (final GeneralSecurityException | RuntimeException e) {
            throw new RefusedException(ExchangeRefusal.BAD_CERTIFICATE);
        }
    }

    /** A path ends below its anchor (RFC 5280 section 6.1); who sends the anchor too does no harm. */
    private List<X509Certificate> withoutAnchor(final List<X509Certificate> certificates) {
        final X509Certificate last = certificates.getLast();
        final boolean sent = certificates.size() > 1
                && anchors.stream().anyMatch(anchor -> anchor.getTrustedCert().equals(last));
        return sent ? certificates.subList(0, certificates.size() - 1) : certificates;
    }

    private static ExchangeRefusal refusal(final CertPathValidatorException.Reason reason) {
        if (!(reason instanceof final BasicReason basic)) {
            return ExchangeRefusal.UNTRUSTED_CERTIFICATE;
        }
        return switch (basic) {
            case EXPIRED -> ExchangeRefusal.EXPIRED_CERTIFICATE;
            case NOT_YET_VALID -> ExchangeRefusal.EARLY_CERTIFICATE;
            case REVOKED -> ExchangeRefusal.REVOKED_CERTIFICATE;
            case UNDETERMINED_REVOCATION_STATUS -> ExchangeRefusal.UNKNOWN_REVOCATION;
            case ALGORITHM_CONSTRAINED -> ExchangeRefusal.WEAK_KEY;
            case UNSPECIFIED, INVALID_SIGNATURE -> ExchangeRefusal.UNTRUSTED_CERTIFICATE;
        };
    }

    /** The subject's common names and DNS names. */
    private static Set<String> names(final X509Certificate certificate) throws RefusedException {
        final Set<String> names = new HashSet<>();
        try {
            for (final Rdn rdn :
                    new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("CN") && rdn.getValue() instanceof final String name) {
                    names.add(name);
                }
            }
            final Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (final List<?> alternative : alternatives) {
                    if (alternative.get(0).equals(DNS_NAME)) {
                        names.add((String) alternative.get(1));
                    }
                }
            }
            return names;
        } catch (final InvalidNameException | CertificateParsingException | RuntimeException e) {
            throw new RefusedException(ExchangeRefusal.BAD_CERTIFICATE);
        }
    }
}
