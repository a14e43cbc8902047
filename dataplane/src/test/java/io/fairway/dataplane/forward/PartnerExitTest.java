package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.config.Router;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.TcpHeader;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A WAN that only node 1 has: what node 0 owns leaves there all the same, through its partner. */
class PartnerExitTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final MacAddress VIRTUAL = new MacAddress(0x0200_5e00_0001L);
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVER = "203.0.113.80";
    private static final int BUCKET = 3;

    @TempDir
    private Path directory;

    private final CrossingWire there = new CrossingWire();
    private final CrossingWire back = new CrossingWire();
    private NodeRig owner;
    private NodeRig exit;

    @BeforeEach
    void start() {
        final Router router = router();
        owner = new NodeRig(directory, router, 0, CrossingWire.link(there, back));
        exit = new NodeRig(directory, router, 1, CrossingWire.link(back, there));
        for (final NodeRig node : List.of(owner, exit)) {
            for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
                node.gate.setBucket(bucket, BucketId.homeNode(bucket), 2 - BucketId.homeNode(bucket));
            }
            node.proxy.install(session(), 0);
            node.turn();
        }
        owner.gate.setLeader(LAN, true);
        exit.gate.setLeader(WAN, true);
        owner.meet(LAN, CLIENT, CLIENT_MAC);
        exit.meet(WAN, SERVER, SERVER_MAC);
    }

    @AfterEach
    void stop() {
        owner.close();
        exit.close();
    }

    /** The LAN is shared, the WAN is node 1's. */
    private static Router router() {
        final Router plain = NodeRig.router("pair", "10.0.0.1", "203.0.113.1", VIRTUAL);
        final Router.NetworkInterface wan = plain.interfaces().get(WAN);
        return new Router(
                plain.name(),
                plain.securityId(),
                List.of(
                        new Router.Node("n0", 0, List.of("lan", Router.Node.NO_DEVICE), List.of(), ""),
                        new Router.Node("n1", 1, List.of("lan", "wan"), List.of(), "")),
                List.of(
                        plain.interfaces().get(LAN),
                        new Router.NetworkInterface(
                                "wan", 0, wan.v4(), null, null, List.of(), null, null, 1, false, 1500)),
                List.of(),
                List.of(),
                plain.peering(),
                null,
                plain.limits(),
                plain.timers());
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

    private byte[] answer() {
        return Frames.udp(SERVER_MAC, exit.mac(WAN), SERVER, 53, CLIENT, 1000, Frames.bytes("a"));
    }

    @Test
    void packetLeavesByTheOtherNodesInterface() {
        owner.receive(LAN, request());
        assertThat(owner.counters.crossedOut()).isEqualTo(1);
        exit.turn();
        final byte[] sent = exit.onlySent(WAN);
        assertThat(Frames.words(sent)).endsWith("ttl 63 ok");
        assertThat(EthernetHeader.source(new UnsafeBuffer(sent), 0)).isEqualTo(exit.mac(WAN));
        assertThat(EthernetHeader.destination(new UnsafeBuffer(sent), 0)).isEqualTo(SERVER_MAC);
        assertThat(exit.counters.forwarded()).isEqualTo(1);
    }

    @Test
    void answerCrossesToItsOwner() {
        exit.receive(WAN, answer());
        owner.turn();
        assertThat(Frames.words(owner.onlySent(LAN))).endsWith("ttl 63 ok");
    }

    @Test
    void superFrameLeavesWhole_withItsChecksumOpen() {
        final FiveTuple tcp = NodeRig.tuple(6, CLIENT, 1000, SERVER, 80);
        owner.proxy.install(
                NodeRig.record(
                        BucketId.sessionId(BUCKET, 2),
                        1,
                        NodeRig.flow(LAN, tcp, WAN, tcp, 0, false, SERVER),
                        NodeRig.flow(WAN, tcp.reversed(), LAN, tcp.reversed(), 0, false, CLIENT)),
                0);
        final byte[] big =
                Frames.tcp(CLIENT_MAC, VIRTUAL.bits(), CLIENT, 1000, SERVER, 80, TcpHeader.ACK, new byte[30_000]);
        owner.receive(LAN, Frames.partialVnet(1400), Frames.withPartialChecksum(big));
        exit.turn();
        final MemoryPort.Sent sent = exit.ports[WAN].take().getFirst();
        assertThat(sent.frame()).hasSize(big.length).isEqualTo(Frames.withPartialChecksum(sent.frame()));
        assertThat(sent.vnet()).isEqualTo(Frames.partialVnet(1400));
    }

    @Test
    void neighbourIsAskedForWhereTheLinkIs() {
        exit.advanceMs(600_000);
        exit.ports[WAN].take();
        final FiveTuple udp = NodeRig.tuple(17, CLIENT, 2000, "203.0.113.81", 53);
        owner.proxy.install(
                NodeRig.record(
                        BucketId.sessionId(BUCKET, 2),
                        1,
                        NodeRig.flow(LAN, udp, WAN, udp, 0, false, "203.0.113.81"),
                        NodeRig.flow(WAN, udp.reversed(), LAN, udp.reversed(), 0, false, CLIENT)),
                0);
        owner.turn();
        assertThat(owner.counters.crossedOut())
                .as("nobody asks across the fabric")
                .isZero();
        owner.receive(LAN, Frames.udp(CLIENT_MAC, VIRTUAL.bits(), CLIENT, 2000, "203.0.113.81", 53, Frames.bytes("q")));
        exit.turn();
        assertThat(exit.ports[WAN].take().stream().map(sent -> Frames.words(sent.frame())))
                .contains("arp 1 203.0.113.1 > 203.0.113.81");
        exit.receive(WAN, Frames.arp(ArpMessage.REPLY, SERVER_MAC, exit.mac(WAN), "203.0.113.81", "203.0.113.1"));
        assertThat(Frames.words(exit.onlySent(WAN))).endsWith("ttl 63 ok");
    }

    @Test
    void errorAboutAPacketThatCameThere_leavesThere() {
        exit.receive(WAN, Frames.withTtl(answer(), 1));
        owner.turn();
        assertThat(owner.counters.drops(DropReason.TTL_EXCEEDED)).isEqualTo(1);
        exit.turn();
        final byte[] sent = exit.onlySent(WAN);
        assertThat(Frames.words(sent)).startsWith("icmp");
        assertThat(EthernetHeader.destination(new UnsafeBuffer(sent), 0)).isEqualTo(SERVER_MAC);
    }

    @Test
    void packetOfAnEpochThatIsOver_leavesNowhere() {
        owner.receive(LAN, request());
        exit.gate.setBucket(BUCKET, 1, 3);
        exit.turn();
        assertThat(exit.ports[WAN].take()).isEmpty();
        assertThat(exit.counters.drops(DropReason.STALE_EPOCH)).isEqualTo(1);
    }

    @Test
    void closedGates_letNothingThrough() {
        owner.receive(LAN, request());
        exit.gate.setValidUntilNs(0);
        exit.turn();
        assertThat(exit.ports[WAN].take()).isEmpty();
        assertThat(exit.counters.drops(DropReason.GATE_CLOSED)).isEqualTo(1);
        owner.gate.setValidUntilNs(0);
        owner.receive(LAN, request());
        assertThat(there.frames).isEmpty();
        assertThat(owner.counters.drops(DropReason.GATE_CLOSED)).isEqualTo(1);
    }

    @Test
    void brokenFabricHasAName() {
        there.up = false;
        owner.receive(LAN, request());
        assertThat(owner.counters.drops(DropReason.EXIT_UNREACHABLE)).isEqualTo(1);
    }

    @Test
    void sharedInterfaceWithoutALinkHere_isLeftByThePartnersToo() {
        exit.receive(LAN, Frames.arp(ArpMessage.REPLY, CLIENT_MAC, exit.mac(LAN), CLIENT, "10.0.0.1"));
        owner.gate.setUnlinked(1L << LAN);
        owner.gate.setLeader(LAN, false);
        exit.gate.setLeader(LAN, true);
        exit.ports[LAN].take();
        exit.receive(WAN, answer());
        exit.ports[LAN].take();
        owner.turn();
        assertThat(owner.ports[LAN].take()).isEmpty();
        exit.turn();
        final byte[] sent = exit.onlySent(LAN);
        assertThat(Frames.words(sent)).endsWith("ttl 63 ok");
        assertThat(EthernetHeader.source(new UnsafeBuffer(sent), 0)).isEqualTo(VIRTUAL.bits());
    }
}
