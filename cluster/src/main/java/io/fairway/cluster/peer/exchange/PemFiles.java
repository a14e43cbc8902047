package io.fairway.cluster.peer.exchange;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates, keys and revocation lists (RFC 7468). Stateless; does file I/O. */
final class PemFiles {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----");

    private PemFiles() {}

    /** The certificates of a file, one at least. */
    static List<X509Certificate> certificates(final Path file) throws IdentityException {
        try {
            final List<X509Certificate> certificates = new ArrayList<>();
            for (final var certificate : factory().generateCertificates(new ByteArrayInputStream(read(file)))) {
                certificates.add((X509Certificate) certificate);
            }
            if (certificates.isEmpty()) {
                throw new IdentityException(file, "certificates in PEM", "none");
            }
            return certificates;
        } catch (final CertificateException e) {
            throw new IdentityException(file, "certificates in PEM", "something else");
        }
    }

    /** The revocation lists of a file. */
    static List<X509CRL> revocationLists(final Path file) throws IdentityException {
        try {
            final List<X509CRL> lists = new ArrayList<>();
            for (final var list : factory().generateCRLs(new ByteArrayInputStream(read(file)))) {
                lists.add((X509CRL) list);
            }
            return lists;
        } catch (final CRLException e) {
            throw new IdentityException(file, "revocation lists", "something else");
        }
    }

    /** The private key of a file: PKCS #8, not encrypted. */
    static PrivateKey privateKey(final Path file) throws IdentityException {
        final String text = new String(read(file), StandardCharsets.US_ASCII);
        final Matcher key = KEY.matcher(text);
        if (!key.find()) {
            final Matcher other = OTHER_KEY.matcher(text);
            throw new IdentityException(
                    file,
                    "a private key in PKCS #8 and PEM, not encrypted",
                    other.find() ? "another form (" + other.group(1) + "); openssl pkcs8 -topk8 -nocrypt" : "none");
        }
        final byte[] der = Base64.getMimeDecoder().decode(key.group(1));
        for (final String kind : List.of("EC", "Ed25519", "RSA")) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (final GeneralSecurityException e) {
                // Of another kind.
            }
        }
        throw new IdentityException(file, "a key of kind EC, Ed25519 or RSA", "another one");
    }

    private static CertificateFactory factory() {
        try {
            return CertificateFactory.getInstance("X.509");
        } catch (final CertificateException e) {
            throw new IllegalStateException("every Java platform reads X.509", e);
        }
    }

    private static byte[] read(final Path file) throws IdentityException {
        try {
            return Files.readAllBytes(file);
        } catch (final NoSuchFileException e) {
            throw new IdentityException(file, "a file", "nothing");
        } catch (final IOException e) {
            throw new IdentityException(
                    file, "a file that can be read", e.getClass().getSimpleName());
        }
    }
}
