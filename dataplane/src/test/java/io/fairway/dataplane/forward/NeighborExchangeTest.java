package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.dataplane.neighbor.NeighborEntry;
import io.fairway.model.config.Router;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.MacAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes with the same interfaces: node 0 leads and hears the neighbours, node 1 hears of them. */
class NeighborExchangeTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final long OTHER_MAC = 0x0a00_0000_0003L;
    private static final MacAddress VIRTUAL = new MacAddress(0x0200_5e00_0001L);
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVER = "203.0.113.80";
    private static final String SERVER_V6 = "2001:db8::80";
    private static final int BUCKET = 3;

    @TempDir
    private Path directory;

    private final CrossingWire there = new CrossingWire();
    private final CrossingWire back = new CrossingWire();
    private NodeRig leader;
    private NodeRig standby;

    @BeforeEach
    void start() {
        final Router router = router();
        leader = new NodeRig(directory, router, 0, CrossingWire.link(there, back));
        standby = new NodeRig(directory, router, 1, CrossingWire.link(back, there));
        for (final NodeRig node : List.of(leader, standby)) {
            for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
                node.gate.setBucket(bucket, BucketId.homeNode(bucket), 2 - BucketId.homeNode(bucket));
            }
        }
        lead(leader);
    }

    @AfterEach
    void stop() {
        leader.close();
        standby.close();
    }

    private static Router router() {
        final Router plain = NodeRig.router("pair", "10.0.0.1 fd00::1", "203.0.113.1 2001:db8::1", VIRTUAL);
        return new Router(
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
    }

    private static void lead(final NodeRig node) {
        node.gate.setLeader(LAN, true);
        node.gate.setLeader(WAN, true);
    }

    /** Time passes for both, in steps of a tick; what crossed meanwhile is taken in. */
    private void pass(final long ms) {
        for (long passed = 0; passed < ms; passed += 100) {
            leader.advanceMs(100);
            standby.advanceMs(100);
            while (!there.frames.isEmpty() || !back.frames.isEmpty()) {
                standby.turn();
                leader.turn();
            }
        }
    }

    private static SessionRecord session() {
        final FiveTuple udp = NodeRig.tuple(17, CLIENT, 1000, SERVER, 53);
        return NodeRig.record(
                BucketId.sessionId(BUCKET, 1),
                1,
                NodeRig.flow(LAN, udp, WAN, udp, 0, false, SERVER),
                NodeRig.flow(WAN, udp.reversed(), LAN, udp.reversed(), 0, false, CLIENT));
    }

    private static byte[] request() {
        return Frames.udp(CLIENT_MAC, VIRTUAL.bits(), CLIENT, 1000, SERVER, 53, Frames.bytes("q"));
    }

    private static NeighborEntry known(final NodeRig node, final String ip) {
        return node.agent.neighbors().snapshot().stream()
                .filter(entry -> entry.ip().toString().equals(ip))
                .findFirst()
                .orElse(null);
    }

    private static long arpRequests(final NodeRig node, final int interfaceIndex) {
        return node.ports[interfaceIndex].take().stream()
                .filter(sent -> EthernetHeader.type(new UnsafeBuffer(sent.frame()), 0) == EthernetHeader.ARP)
                .count();
    }

    @Test
    void whoTakesOverSendsAtOnce() {
        leader.meet(WAN, SERVER, SERVER_MAC);
        leader.meet(LAN, CLIENT, CLIENT_MAC);
        standby.proxy.install(session(), 0);
        pass(100);
        assertThat(known(leader, SERVER).partners()).isFalse();
        assertThat(known(standby, SERVER).partners()).isTrue();
        assertThat(arpRequests(standby, WAN)).isZero();

        standby.gate.setBucket(BUCKET, 1, 3);
        lead(standby);
        standby.ports[LAN].deliver(request());
        standby.turn();
        final byte[] first = standby.ports[WAN].take().getFirst().frame();
        assertThat(EthernetHeader.type(new UnsafeBuffer(first), 0)).isEqualTo(EthernetHeader.IPV4);
        assertThat(EthernetHeader.destination(new UnsafeBuffer(first), 0)).isEqualTo(SERVER_MAC);
    }

    @Test
    void neighboursOfBothFamiliesAreTold() {
        leader.meet(WAN, SERVER_V6, SERVER_MAC);
        pass(100);
        assertThat(known(standby, SERVER_V6).mac()).isEqualTo(new MacAddress(SERVER_MAC));
        assertThat(known(standby, SERVER_V6).partners()).isTrue();
    }

    @Test
    void whatWasLostIsToldAgain() {
        leader.meet(WAN, SERVER, SERVER_MAC);
        leader.advanceMs(100);
        there.frames.clear();
        pass(4_000);
        assertThat(known(standby, SERVER)).isNull();
        pass(2_000);
        assertThat(known(standby, SERVER).mac()).isEqualTo(new MacAddress(SERVER_MAC));
        assertThat(known(standby, SERVER).ageMs()).isBetween(4_000L, 6_200L);
    }

    @Test
    void aPartnerThatComesLateIsToldAtOnce() {
        leader.meet(WAN, SERVER, SERVER_MAC);
        pass(100);
        there.up = false;
        pass(200);
        there.up = true;
        leader.advanceMs(100);
        assertThat(there.frames).hasSize(1);
    }

    @Test
    void whatWasHeardFirstHandStaysAgainstOlderWord() {
        leader.meet(WAN, SERVER, OTHER_MAC);
        leader.nowNs += 3_000 * NodeRig.MS_NS;
        lead(standby);
        standby.meet(WAN, SERVER, SERVER_MAC);
        pass(100);
        assertThat(known(standby, SERVER).mac()).isEqualTo(new MacAddress(SERVER_MAC));
        assertThat(known(standby, SERVER).partners()).isFalse();
        assertThat(known(leader, SERVER).mac()).as("newer word").isEqualTo(new MacAddress(SERVER_MAC));
        assertThat(known(leader, SERVER).partners()).isTrue();
    }

    @Test
    void wordThatIsHardlyNewerDisplacesNothing() {
        lead(standby);
        standby.meet(WAN, SERVER, SERVER_MAC);
        standby.advanceMs(500);
        leader.meet(WAN, SERVER, OTHER_MAC);
        leader.advanceMs(100);
        standby.turn();
        assertThat(known(standby, SERVER).mac()).isEqualTo(new MacAddress(SERVER_MAC));
    }

    @Test
    void whatBothHearIsEachOnesOwn() {
        lead(standby);
        leader.meet(WAN, SERVER, SERVER_MAC);
        standby.meet(WAN, SERVER, SERVER_MAC);
        pass(6_000);
        assertThat(known(leader, SERVER).partners()).isFalse();
        assertThat(known(standby, SERVER).partners()).isFalse();
    }

    @Test
    void aStandbyAsksOnlyForWhatItIsNotTold() {
        standby.turn();
        standby.ports[WAN].take();
        standby.proxy.install(session(), 0);
        pass(900);
        assertThat(arpRequests(standby, WAN)).isZero();
        assertThat(known(standby, SERVER).state()).isEqualTo("incomplete");
        pass(300);
        assertThat(arpRequests(standby, WAN)).isEqualTo(1);
    }

    @Test
    void whoMustSendBeforeItWasToldAsks() {
        standby.proxy.install(session(), 0);
        standby.turn();
        lead(standby);
        standby.gate.setBucket(BUCKET, 1, 3);
        standby.turn();
        standby.ports[WAN].take();
        standby.receive(LAN, request());
        final UnsafeBuffer asked = new UnsafeBuffer(standby.onlySent(WAN));
        assertThat(EthernetHeader.type(asked, 0)).isEqualTo(EthernetHeader.ARP);
        assertThat(ArpMessage.operation(asked, EthernetHeader.LENGTH)).isEqualTo(ArpMessage.REQUEST);
    }

    @Test
    void wordOfADeadPartnerIsVerifiedInTheEnd() {
        leader.meet(WAN, SERVER, SERVER_MAC);
        pass(100);
        lead(standby);
        for (int i = 0; i < 440; i++) {
            standby.advanceMs(100);
        }
        standby.ports[WAN].take();
        assertThat(known(standby, SERVER).state()).isEqualTo("reachable");
        standby.advanceMs(2_000);
        assertThat(known(standby, SERVER).state()).isEqualTo("probing");
        assertThat(arpRequests(standby, WAN)).isPositive();
        for (int i = 0; i < 40; i++) {
            standby.advanceMs(100);
        }
        assertThat(known(standby, SERVER)).isNull();
    }

    @Test
    void garbageIsIgnored() {
        standby.turn();
        for (final int length : new int[] {0, 7, 14, 40, 1024}) {
            final byte[] bytes = new byte[10 + length];
            Arrays.fill(bytes, (byte) 0xff);
            there.frames.add(new CrossingWire.Crossed(PartnerLine.NEIGHBORS, 0, 0, bytes));
            bytes[bytes.length > 11 ? 10 : 0] = 1;
            if (bytes.length > 11) {
                bytes[11] = 0;
            }
            standby.turn();
        }
        assertThat(standby.agent.neighbors().snapshot()).isEmpty();
    }
}
