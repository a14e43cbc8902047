package io.fairway.cluster.peer.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fairway.cluster.peer.exchange.TestPki.Wanted;
import io.fairway.model.config.Peering;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which certificates are a peer's, and what the others are called. */
class CertificateJudgeTest {
    private static final long DAY = TestPki.DAY_MS;

    @TempDir
    private Path directory;

    private TestPki ca;
    private long nowMs = TestPki.NOW_MS;

    @BeforeEach
    void found() {
        ca = new TestPki(directory, "ca", "EC");
    }

    @ParameterizedTest
    @CsvSource({"EC, 256", "EC, 384", "Ed25519, 0", "RSA, 2048"})
    void everyKindOfKeyIsTaken(final String kind, final int bits) throws Exception {
        final Peering.Identity files = ca.issue("west", new Wanted("west").kind(kind, bits), ca);
        assertThat(PeerIdentity.load(files).chain()).hasSize(1);
        assertThat(judge(files, "west")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"EC", "Ed25519", "RSA"})
    void everyKindOfAuthorityIsTaken(final String kind) throws Exception {
        final TestPki other = new TestPki(directory, "other", kind);
        assertThat(judge(other.issue("west", new Wanted("west"), other), "west"))
                .isNull();
    }

    @Test
    void aDnsNameIsAsGoodAsTheCommonName() throws Exception {
        final Peering.Identity files =
                ca.issue("west", new Wanted("router 7").dns("other").dns("west"), ca);
        assertThat(judge(files, "west")).isNull();
        assertThat(judge(files, "router 7")).isNull();
        assertThat(judge(files, "east")).isEqualTo(ExchangeRefusal.WRONG_NAME);
        assertThat(judge(files, "West")).isEqualTo(ExchangeRefusal.WRONG_NAME);
    }

    @Test
    void anotherAuthorityVouchesForNobody() throws Exception {
        final TestPki other = new TestPki(directory, "other", "EC");
        final Peering.Identity files = ca.issue("west", new Wanted("west"), other);
        assertThat(judge(files, "west")).isEqualTo(ExchangeRefusal.UNTRUSTED_CERTIFICATE);
        // One with the same name but another key neither.
        final Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        final Peering.Identity forged = ca.issue("west", new Wanted("west"), new TestPki(elsewhere, "ca", "EC"));
        assertThat(judge(forged, "west")).isEqualTo(ExchangeRefusal.UNTRUSTED_CERTIFICATE);
    }

    @Test
    void anAuthorityInBetweenIsSentAlong() throws Exception {
        final TestPki between = ca.below("between");
        final Peering.Identity files = between.issue("west", new Wanted("west"), ca);
        assertThat(judge(files, "west")).isEqualTo(ExchangeRefusal.UNTRUSTED_CERTIFICATE);
        Files.writeString(
                files.certificate(),
                Files.readString(files.certificate()) + between.certificatePem() + ca.certificatePem());
        assertThat(PeerIdentity.load(files).chain()).hasSize(3);
        assertThat(judge(files, "west")).isNull();
    }

    @Test
    void aRouterIsNoAuthority() throws Exception {
        final Peering.Identity west = ca.issue("west", new Wanted("west"), ca);
        final List<byte[]> chain = new ArrayList<>();
        chain.addAll(PeerIdentity.load(ca.below("notca").issue("east", new Wanted("east"), ca))
                .chain());
        chain.addAll(PeerIdentity.load(west).chain());
        assertThat(refusal(west, chain, "east")).isEqualTo(ExchangeRefusal.UNTRUSTED_CERTIFICATE);
    }

    @Test
    void aSelfSignedCertificateIsItsOwnAnchor() throws Exception {
        final Path own = directory.resolve("ca.crt");
        final Peering.Identity files = new Peering.Identity(own, own, List.of(own), null);
        final List<byte[]> chain = List.of(PemFiles.certificates(own).getFirst().getEncoded());
        assertThat(refusal(files, chain, "ca")).isNull();
    }

    @Test
    void timeHasTwoEnds() throws Exception {
        final Peering.Identity files = ca.issue("west", new Wanted("west").valid(nowMs - DAY, nowMs + DAY), ca);
        nowMs -= 2 * DAY;
        assertThat(judge(files, "west")).isIn(ExchangeRefusal.EARLY_CERTIFICATE);
        nowMs += 4 * DAY;
        assertThat(judge(files, "west")).isEqualTo(ExchangeRefusal.EXPIRED_CERTIFICATE);
    }

    @ParameterizedTest
    @CsvSource({"0x20, WEAK_KEY", "0x80, ", "0xa0, "})
    void aKeyMustBeForSignatures(final String usage, final ExchangeRefusal expected) throws Exception {
        final Peering.Identity files = ca.issue("west", new Wanted("west").usage(Integer.decode(usage)), ca);
        assertThat(judge(files, "west")).isEqualTo(expected);
    }

    @Test
    void aShortKeyIsWeak() throws Exception {
        final Peering.Identity files = ca.issue("west", new Wanted("west").kind("RSA", 1024), ca);
        assertThatThrownBy(() -> PeerIdentity.load(files))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("or better");
        final List<byte[]> chain =
                List.of(PemFiles.certificates(files.certificate()).getFirst().getEncoded());
        assertThat(refusal(files, chain, "west")).isEqualTo(ExchangeRefusal.WEAK_KEY);
    }

    @Test
    void revocationListsAreReadAnew() throws Exception {
        final Peering.Identity files = ca.issue("west", new Wanted("west"), ca);
        final Path crl = ca.revoke("ca.crl", nowMs + DAY, 1, 2);
        final CertificateJudge judge =
                new CertificateJudge(new Peering.Identity(null, null, files.trustAnchors(), crl), () -> nowMs);
        final List<byte[]> chain = PeerIdentity.load(files).chain();
        judge.judge(chain, "west");

        ca.revoke("ca.crl", nowMs + DAY, 1, ca.lastSerial());
        assertThat(refusal(judge, chain, "west")).isEqualTo(ExchangeRefusal.REVOKED_CERTIFICATE);

        ca.revoke("ca.crl", nowMs + DAY);
        judge.judge(chain, "west");

        // The platform grants a quarter of an hour.
        ca.revoke("ca.crl", nowMs - DAY / 24);
        assertThat(refusal(judge, chain, "west")).isEqualTo(ExchangeRefusal.UNKNOWN_REVOCATION);
        new TestPki(directory, "other", "EC").revoke("ca.crl", nowMs + DAY);
        assertThat(refusal(judge, chain, "west")).isEqualTo(ExchangeRefusal.UNKNOWN_REVOCATION);
        Files.delete(crl);
        assertThat(refusal(judge, chain, "west")).isEqualTo(ExchangeRefusal.UNKNOWN_REVOCATION);
    }

    @Test
    void whatIsNoCertificateIsCalledSo() throws Exception {
        final Peering.Identity files = ca.issue("west", new Wanted("west"), ca);
        assertThat(refusal(files, List.of(new byte[0]), "west")).isEqualTo(ExchangeRefusal.BAD_CERTIFICATE);
        assertThat(refusal(files, List.of(new byte[] {0x30, 1}), "west")).isEqualTo(ExchangeRefusal.BAD_CERTIFICATE);
    }

    @Test
    void filesAreSpokenOfInSentences() throws Exception {
        final Peering.Identity west = ca.issue("west", new Wanted("west"), ca);
        final Peering.Identity east = ca.issue("east", new Wanted("east"), ca);
        final Path none = directory.resolve("none");
        assertThatThrownBy(() -> PeerIdentity.load(with(none, west.privateKey())))
                .hasMessage(none + ": expected a file, found nothing.");
        assertThatThrownBy(() -> PeerIdentity.load(with(west.privateKey(), west.privateKey())))
                .hasMessageStartingWith(west.privateKey() + ": expected certificates in PEM, found ");
        assertThatThrownBy(() -> PeerIdentity.load(with(west.certificate(), west.certificate())))
                .hasMessage(
                        west.certificate() + ": expected a private key in PKCS #8 and PEM, not encrypted, found none.");
        assertThatThrownBy(() -> PeerIdentity.load(with(west.certificate(), east.privateKey())))
                .hasMessage(east.privateKey() + ": expected the key of " + west.certificate() + ", found another.");
        Files.writeString(none, "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
        assertThatThrownBy(() -> PeerIdentity.load(with(west.certificate(), none)))
                .hasMessageContaining("found another form (EC PRIVATE KEY); openssl pkcs8 -topk8 -nocrypt");
        Files.writeString(none, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        assertThatThrownBy(() -> PeerIdentity.load(with(west.certificate(), none)))
                .hasMessage(none + ": expected a key of kind EC, Ed25519 or RSA, found another one.");
    }

    private static Peering.Identity with(final Path certificate, final Path key) {
        return new Peering.Identity(certificate, key, List.of(), null);
    }

    private ExchangeRefusal judge(final Peering.Identity files, final String name) throws Exception {
        return refusal(files, PeerIdentity.load(files).chain(), name);
    }

    private ExchangeRefusal refusal(final Peering.Identity trust, final List<byte[]> chain, final String name)
            throws Exception {
        return refusal(new CertificateJudge(trust, () -> nowMs), chain, name);
    }

    private static ExchangeRefusal refusal(final CertificateJudge judge, final List<byte[]> chain, final String name) {
        final RefusedException e = catchThrowableOfType(RefusedException.class, () -> judge.judge(chain, name));
        return e == null ? null : e.refusal();
    }
}
