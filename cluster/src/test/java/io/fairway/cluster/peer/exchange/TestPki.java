package io.fairway.cluster.peer.exchange;

import static io.fairway.cluster.peer.exchange.Der.bits;
import static io.fairway.cluster.peer.exchange.Der.integer;
import static io.fairway.cluster.peer.exchange.Der.octets;
import static io.fairway.cluster.peer.exchange.Der.oid;
import static io.fairway.cluster.peer.exchange.Der.sequence;
import static io.fairway.cluster.peer.exchange.Der.set;
import static io.fairway.cluster.peer.exchange.Der.tagged;
import static io.fairway.cluster.peer.exchange.Der.text;
import static io.fairway.cluster.peer.exchange.Der.time;

import io.fairway.model.config.Peering;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority for tests: makes certificates, keys and revocation lists of every good and bad kind. */
public final class TestPki {
    /** 2026-06-01. */
    public static final long NOW_MS = 1_780_272_000_000L;

    public static final long DAY_MS = 86_400_000L;

    private final Path directory;
    private final String name;
    private final KeyPair keys;
    private final byte[] certificate;
    private long serial = 100;

    /** A root that signs with keys of this kind: EC, Ed25519 or RSA. */
    public TestPki(final Path directory, final String name, final String kind) {
        this.directory = directory;
        this.name = name;
        keys = keys(kind, 0);
        certificate = certify(new Wanted(name).authority(), keys, name, keys.getPrivate());
        write(name + ".crt", pem("CERTIFICATE", certificate));
    }

    /** What a certificate is to say. */
    public static final class Wanted {
        private final String commonName;
        private final List<String> dnsNames = new ArrayList<>();
        private String kind = "EC";
        private int bits;
        private long notBeforeMs = NOW_MS - DAY_MS;
        private long notAfterMs = NOW_MS + 365 * DAY_MS;
        private boolean authority;
        private int keyUsage;

        public Wanted(final String commonName) {
            this.commonName = commonName;
        }

        public Wanted dns(final String dnsName) {
            dnsNames.add(dnsName);
            return this;
        }

        public Wanted kind(final String algorithm, final int keyBits) {
            kind = algorithm;
            bits = keyBits;
            return this;
        }

        public Wanted valid(final long fromMs, final long toMs) {
            notBeforeMs = fromMs;
            notAfterMs = toMs;
            return this;
        }

        /** The first byte of the key usage's bits: 0x80 digital signature, 0x20 key encipherment. */
        public Wanted usage(final int firstByte) {
            keyUsage = firstByte;
            return this;
        }

        Wanted authority() {
            authority = true;
            return this;
        }
    }

    /** Serial number of the last certificate issued. */
    public long lastSerial() {
        return serial;
    }

    /** Files of a router with a certificate of this authority, which trusts these authorities. */
    public Peering.Identity issue(final String files, final Wanted wanted, final TestPki... trusted) {
        final KeyPair own = keys(wanted.kind, wanted.bits);
        final byte[] der = certify(wanted, own, name, keys.getPrivate());
        final Path chain = write(files + ".crt", pem("CERTIFICATE", der));
        final Path key =
                write(files + ".key", pem("PRIVATE KEY", own.getPrivate().getEncoded()));
        final List<Path> anchors = new ArrayList<>();
        for (final TestPki authority : trusted) {
            anchors.add(authority.directory.resolve(authority.name + ".crt"));
        }
        return new Peering.Identity(chain, key, anchors, null);
    }

    /** An authority below this one, whose certificate its routers must send along. */
    public TestPki below(final String below) {
        return new TestPki(directory, below, keys("EC", 0), this);
    }

    private TestPki(final Path directory, final String name, final KeyPair keys, final TestPki above) {
        this.directory = directory;
        this.name = name;
        this.keys = keys;
        certificate = above.certify(new Wanted(name).authority(), keys, above.name, above.keys.getPrivate());
        write(name + ".crt", pem("CERTIFICATE", certificate));
    }

    /** This authority's certificate in PEM. */
    public String certificatePem() {
        return pem("CERTIFICATE", certificate);
    }

    /** A revocation list that is valid until then. */
    public Path revoke(final String file, final long nextUpdateMs, final long... serials) {
        final byte[][] revoked = new byte[serials.length][];
        for (int i = 0; i < serials.length; i++) {
            revoked[i] = sequence(integer(serials[i]), time(NOW_MS - DAY_MS));
        }
        final byte[] algorithm = algorithm(keys.getPrivate());
        final byte[] list = serials.length == 0
                ? sequence(integer(1), algorithm, name(name), time(NOW_MS - DAY_MS), time(nextUpdateMs))
                : sequence(
                        integer(1),
                        algorithm,
                        name(name),
                        time(NOW_MS - DAY_MS),
                        time(nextUpdateMs),
                        sequence(revoked));
        return write(file, pem("X509 CRL", sequence(list, algorithm, bits(sign(keys.getPrivate(), list)))));
    }

    private byte[] certify(final Wanted wanted, final KeyPair own, final String issuer, final PrivateKey by) {
        final byte[] algorithm = algorithm(by);
        final byte[] body = sequence(
                tagged(0xa0, integer(2)),
                integer(++serial),
                algorithm,
                name(issuer),
                sequence(time(wanted.notBeforeMs), time(wanted.notAfterMs)),
                name(wanted.commonName),
                own.getPublic().getEncoded(),
                tagged(0xa3, sequence(extensions(wanted))));
        return sequence(body, algorithm, bits(sign(by, body)));
    }

    private static byte[][] extensions(final Wanted wanted) {
        final List<byte[]> extensions = new ArrayList<>();
        final byte[] constraints = wanted.authority ? sequence(Der.yes()) : sequence();
        extensions.add(sequence(oid(2, 5, 29, 19), Der.yes(), octets(constraints)));
        if (wanted.keyUsage != 0) {
            final byte[] usage = tagged(0x03, new byte[] {0, (byte) wanted.keyUsage});
            extensions.add(sequence(oid(2, 5, 29, 15), Der.yes(), octets(usage)));
        }
        if (!wanted.dnsNames.isEmpty()) {
            final byte[][] names = wanted.dnsNames.stream()
                    .map(dns -> tagged(0x82, dns.getBytes(StandardCharsets.US_ASCII)))
                    .toArray(byte[][]::new);
            extensions.add(sequence(oid(2, 5, 29, 17), octets(sequence(names))));
        }
        return extensions.toArray(byte[][]::new);
    }

    private static byte[] name(final String commonName) {
        return sequence(set(sequence(oid(2, 5, 4, 3), text(commonName))));
    }

    private static byte[] algorithm(final PrivateKey key) {
        return switch (key.getAlgorithm()) {
            case "EC" -> sequence(oid(1, 2, 840, 10045, 4, 3, 2));
            case "RSA" -> sequence(oid(1, 2, 840, 113549, 1, 1, 11), tagged(0x05));
            default -> sequence(oid(1, 3, 101, 112));
        };
    }

    private static byte[] sign(final PrivateKey key, final byte[] data) {
        try {
            final Signature signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "EC" -> "SHA256withECDSA";
                        case "RSA" -> "SHA256withRSA";
                        default -> "Ed25519";
                    });
            signature.initSign(key);
            signature.update(data);
            return signature.sign();
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys(final String kind, final int bits) {
        try {
            final KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            if (bits != 0 || kind.equals("EC")) {
                generator.initialize(bits != 0 ? bits : 256);
            }
            return generator.generateKeyPair();
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path write(final String file, final String content) {
        try {
            return Files.writeString(directory.resolve(file), content);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pem(final String label, final byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
    }
}
