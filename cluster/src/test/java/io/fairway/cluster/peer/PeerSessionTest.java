package io.fairway.cluster.peer;

import static io.fairway.cluster.peer.PeerWorld.A;
import static io.fairway.cluster.peer.PeerWorld.B;
import static io.fairway.cluster.peer.PeerWorld.MS;
import static io.fairway.cluster.peer.PeerWorld.NAT;
import static io.fairway.cluster.peer.PeerWorld.S;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.directory.PathCondition;
import io.fairway.cluster.peer.exchange.ExchangeRefusal;
import io.fairway.cluster.peer.exchange.PeerKeys;
import io.fairway.cluster.peer.exchange.TestPki;
import io.fairway.cluster.peer.exchange.TestPki.Wanted;
import io.fairway.model.config.Peering;
import io.fairway.model.config.Secret;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.PeerMessage;
import io.fairway.model.wire.peer.PeerMessageParser;
import io.fairway.model.wire.peer.PeerMessageView;
import io.fairway.model.wire.peer.TcpProbe;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two sessions over a simulated network, case by case. */
class PeerSessionTest {
    private static final long SEED = Long.getLong("seed", 1);

    @TempDir
    private static Path directory;

    private static TestPki ca;
    private static Peering.Identity filesA;
    private static Peering.Identity filesB;

    @BeforeAll
    static void makeFiles() {
        ca = new TestPki(directory, "ca", "EC");
        filesA = ca.issue("a", new Wanted("a"), ca);
        filesB = ca.issue("b", new Wanted("b"), ca);
    }

    private static PeerWorld world(final boolean certified) {
        return certified ? PeerWorld.certified(SEED, filesA, filesB) : PeerWorld.shared(SEED);
    }

    private static PeerWorld up(final boolean certified) {
        final PeerWorld world = world(certified).boot();
        world.run(S);
        assertThat(world.bothUp()).as(world.story()).isTrue();
        return world;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twoThatKnowNothingOfEachOtherComeUpWithinASecond(final boolean certified) {
        final PeerWorld world = up(certified);
        world.run(20 * S);
        assertThat(world.a.told).containsExactly("up");
        assertThat(world.b.told).containsExactly("up");
        assertThat(world.a.row().quality().latencyNs()).isCloseTo(10 * MS, Offset.offset(5 * MS));
        assertThat(world.a.row().quality().loss()).isZero();
        assertThat(world.a.row().mtuBytes()).isEqualTo(1_500);
        assertThat(world.a.carried).containsExactly(PathCondition.LINK_MTU);
        assertThat(world.a.row().peerIncarnation()).isEqualTo(1_000);
        assertThat(world.a.row().natAtPeer()).isFalse();
        assertThat(world.a.row().natHere()).isFalse();
        assertThat(world.keysAgree()).isEqualTo(certified);
        assertThat(world.a.row().keys()).isEqualTo(new PeerPathRow.Keys(certified ? 2 : 1, certified ? 2 : 1));
        if (!certified) {
            assertThat(world.a.keys).as("shared keys are never told").isEqualTo(PeerKeys.NONE);
        }
    }

    @Test
    void messagesFollowTheAgreedIntervals() {
        final PeerWorld world = up(false);
        world.run(2 * S);
        world.heard.clear();
        world.run(10 * S);
        assertThat(world.heard.size())
                .as("2 ends, 100 ms, up to a quarter shorter")
                .isBetween(200, 280);
    }

    @Test
    void silenceIsFoundAndEnds() {
        final PeerWorld world = up(false);
        world.loss = 1;
        world.run(400 * MS);
        assertThat(world.a.row().state()).isEqualTo(PathState.DOWN);
        assertThat(world.b.told).containsExactly("up", "down");
        world.loss = 0;
        world.run(2 * S);
        assertThat(world.a.row().state()).isEqualTo(PathState.UP);
        assertThat(world.a.row().isUsable()).as("held down").isFalse();
        world.run(2 * S);
        assertThat(world.bothUp()).isTrue();
        assertThat(world.a.told).containsExactly("up", "down", "up");
        assertThat(world.a.table.counters(0).ups().sum()).isEqualTo(2);
        assertThat(world.a.table.counters(0).downs().sum()).isOne();
    }

    @Test
    void lossIsMeasuredAndProbesAreNoLoss() {
        final PeerWorld world = world(false);
        world.pathBytes = 1_400;
        world.boot();
        world.run(30 * S);
        assertThat(world.a.row().mtuBytes()).isEqualTo(1_400);
        assertThat(world.a.carried).startsWith(1_280).endsWith(1_400);
        assertThat(world.a.row().quality().loss()).isZero();
        world.loss = 0.1;
        world.run(30 * S);
        assertThat(world.a.row().quality().loss()).isBetween(300, 2_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bothEndsLearnWhatAFirewallRefusesOneWay(final boolean certified) {
        final PeerWorld world = world(certified);
        world.detects = true;
        world.refusedFromA = TcpProbe.MID_FLOW;
        world.boot();
        world.run(10 * S);
        assertThat(world.a.tcp).containsExactly("Mid-flow");
        assertThat(world.b.tcp).endsWith("Mid-flow");
        assertThat(world.b.row().tcpRefused()).isEqualTo(TcpProbe.MID_FLOW.bit());
        world.refusedFromA = null;
        world.run(310 * S);
        assertThat(world.a.tcp).containsExactly("Mid-flow", "");
        assertThat(world.b.tcp).endsWith("Mid-flow", "");
        assertThat(world.a.row().quality().loss()).as("probes are not missed").isZero();
        assertThat(world.b.row().quality().loss()).isZero();
        assertThat(world.a.told).containsExactly("up");
    }

    @Test
    void whoIsBehindANatIsNotSeenWhereItsProbesComeFrom() {
        final PeerWorld world = world(false);
        world.detects = true;
        world.natPort = 40_000;
        world.boot();
        world.run(10 * S);
        assertThat(world.a.told).containsExactly("peer at " + new Endpoint(NAT, 40_000), "up");
        assertThat(world.a.tcp).containsExactly("");
        assertThat(world.b.tcp).containsExactly("");
        assertThat(world.segments).isEqualTo(24);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRestartThatLosesSessionsIsTold(final boolean certified) {
        final PeerWorld world = up(certified);
        world.b.incarnation++;
        world.b.boot(false, PeerHandover.NONE);
        world.run(5 * S);
        assertThat(world.a.told).containsExactlyInAnyOrder("up", "lost state", "down", "up");
        assertThat(world.b.told).containsExactly("up", "up");
        assertThat(world.a.row().peerIncarnation()).isEqualTo(1_001);
        assertThat(world.bothUp()).as(world.story()).isTrue();
    }

    @Test
    void aNewLeaderGoesOnAndThePeerNoticesNothing() {
        final PeerWorld world = up(false);
        final PeerHandover handover =
                new PeerHandover(PeerKeys.NONE, world.b.row().peerIncarnation(), null);
        world.b.boot(true, handover);
        world.run(5 * S);
        assertThat(world.a.told).containsExactly("up");
        assertThat(world.b.told).containsExactly("up", "up");
        assertThat(world.bothUp()).as(world.story()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNewLeaderOfACertifiedRouterGoesOnWithOrWithoutKeys(final boolean handedOver) {
        final PeerWorld world = up(true);
        final int before = world.b.keys.inUse();
        final PeerKeys keys = handedOver ? world.b.keys : PeerKeys.NONE;
        // Detection time must outlast an exchange.
        world.timers = new PathTimers(1_000 * MS, 500 * MS, 3, 2 * S);
        final PeerWorld slow = PeerWorld.certified(SEED, filesA, filesB);
        slow.timers = world.timers;
        slow.boot();
        slow.run(10 * S);
        final PeerKeys slowKeys = handedOver ? slow.b.keys : keys;
        slow.b.boot(true, new PeerHandover(slowKeys, slow.b.row().peerIncarnation(), null));
        slow.run(10 * S);
        assertThat(slow.a.told).as(slow.story()).containsExactly("up");
        assertThat(slow.b.told).containsExactly("up", "up");
        assertThat(slow.keysAgree()).isTrue();
        assertThat(slow.a.keys.inUse() > before).isEqualTo(!handedOver);
    }

    @Test
    void anOlderNumberOfSessionsIsNoLoss() {
        final PeerWorld world = up(false);
        final long known = world.b.row().peerIncarnation();
        world.b.incarnation--;
        world.b.boot(true, new PeerHandover(PeerKeys.NONE, known, null));
        world.run(5 * S);
        assertThat(world.a.told).containsExactly("up");
        assertThat(world.a.row().peerIncarnation()).isEqualTo(999);
    }

    @Test
    void aNewLeaderThatHearsOfLostSessionsSaysSo() {
        final PeerWorld world = up(false);
        final long known = world.b.row().peerIncarnation();
        world.a.incarnation++;
        world.a.boot(false, PeerHandover.NONE);
        world.b.boot(true, new PeerHandover(PeerKeys.NONE, known, null));
        world.run(5 * S);
        assertThat(world.b.told).contains("lost state");
        assertThat(world.bothUp()).as(world.story()).isTrue();
    }

    @Test
    void aSuccessorOfADeadPathTellsSoOnce() {
        final PeerWorld world = world(false);
        world.b.boot(true, PeerHandover.NONE);
        world.run(5 * S);
        assertThat(world.b.told).containsExactly("down");
        world.a.boot(true, PeerHandover.NONE);
        world.run(5 * S);
        assertThat(world.bothUp()).as(world.story()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPeerBehindANatIsAnsweredWhereItIsSeen(final boolean certified) {
        final PeerWorld world = world(certified);
        world.natPort = 40_001;
        world.boot();
        world.run(6 * S);
        assertThat(world.bothUp()).as(world.story()).isTrue();
        final Endpoint seen = new Endpoint(NAT, 40_001);
        assertThat(world.a.told).containsExactly("peer at " + seen, "up");
        assertThat(world.b.told).containsExactly("seen at " + seen, "up");
        assertThat(world.a.row().natAtPeer()).isTrue();
        assertThat(world.a.row().natHere()).isFalse();
        assertThat(world.b.row().natHere()).isTrue();
        assertThat(world.b.row().natAtPeer()).isFalse();

        world.natPort = 40_002;
        world.run(6 * S);
        assertThat(world.bothUp()).as(world.story()).isTrue();
        assertThat(world.a.told.getLast()).isEqualTo("peer at " + new Endpoint(NAT, 40_002));
        assertThat(world.b.told.getLast()).isEqualTo("seen at " + new Endpoint(NAT, 40_002));
        assertThat(world.a.told).doesNotContain("down");
    }

    @Test
    void aListenerDoesNotSpeakFirst() {
        final PeerWorld world = world(true);
        world.natPort = 40_001;
        world.a.boot(false, PeerHandover.NONE);
        world.run(10 * S);
        assertThat(world.heard).isEmpty();
    }

    @Test
    void aPeerWithAnotherKeyGetsSilence() {
        final PeerWorld world = world(false);
        world.natPort = 40_001;
        world.b.sharedKey = Secret.ofHex("cd".repeat(32));
        world.boot();
        world.run(10 * S);
        assertThat(world.a.table.counters(0).sent().sum()).isZero();
        assertThat(world.a.dropped(PeerDrop.BAD_CODE)).isPositive();
        assertThat(world.a.row().state()).isEqualTo(PathState.DOWN);
    }

    @Test
    void aPeerWithABadCertificateNeverComesUp() {
        final Peering.Identity other = new TestPki(directory, "other", "EC").issue("bad", new Wanted("b"), ca);
        final PeerWorld world = PeerWorld.certified(SEED, filesA, other).boot();
        world.run(30 * S);
        assertThat(world.a.row().state()).isEqualTo(PathState.DOWN);
        assertThat(world.b.row().state()).isEqualTo(PathState.DOWN);
        assertThat(world.a.table.counters(0).refusals(ExchangeRefusal.UNTRUSTED_CERTIFICATE))
                .isPositive();
        assertThat(world.a.keys.inUse()).isZero();
        assertThat(world.a.told).isEmpty();
    }

    @Test
    void newKeysAreAgreedOnWhileThePathStaysUp() {
        final PeerWorld world = up(true);
        world.run(40 * S);
        final int before = world.a.keys.inUse();
        world.b.session.rekey(world.nowNs);
        world.run(2 * S);
        assertThat(world.keysAgree()).isTrue();
        assertThat(world.a.keys.inUse()).isGreaterThan(before);
        assertThat(world.a.keys.generations()).hasSize(2);
        world.run(31 * S);
        assertThat(world.a.keys.generations()).hasSize(1);
        assertThat(world.a.told).containsExactly("up");
    }

    @Test
    void whatIsRepeatedOrForgedMovesNothing() {
        for (final boolean certified : List.of(false, true)) {
            final PeerWorld world = up(certified);
            world.run(3 * S);
            final List<byte[]> recorded = List.copyOf(world.heard);
            for (final byte[] message : recorded) {
                world.deliver(world.a, message, B);
                world.deliver(world.b, message, A);
                final byte[] forged = message.clone();
                forged[world.random.nextInt(forged.length)] ^= (byte) (1 << world.random.nextInt(8));
                world.deliver(world.a, forged, new Endpoint(IpAddress.parse("198.51.100.66"), 9));
                world.run(PeerWorld.STEP_NS);
            }
            assertThat(world.bothUp()).as(world.story()).isTrue();
            assertThat(world.a.told).containsExactly("up");
            assertThat(world.b.told).containsExactly("up");
            assertThat(world.a.row().peerSeen()).isEqualTo(B);
            assertThat(world.a.dropped(PeerDrop.REPLAYED)).isPositive();
            assertThat(world.a.dropped(PeerDrop.UNKNOWN_PEER))
                    .as("its own words")
                    .isPositive();
            assertThat(world.a.dropped(PeerDrop.MALFORMED)).isPositive();
            assertThat(world.a.dropped(PeerDrop.BAD_CODE)).isPositive();
            assertThat(world.a.dropped(PeerDrop.FOREIGN_AUTHORITY)).isPositive();
        }
    }

    @Test
    void messagesOfAnEarlierLifeMoveNothing() {
        final PeerWorld world = up(false);
        world.run(S);
        world.a.boot(false, PeerHandover.NONE);
        world.run(6 * S);
        assertThat(world.bothUp()).isTrue();
        final List<String> told = List.copyOf(world.a.told);
        for (final byte[] message : List.copyOf(world.heard.subList(0, world.heard.size() / 4))) {
            world.deliver(world.a, message, B);
            world.run(PeerWorld.STEP_NS);
        }
        assertThat(world.a.told).isEqualTo(told);
        assertThat(world.a.dropped(PeerDrop.NOT_TO_US)).isPositive();
        assertThat(world.bothUp()).isTrue();
    }

    @Test
    void anOperatorTakesBothEndsDown() {
        final PeerWorld world = up(false);
        world.a.session.administer(false, world.nowNs);
        world.run(S);
        assertThat(world.a.row().state()).isEqualTo(PathState.ADMIN_DOWN);
        assertThat(world.b.row().state()).isEqualTo(PathState.DOWN);
        world.a.session.administer(true, world.nowNs);
        world.run(4 * S);
        assertThat(world.bothUp()).as(world.story()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everythingFitsThroughEveryPathAndKeepsItsSecrets(final boolean certified) {
        final PeerWorld world = up(certified);
        world.run(5 * S);
        final PeerMessageView view = new PeerMessageView();
        for (final byte[] message : world.heard) {
            assertThat(PeerMessageParser.parse(new UnsafeBuffer(message), 0, message.length, view))
                    .isTrue();
            assertThat(message.length)
                    .isLessThanOrEqualTo(view.probeBytes() == 0 ? PeerMessage.SAFE_LENGTH : view.probeBytes() - 28);
        }
    }
}
