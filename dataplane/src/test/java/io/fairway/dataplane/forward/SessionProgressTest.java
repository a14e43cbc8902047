package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.Router;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.wire.MacAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Node 0 owns a session, node 1 stands by for it and hears how far it has come. */
class SessionProgressTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final MacAddress VIRTUAL = new MacAddress(0x0200_5e00_0001L);
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVER = "203.0.113.80";
    private static final int BUCKET = 3;
    private static final long SESSION = BucketId.sessionId(BUCKET, 1);

    @TempDir
    private Path directory;

    private final CrossingWire there = new CrossingWire();
    private final CrossingWire back = new CrossingWire();
    private NodeRig owner;
    private NodeRig standby;

    @BeforeEach
    void start() {
        final Router plain = NodeRig.router("pair", "10.0.0.1", "203.0.113.1", VIRTUAL);
        final Router router = new Router(
                plain.name(),
                plain.securityId(),
                List.of(
                        new Router.Node("n0", 0, List.of("lan", "wan"), List.of(), ""),
                        new Router.Node("n1", 1, List.of("lan", "wan"), List.of(), "")),
                plain.interfaces(),
                List.of(),
                List.of(),
                plain.peering(),
                null,
                plain.limits(),
                plain.timers());
        owner = new NodeRig(directory, router, 0, CrossingWire.link(there, back));
        standby = new NodeRig(directory, router, 1, CrossingWire.link(back, there));
        for (final NodeRig node : List.of(owner, standby)) {
            for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
                node.gate.setBucket(bucket, BucketId.homeNode(bucket), 2 - BucketId.homeNode(bucket));
            }
            node.proxy.install(session(), 0);
            node.turn();
        }
        owner.gate.setLeader(LAN, true);
        owner.gate.setLeader(WAN, true);
        owner.meet(WAN, SERVER, SERVER_MAC);
        owner.meet(LAN, CLIENT, CLIENT_MAC);
    }

    @AfterEach
    void stop() {
        owner.close();
        standby.close();
    }

    private static SessionRecord session() {
        final FiveTuple udp = NodeRig.tuple(17, CLIENT, 1000, SERVER, 53);
        return NodeRig.record(
                SESSION,
                1,
                NodeRig.flow(LAN, udp, WAN, udp, 0, false, SERVER),
                NodeRig.flow(WAN, udp.reversed(), LAN, udp.reversed(), 0, false, CLIENT));
    }

    /** A millisecond after whatever came before. */
    private void request() {
        owner.nowNs += NodeRig.MS_NS;
        owner.receive(LAN, Frames.udp(CLIENT_MAC, VIRTUAL.bits(), CLIENT, 1000, SERVER, 53, Frames.bytes("q")));
    }

    private void answer() {
        owner.receive(WAN, Frames.udp(SERVER_MAC, VIRTUAL.bits() + 1, SERVER, 53, CLIENT, 1000, Frames.bytes("abc")));
    }

    /** Time passes for both; what crossed meanwhile is taken in. */
    private void pass(final long ms) {
        for (long passed = 0; passed < ms; passed += 100) {
            owner.advanceMs(100);
            standby.advanceMs(100);
            while (!there.frames.isEmpty() || !back.frames.isEmpty()) {
                standby.turn();
                owner.turn();
            }
        }
    }

    private static SessionStats stats(final NodeRig node) {
        return node.agent.flows().find(SESSION);
    }

    private void takeOver() {
        standby.gate.setBucket(BUCKET, 1, 3);
        standby.turn();
    }

    @Test
    void standbyKnowsHowFarTheSessionHasCome() {
        request();
        request();
        answer();
        pass(1_200);
        assertThat(stats(standby).forwardPackets()).isEqualTo(2);
        assertThat(stats(standby).forwardBytes()).isEqualTo(2 * 29);
        assertThat(stats(standby).reversePackets()).isEqualTo(1);
        assertThat(stats(standby).reverseBytes()).isEqualTo(31);
        request();
        pass(1_200);
        assertThat(stats(standby).forwardPackets()).isEqualTo(3);
    }

    @Test
    void aSessionWithoutPacketsIsNotToldAgain() {
        request();
        pass(2_000);
        long told = 0;
        for (int second = 0; second < 50; second++) {
            owner.advanceMs(1_000);
            told += there.frames.stream()
                    .filter(crossed -> crossed.interfaceIndex() == PartnerLine.SESSIONS && crossed.bytes().length > 18)
                    .count();
            there.frames.clear();
        }
        assertThat(told).isLessThanOrEqualTo(1);
    }

    @Test
    void whatWasLostIsToldAgain() {
        request();
        for (int i = 0; i < 20; i++) {
            owner.advanceMs(100);
            there.frames.clear();
        }
        assertThat(stats(standby).forwardPackets()).isZero();
        pass(70_000);
        assertThat(stats(standby).forwardPackets()).isEqualTo(1);
    }

    @Test
    void olderWordIsIgnored() {
        request();
        owner.advanceMs(1_100);
        final List<CrossingWire.Crossed> old = List.copyOf(there.frames);
        request();
        pass(2_200);
        assertThat(stats(standby).forwardPackets()).isEqualTo(2);
        there.frames.addAll(old);
        while (!there.frames.isEmpty()) {
            standby.turn();
        }
        assertThat(stats(standby).forwardPackets()).isEqualTo(2);
    }

    @Test
    void whoOwnsASessionCountsItself() {
        request();
        takeOver();
        pass(2_200);
        assertThat(stats(standby).forwardPackets()).isZero();
    }

    @Test
    void silenceGoesOnThroughATakeover() {
        request();
        pass(20_000);
        takeOver();
        assertThat(stats(standby).remainingMs()).isBetween(8_000L, 10_500L);
    }

    @Test
    void afterALongSilenceOfThePartnerItsSessionsCountAsSeen() {
        request();
        pass(10_000);
        there.up = false;
        pass(10_000);
        takeOver();
        assertThat(stats(standby).remainingMs()).isBetween(29_000L, 30_000L);
    }

    @Test
    void garbageIsIgnored() {
        for (final int length : new int[] {0, 7, 14, 56, 1024}) {
            final byte[] bytes = new byte[10 + length];
            Arrays.fill(bytes, (byte) 0xff);
            if (length > 1) {
                bytes[10] = 1;
                bytes[11] = 0;
            }
            there.frames.add(new CrossingWire.Crossed(PartnerLine.SESSIONS, 0, 0, bytes));
            standby.turn();
        }
        assertThat(stats(standby).forwardPackets()).isZero();
    }
}
