package io.fairway.cluster.peer.exchange;

import static io.fairway.cluster.peer.exchange.ExchangeWorld.MS;
import static io.fairway.cluster.peer.exchange.ExchangeWorld.S;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.peer.exchange.ExchangeEvent.Adopted;
import io.fairway.cluster.peer.exchange.ExchangeEvent.Announced;
import io.fairway.cluster.peer.exchange.ExchangeEvent.Arrived;
import io.fairway.cluster.peer.exchange.ExchangeEvent.Tick;
import io.fairway.cluster.peer.exchange.TestPki.Wanted;
import io.fairway.model.config.Peering;
import io.fairway.model.wire.peer.PeerMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The named cases of a key exchange, on two ends. */
class KeyExchangeTest {
    private static final long SEED = Long.getLong("seed", 1);

    @TempDir
    private static Path directory;

    private static TestPki ca;
    private static ExchangeWorld.Files files;

    @BeforeAll
    static void makeFiles() {
        ca = new TestPki(directory, "ca", "EC");
        files = new ExchangeWorld.Files(
                ca.issue("a", new Wanted("a"), ca), ca.issue("b", new Wanted("b").kind("Ed25519", 0), ca));
    }

    private static ExchangeWorld world() {
        return new ExchangeWorld(files, SEED);
    }

    private static ExchangeWorld agreed() {
        final ExchangeWorld world = world();
        world.run(S);
        assertThat(world.agreed()).as(world.story()).isTrue();
        return world;
    }

    @Test
    void theLowerNameBeginsAndItsNumbersAreEven() {
        final ExchangeWorld world = agreed();
        assertThat(world.ends[0].keys.inUse()).isEqualTo(2);
        assertThat(world.ends[1].log).isEmpty();
        assertThat(world.ends[0].log).hasSize(3);
        assertThat(world.ends[0].refusals).isEmpty();
        assertThat(world.ends[1].refusals).isEmpty();
    }

    @Test
    void theHigherNameBeginsWhenTheLowerOneDoesNot() {
        final ExchangeWorld world = world();
        // The lower one cannot reach it, as when it waits behind no address.
        final List<byte[]> parts = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            world.nowNs += 50 * MS;
            for (final ExchangeAction action : world.ends[1].exchange.on(new Tick(true), world.nowNs)) {
                if (action instanceof ExchangeAction.Send(final byte[] part)) {
                    parts.add(part);
                }
            }
        }
        assertThat(parts).hasSize(1);
        world.tell(0, new Arrived(parts.getFirst(), false));
        world.run(S);
        assertThat(world.ends[0].keys.inUse()).isEqualTo(1);
        assertThat(world.ends[1].keys.inUse()).isEqualTo(1);
    }

    @Test
    void nothingIsSentToAPeerThatWouldNotLook() {
        final ExchangeWorld world = world();
        for (int i = 0; i < 1_000; i++) {
            world.nowNs += 100 * MS;
            world.tell(0, new Tick(false));
        }
        assertThat(world.ends[0].sent).isEmpty();
    }

    @Test
    void bothAtOnceAgreeByTheLowerOnesExchange() {
        final ExchangeWorld world = agreed();
        world.rekey(0);
        world.rekey(1);
        world.run(S);
        assertThat(world.agreed()).as(world.story()).isTrue();
        assertThat(world.ends[0].keys.inUse()).isEqualTo(4);
        assertThat(world.ends[0].refused(ExchangeRefusal.CROSSED)).isPositive();
    }

    @Test
    void theSenderSwitchesWhenThePeerHasConfirmed() {
        final ExchangeWorld world = agreed();
        world.rekey(0);
        final ExchangeWorld.End a = world.ends[0];
        while (a.exchange.state() != ExchangeState.PROVEN) {
            world.run(10 * MS);
        }
        assertThat(a.keys.inUse()).isEqualTo(2);
        assertThat(a.keys.newest()).isEqualTo(4);
        world.run(S);
        assertThat(a.keys.inUse()).isEqualTo(4);
    }

    @Test
    void theOldGenerationIsAcceptedForThirtySecondsMore() {
        final ExchangeWorld world = agreed();
        world.rekey(0);
        world.run(25 * S);
        for (final ExchangeWorld.End end : world.ends) {
            assertThat(end.keys.generations()).extracting(KeyGeneration::number).containsExactly(2, 4);
            assertThat(end.keys.find(2).ends()).isTrue();
            assertThat(end.keys.find(4).ends()).isFalse();
        }
        world.run(10 * S);
        for (final ExchangeWorld.End end : world.ends) {
            assertThat(end.keys.generations()).extracting(KeyGeneration::number).containsExactly(4);
        }
    }

    @Test
    void theOldGenerationStaysWhileThePeerStillUsesIt() {
        final ExchangeWorld world = agreed();
        world.rekey(0);
        while (world.ends[1].keys.inUse() != 4) {
            world.run(10 * MS);
        }
        // The confirmation is lost for ten minutes; a still sends with generation 2.
        world.cut();
        world.run(600 * S);
        assertThat(world.ends[0].keys.inUse()).isEqualTo(2);
        world.loss = 0;
        world.run(20 * S);
        assertThat(world.agreed()).as(world.story()).isTrue();
    }

    @Test
    void keysAreRenewedByAge() {
        final ExchangeWorld world = agreed();
        world.run(ExchangeWorld.LIFETIME_NS - 10 * S);
        assertThat(world.ends[1].keys.inUse()).isEqualTo(2);
        world.run(20 * S);
        assertThat(world.ends[1].keys.inUse()).isEqualTo(4);
        world.run(ExchangeWorld.LIFETIME_NS);
        assertThat(world.ends[1].keys.inUse()).isEqualTo(6);
        assertThat(world.agreed()).isTrue();
    }

    @Test
    void keysOutliveAnOutage() {
        final ExchangeWorld world = agreed();
        world.loss = 1;
        world.run(5 * ExchangeWorld.LIFETIME_NS);
        assertThat(world.ends[0].keys.inUse()).isEqualTo(2);
        world.loss = 0;
        world.run(20 * S);
        assertThat(world.agreed()).as(world.story()).isTrue();
        assertThat(world.ends[0].keys.inUse()).isGreaterThan(2);
    }

    @Test
    void aRestartedEndGetsNewerKeys() {
        final ExchangeWorld world = agreed();
        for (int i = 0; i < 4; i++) {
            world.checking = false;
            world.boot(i & 1);
            world.run(5 * S);
            world.checking = true;
            world.run(5 * S);
            assertThat(world.agreed()).as(world.story()).isTrue();
        }
        assertThat(world.ends[0].keys.inUse()).isGreaterThanOrEqualTo(6);
    }

    @Test
    void aNewLeaderGoesOnWithThePartnersKeys() {
        final ExchangeWorld world = agreed();
        world.rekey(0);
        world.run(5 * S);
        final PeerKeys keys = world.ends[0].keys;
        final List<String> before = List.copyOf(world.ends[0].log);
        world.checking = false;
        world.boot(0);
        world.tell(0, new Adopted(keys));
        world.checking = true;
        assertThat(world.ends[0].keys.inUse()).isEqualTo(4);
        assertThat(world.ends[0].keys.generations()).hasSize(2);
        world.run(40 * S);
        assertThat(world.agreed()).isTrue();
        assertThat(world.ends[0].log).as("no exchange was needed").isEqualTo(before);
        assertThat(world.ends[0].keys.generations()).hasSize(1);
        world.rekey(0);
        world.run(S);
        assertThat(world.ends[0].keys.inUse()).isEqualTo(6);
    }

    /** What is wrong with the certificate of "b", and what "a" calls it. */
    enum Bad {
        UNTRUSTED_CERTIFICATE,
        EXPIRED_CERTIFICATE,
        EARLY_CERTIFICATE,
        REVOKED_CERTIFICATE,
        WRONG_NAME,
        WEAK_KEY;

        private Peering.Identity files() {
            final TestPki other = new TestPki(directory, "other", "EC");
            final long now = TestPki.NOW_MS;
            final Wanted wanted = new Wanted(this == WRONG_NAME ? "c" : "b");
            switch (this) {
                case EXPIRED_CERTIFICATE -> wanted.valid(now - 2 * TestPki.DAY_MS, now - TestPki.DAY_MS);
                case EARLY_CERTIFICATE -> wanted.valid(now + TestPki.DAY_MS, now + 2 * TestPki.DAY_MS);
                case WEAK_KEY -> wanted.usage(0x20);
                case UNTRUSTED_CERTIFICATE, REVOKED_CERTIFICATE, WRONG_NAME -> {
                    // The rest is right.
                }
            }
            return (this == UNTRUSTED_CERTIFICATE ? other : ca).issue("bad", wanted, ca);
        }
    }

    @ParameterizedTest
    @EnumSource(Bad.class)
    void aBadPeerGetsSilenceAndIsCountedByName(final Bad bad) {
        final ExchangeWorld world = world();
        world.boot(1, bad.files());
        final Path crl = ca.revoke("ca.crl", TestPki.NOW_MS + TestPki.DAY_MS, ca.lastSerial());
        if (bad == Bad.REVOKED_CERTIFICATE) {
            world.boot(
                    0,
                    new Peering.Identity(
                            files.a().certificate(),
                            files.a().privateKey(),
                            files.a().trustAnchors(),
                            crl));
        }
        world.run(30 * S);

        assertThat(world.ends[0].keys).isEqualTo(PeerKeys.NONE);
        assertThat(world.ends[1].keys.inUse()).isZero();
        assertThat(world.ends[0].refused(ExchangeRefusal.valueOf(bad.name()))).isPositive();
        assertThat(world.ends[0].sent).as("never a proof").noneMatch(part -> part[0] == ExchangePart.PROOF);
        assertThat(world.ends[0].log).noneMatch(line -> line.contains("PROVEN"));
    }

    @ParameterizedTest
    @EnumSource(Bad.class)
    void aBadPeerIsNotBelievedWhenItBeginsEither(final Bad bad) {
        final ExchangeWorld world = world();
        world.boot(1, bad.files());
        final Path crl = ca.revoke("ca.crl", TestPki.NOW_MS + TestPki.DAY_MS, ca.lastSerial());
        world.boot(
                0,
                new Peering.Identity(
                        files.a().certificate(),
                        files.a().privateKey(),
                        files.a().trustAnchors(),
                        bad == Bad.REVOKED_CERTIFICATE ? crl : null));
        // Only b's clock runs, so that only b begins.
        for (int i = 0; i < 100; i++) {
            world.nowNs += 100 * MS;
            for (final ExchangeAction action : world.ends[1].exchange.on(new Tick(true), world.nowNs)) {
                if (action instanceof ExchangeAction.Send(final byte[] part)) {
                    for (final ExchangeAction answer :
                            world.ends[0].exchange.on(new Arrived(part, false), world.nowNs)) {
                        if (answer instanceof ExchangeAction.Send(final byte[] back)) {
                            world.ends[1]
                                    .exchange
                                    .on(new Arrived(back, false), world.nowNs)
                                    .forEach(proof -> {
                                        if (proof instanceof ExchangeAction.Send(final byte[] sealed)) {
                                            world.tell(0, new Arrived(sealed, false));
                                        }
                                    });
                        }
                    }
                }
            }
        }
        assertThat(world.ends[0].keys).isEqualTo(PeerKeys.NONE);
        assertThat(world.ends[0].refused(ExchangeRefusal.valueOf(bad.name()))).isPositive();
    }

    @Test
    void aShareOfSmallOrderIsRefused() {
        final ExchangeWorld world = world();
        final byte[] message = new byte[ExchangePart.OPEN_LENGTH];
        final byte[] part = ExchangePart.cut(ExchangePart.OFFER, 5, message).getFirst();
        world.tell(1, new Arrived(part, false));
        assertThat(world.ends[1].refused(ExchangeRefusal.BAD_SHARE)).isOne();
        assertThat(world.ends[1].sent).isEmpty();
    }

    @Test
    void aFloodOfOffersIsAnsweredByAFewPerSecond() {
        final ExchangeWorld world = world();
        int exchange = 1;
        for (int i = 0; i < 400; i++) {
            world.nowNs += 10 * MS;
            final byte[] message = new byte[ExchangePart.OPEN_LENGTH];
            message[message.length - 1] = 9;
            world.tell(
                    1,
                    new Arrived(
                            ExchangePart.cut(ExchangePart.OFFER, exchange++, message)
                                    .getFirst(),
                            false));
        }
        assertThat(world.ends[1].refused(ExchangeRefusal.TOO_MANY)).isGreaterThan(350);
        assertThat(world.ends[1].sent).hasSizeBetween(4, 40);
        final byte[] peers = new byte[ExchangePart.OPEN_LENGTH];
        peers[peers.length - 1] = 9;
        final int before = world.ends[1].sent.size();
        world.tell(
                1,
                new Arrived(
                        ExchangePart.cut(ExchangePart.OFFER, exchange, peers).getFirst(), true));
        assertThat(world.ends[1].sent).as("who has a key need not wait").hasSizeGreaterThan(before);
        world.run(10 * S);
        assertThat(world.agreed()).as(world.story()).isTrue();
    }

    @Test
    void aHighNumberThatAStrangerClaimsDoesNoHarm() {
        final ExchangeWorld world = world();
        final byte[] message = new byte[ExchangePart.OPEN_LENGTH];
        message[message.length - 1] = 9;
        message[0] = 0x7f;
        world.tell(
                1, new Arrived(ExchangePart.cut(ExchangePart.OFFER, 5, message).getFirst(), false));
        message[0] = (byte) 0x80;
        world.tell(
                1, new Arrived(ExchangePart.cut(ExchangePart.OFFER, 6, message).getFirst(), false));
        assertThat(world.ends[1].refused(ExchangeRefusal.MALFORMED)).isOne();
        world.run(10 * S);
        assertThat(world.agreed()).as(world.story()).isTrue();
        assertThat(world.ends[1].keys.inUse()).isLessThan(20);
    }

    @Test
    void announcementsOfUnknownKeysMeanNothing() {
        final ExchangeWorld world = agreed();
        world.tell(0, new Announced(1_000, 1_001));
        assertThat(world.ends[0].keys.inUse()).isEqualTo(2);
        assertThat(world.ends[0].keys.find(2).ends()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 888, 889, 3_000, ExchangePart.MAX_MESSAGE_LENGTH})
    void messagesAreCutIntoPartsThatFit(final int length) {
        final byte[] message = new byte[length];
        message[length - 1] = 7;
        final List<byte[]> parts = ExchangePart.cut(ExchangePart.PROOF, -3, message);
        final PartCollector collector = new PartCollector();
        byte[] whole = null;
        for (final byte[] part : parts.reversed()) {
            assertThat(part.length).isLessThanOrEqualTo(PeerMessage.MAX_EXCHANGE_LENGTH);
            assertThat(whole).isNull();
            whole = collector.add(ExchangePart.read(part));
        }
        assertThat(whole).isEqualTo(message);
    }

    @Test
    void nothingShowsAKey() {
        final ExchangeWorld world = agreed();
        final String key =
                HexFormat.of().formatHex(world.ends[0].keys.sending().sending().bytes());
        assertThat(world.ends[0].keys.toString()).contains("secret of 32 bytes").doesNotContain(key);
        assertThat(world.story()).doesNotContain(key);
    }
}
