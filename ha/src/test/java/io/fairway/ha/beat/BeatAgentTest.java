package io.fairway.ha.beat;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.ha.arbiter.HomeClaim;
import io.fairway.ha.arbiter.NodeReport;
import io.fairway.ha.arbiter.PairState;
import io.fairway.ha.arbiter.PartnerBeat;
import io.fairway.ha.beat.BeatContent.Echo;
import io.fairway.ha.beat.BeatExchange.Arrival;
import io.fairway.ha.beat.BeatExchange.BeatArrival;
import io.fairway.ha.beat.BeatExchange.NoticeArrival;
import io.fairway.ha.beat.BeatExchange.UnreadableArrival;
import io.fairway.model.Release;
import io.fairway.model.config.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Beats on the wire: what is sent is what is read, and what is not to be believed has a name. */
final class BeatAgentTest {
    private static final Secret SECRET = Secret.ofHex("00112233445566778899aabbccddeeff".repeat(2));
    private static final long ROUTER = BeatSettings.routerHash("r1");
    private static final long MS = 1_000_000;
    private static final BeatContent CONTENT = new BeatContent(
            new NodeReport(
                    PairState.PAIRED,
                    3,
                    9,
                    HomeClaim.of(0, 12).with(7, 20, 1, 13),
                    HomeClaim.of(255, 7),
                    0b101,
                    0b010,
                    0b1111,
                    0b111,
                    true,
                    true,
                    false),
            new Echo(9, 55, 1234));

    private final MemoryNetwork network = new MemoryNetwork();
    private final BeatExchange exchange0 = new BeatExchange(() -> {}, () -> {});
    private final BeatExchange exchange1 = new BeatExchange(() -> {}, () -> {});
    private long nowNs = 5_000 * MS;
    private final BeatAgent agent0 = agent(0, 4, exchange0, SECRET);
    private final BeatAgent agent1 = agent(1, 9, exchange1, SECRET);

    private BeatAgent agent(final int node, final long incarnation, final BeatExchange exchange, final Secret secret) {
        final BeatSettings settings = new BeatSettings(ROUTER, node, incarnation, 2 * MS, 30 * MS, secret);
        final BeatPath path = new BeatPath(BeatPath.DATA + 1, "lan", 0b10, network.port(node == 0));
        return new BeatAgent(settings, List.of(path), exchange, () -> nowNs, timeout -> {});
    }

    private static List<Arrival> drain(final BeatExchange exchange) {
        final List<Arrival> arrivals = new ArrayList<>();
        exchange.drain(arrivals::add, 1_000);
        return arrivals;
    }

    private byte[] capture() {
        exchange0.publish(CONTENT);
        exchange0.turned(nowNs);
        agent0.doWork();
        return network.toSecond().peek();
    }

    @Test
    void whatIsSent_isWhatIsHeard() {
        capture();
        agent1.doWork();
        final PartnerBeat expected = new PartnerBeat(4, CONTENT.report(), true, 1234);
        assertThat(drain(exchange1))
                .containsExactly(
                        new BeatArrival(BeatPath.DATA + 1, nowNs, new Echo(4, 1, 5_000 * MS), expected, Release.NAME));
        assertThat(agent0.sent(0)).isOne();
        assertThat(agent1.received(0)).isOne();
    }

    @Test
    void anyChangedByte_isRefused() {
        final byte[] good = capture();
        network.toSecond().clear();
        for (int at = 0; at < good.length; at++) {
            final byte[] bad = good.clone();
            bad[at] ^= 1;
            network.toSecond().add(bad);
            agent1.doWork();
        }
        assertThat(drain(exchange1)).isEmpty();
        assertThat(agent1.drops(BeatDrop.MALFORMED)).isEqualTo(4);
        assertThat(agent1.drops(BeatDrop.FOREIGN_ROUTER)).isEqualTo(8);
        assertThat(agent1.drops(BeatDrop.BAD_HMAC)).isEqualTo(good.length - 12);
    }

    @Test
    void anyLength_isRefusedWithoutAnException() {
        final byte[] good = capture();
        network.toSecond().clear();
        final Random random = new Random(1);
        for (int length = 1; length < good.length; length++) {
            network.toSecond().add(java.util.Arrays.copyOf(good, length));
            final byte[] noise = new byte[length];
            random.nextBytes(noise);
            network.toSecond().add(noise);
            agent1.doWork();
        }
        assertThat(drain(exchange1)).isEmpty();
    }

    @Test
    void replayForeignSecretOldIncarnationAndOwnNode_haveNames() {
        final byte[] first = capture();
        agent1.doWork();
        network.toSecond().add(first);
        agent1.doWork();
        assertThat(agent1.drops(BeatDrop.REPLAYED)).isOne();

        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        inject(new BeatWriter(ROUTER, 0, Secret.ofHex("aa".repeat(32))), buffer, BeatPath.DATA + 1, 4);
        assertThat(agent1.drops(BeatDrop.BAD_HMAC)).isOne();
        inject(new BeatWriter(ROUTER, 0, SECRET), buffer, BeatPath.DATA + 1, 3);
        assertThat(agent1.drops(BeatDrop.OLD_INCARNATION)).isOne();
        inject(new BeatWriter(ROUTER, 1, SECRET), buffer, BeatPath.DATA + 1, 4);
        assertThat(agent1.drops(BeatDrop.OWN_NODE)).isOne();
        inject(new BeatWriter(ROUTER, 0, SECRET), buffer, BeatPath.DATA, 4);
        assertThat(agent1.drops(BeatDrop.WRONG_PATH)).isOne();
        inject(new BeatWriter(ROUTER + 1, 0, SECRET), buffer, BeatPath.DATA + 1, 4);
        assertThat(agent1.drops(BeatDrop.FOREIGN_ROUTER)).isOne();
    }

    private void inject(
            final BeatWriter writer, final ExpandableArrayBuffer buffer, final int path, final long incarnation) {
        final byte[] frame = new byte[writer.deathNotice(buffer, path, incarnation)];
        buffer.getBytes(0, frame);
        network.toSecond().add(frame);
        agent1.doWork();
    }

    @Test
    void aBeatOfAnotherVersion_saysWhoLivesAndNoMore() {
        final byte[] beat = UnreadableBeats.beat(ROUTER, 0, BeatPath.DATA + 1, 4, 1);
        network.toSecond().add(beat);
        network.toSecond().add(beat);
        network.toSecond().add(UnreadableBeats.shortBeat(ROUTER, 0, BeatPath.DATA + 1, 9));
        final byte[] forged = UnreadableBeats.beat(ROUTER, 0, BeatPath.DATA + 1, 4, 2);
        forged[BeatFlyweight.NOTICE_LENGTH] ^= 1;
        network.toSecond().add(forged);
        agent1.doWork();
        assertThat(drain(exchange1))
                .containsExactly(new UnreadableArrival(BeatPath.DATA + 1, nowNs, 4, UnreadableBeats.VERSION));
        assertThat(agent1.drops(BeatDrop.OTHER_VERSION)).isOne();
        assertThat(agent1.drops(BeatDrop.REPLAYED)).isOne();
        assertThat(agent1.drops(BeatDrop.OLD_INCARNATION)).isOne();
        assertThat(agent1.drops(BeatDrop.BAD_HMAC)).isOne();
    }

    @Test
    void aBeatThatSaysTooLittle_isNotSilence() {
        network.toSecond().add(UnreadableBeats.shortBeat(ROUTER, 0, BeatPath.DATA + 1, 9));
        agent1.doWork();
        assertThat(drain(exchange1))
                .containsExactly(new UnreadableArrival(BeatPath.DATA + 1, nowNs, 1, BeatFlyweight.VERSION_VALUE));
        assertThat(agent1.drops(BeatDrop.BAD_CONTENT)).isOne();
    }

    @Test
    void itemsOfAnotherRelease_areSkipped() {
        assertThat(releaseOf(new byte[0])).as("0.1.0 has none").isEmpty();
        assertThat(releaseOf(new byte[] {9, 3, 1, 1, 1, BeatFlyweight.RELEASE, 2, '7', 'b', 9, 0}))
                .isEqualTo("7b");
        assertThat(releaseOf(new byte[] {BeatFlyweight.RELEASE, 3, '7', 'b'})).isEmpty();
        assertThat(releaseOf(new byte[] {9})).isEmpty();
    }

    /** What is read from a beat with these bytes in the place of its items. */
    private String releaseOf(final byte[] items) {
        final byte[] sent = capture();
        network.toSecond().clear();
        final int begin = BeatFlyweight.items(new UnsafeBuffer(sent));
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[begin + items.length + BeatAuthenticator.LENGTH]);
        frame.putBytes(0, sent, 0, begin);
        frame.putBytes(begin, items);
        frame.putShort(BeatFlyweight.BODY_LENGTH, (short) (begin + items.length), BeatFlyweight.ORDER);
        new BeatAuthenticator(SECRET).sign(frame, begin + items.length);
        network.toSecond().add(frame.byteArray());
        nowNs += 2 * MS;
        agent1.doWork();
        return ((BeatArrival) drain(exchange1).getFirst()).release();
    }

    @Test
    void deathNotice_arrives() {
        inject(new BeatWriter(ROUTER, 0, SECRET), new ExpandableArrayBuffer(), BeatPath.DATA + 1, 4);
        assertThat(drain(exchange1)).containsExactly(new NoticeArrival(BeatPath.DATA + 1, nowNs, 4));
    }

    @Test
    void pairThreadThatDoesNotTurn_silencesTheBeats() {
        exchange0.publish(CONTENT);
        exchange0.turned(nowNs);
        for (int i = 0; i < 100; i++) {
            agent0.doWork();
            nowNs += MS;
        }
        assertThat(agent0.sent(0)).isEqualTo(16);
        assertThat(agent0.heldBack()).isEqualTo(34);
    }

    @Test
    void pause_startsTheCountOfSilenceAnew() {
        agent1.doWork();
        final long startNs = nowNs;
        nowNs += 9 * MS;
        agent1.doWork();
        assertThat(exchange1.observation()).isEqualTo(new BeatExchange.Observation(nowNs, startNs, startNs, 0b10, 0));
        nowNs += 20 * MS;
        agent1.doWork();
        assertThat(exchange1.observation()).isEqualTo(new BeatExchange.Observation(nowNs, nowNs, startNs, 0b10, 0));
        nowNs += 40 * MS;
        agent1.doWork();
        assertThat(exchange1.observation()).isEqualTo(new BeatExchange.Observation(nowNs, nowNs, nowNs, 0b10, 0));
        network.up(false);
        nowNs += 9 * MS;
        agent1.doWork();
        assertThat(exchange1.observation().linkMask()).isZero();
    }

    @Test
    void authenticator_knowsItsOwn() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        final BeatAuthenticator authenticator = new BeatAuthenticator(SECRET);
        assertThat(authenticator.sign(buffer, 32)).isEqualTo(48);
        assertThat(authenticator.verify(buffer, 32)).isTrue();
        assertThat(authenticator.verify(buffer, 31)).isFalse();
    }
}
