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

/** Two nodes of one router over a fabric in memory: who sends, who answers, what crosses. */
class PairForwardTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final MacAddress VIRTUAL = new MacAddress(0x0200_5e00_0001L);
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVER = "203.0.113.80";

    @TempDir
    private Path directory;

    private final CrossingWire there = new CrossingWire();
    private final CrossingWire back = new CrossingWire();
    private NodeRig leader;
    private NodeRig follower;

    @BeforeEach
    void start() {
        final Router router = NodeRig.router("pair", "10.0.0.1", "203.0.113.1", VIRTUAL);
        leader = new NodeRig(directory, router, 0, CrossingWire.link(there, back));
        follower = new NodeRig(directory, router, 1, CrossingWire.link(back, there));
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            leader.gate.setBucket(bucket, BucketId.homeNode(bucket), 1);
            follower.gate.setBucket(bucket, BucketId.homeNode(bucket), 1);
        }
        leader.gate.setLeader(LAN, true);
        leader.gate.setLeader(WAN, true);
        for (final NodeRig node : List.of(leader, follower)) {
            node.proxy.install(session(3), 0);
            node.proxy.install(session(256), 0);
            node.turn();
            node.receive(WAN, Frames.arp(ArpMessage.REPLY, SERVER_MAC, node.mac(WAN), SERVER, "203.0.113.1"));
            node.receive(LAN, Frames.arp(ArpMessage.REPLY, CLIENT_MAC, node.mac(LAN), CLIENT, "10.0.0.1"));
            node.ports[LAN].take();
            node.ports[WAN].take();
        }
    }

    @AfterEach
    void stop() {
        leader.close();
        follower.close();
    }

    private static SessionRecord session(final int bucket) {
        final FiveTuple tuple = NodeRig.tuple(17, CLIENT, 1000 + bucket, SERVER, 53);
        return NodeRig.record(
                BucketId.sessionId(bucket, 1),
                1,
                NodeRig.flow(LAN, tuple, WAN, tuple, 0, false, SERVER),
                NodeRig.flow(WAN, tuple.reversed(), LAN, tuple.reversed(), 0, false, CLIENT));
    }

    private static byte[] packet(final long to, final int bucket) {
        return Frames.udp(CLIENT_MAC, to, CLIENT, 1000 + bucket, SERVER, 53, Frames.bytes("q"));
    }

    @Test
    void packetCrossesToItsOwnerAndLeavesThere() {
        leader.receive(LAN, packet(VIRTUAL.bits(), 256));
        assertThat(leader.ports[WAN].take()).isEmpty();
        assertThat(leader.counters.crossedOut()).isEqualTo(1);
        follower.turn();
        final byte[] sent = follower.onlySent(WAN);
        assertThat(Frames.words(sent)).endsWith("ttl 63 ok");
        assertThat(EthernetHeader.source(new UnsafeBuffer(sent), 0))
                .as("a node that does not lead sends with its own address")
                .isEqualTo(follower.mac(WAN));
    }

    @Test
    void leaderSendsWithTheVirtualAddress() {
        leader.receive(LAN, packet(VIRTUAL.bits(), 3));
        assertThat(EthernetHeader.source(new UnsafeBuffer(leader.onlySent(WAN)), 0))
                .isEqualTo(VIRTUAL.bits() + 1);
    }

    @Test
    void frameThatWaitedForItsNeighbour_leavesWithTheAddressOfThatMoment() {
        final String other = "203.0.113.81";
        final FiveTuple tuple = NodeRig.tuple(17, CLIENT, 2000, other, 53);
        leader.proxy.install(
                NodeRig.record(
                        BucketId.sessionId(3, 2),
                        1,
                        NodeRig.flow(LAN, tuple, WAN, tuple, 0, false, other),
                        NodeRig.flow(WAN, tuple.reversed(), LAN, tuple.reversed(), 0, false, CLIENT)),
                0);
        leader.receive(LAN, Frames.udp(CLIENT_MAC, VIRTUAL.bits(), CLIENT, 2000, other, 53, Frames.bytes("q")));
        leader.ports[WAN].take();
        leader.gate.setLeader(WAN, false);
        leader.receive(WAN, Frames.arp(ArpMessage.REPLY, SERVER_MAC, leader.mac(WAN), other, "203.0.113.1"));
        assertThat(EthernetHeader.source(new UnsafeBuffer(leader.onlySent(WAN)), 0))
                .as("it leads no more")
                .isEqualTo(leader.mac(WAN));
    }

    @Test
    void brokenFabricAndStaleOwnershipHaveNames() {
        there.up = false;
        leader.receive(LAN, packet(VIRTUAL.bits(), 256));
        assertThat(leader.counters.drops(DropReason.OWNER_UNREACHABLE)).isEqualTo(1);
        there.up = true;
        leader.receive(LAN, packet(VIRTUAL.bits(), 256));
        follower.gate.setBucket(256, 0, 1);
        follower.turn();
        assertThat(follower.counters.drops(DropReason.STALE_EPOCH)).isEqualTo(1);
    }

    @Test
    void givenBucket_isForwardedByTheNewOwnerAsSoonAsItKnows() {
        leader.gate.setBucket(3, 1, 3);
        leader.receive(LAN, packet(VIRTUAL.bits(), 3));
        follower.turn();
        assertThat(follower.ports[WAN].take()).as("its gate does not know yet").isEmpty();
        assertThat(follower.counters.held()).isEqualTo(1);
        follower.receive(LAN, packet(follower.mac(LAN), 3));
        leader.turn();
        assertThat(leader.counters.drops(DropReason.STALE_EPOCH)).isZero();
        follower.turn();
        follower.gate.setBucket(3, 1, 3);
        follower.turn();
        assertThat(follower.ports[WAN].take()).as("its own came back to it").hasSize(2);
        assertThat(leader.ports[WAN].take()).isEmpty();
        assertThat(follower.agent.isWaiting()).isFalse();
        assertThat(follower.counters.held()).isZero();
        assertThat(follower.counters.crossedIn())
                .as("what was held is counted once")
                .isEqualTo(2);
    }

    @Test
    void givenBucketThatNobodyTakes_endsUnderAName() {
        leader.gate.setBucket(3, 1, 3);
        leader.receive(LAN, packet(VIRTUAL.bits(), 3));
        follower.turn();
        follower.advanceMs(60);
        assertThat(follower.counters.drops(DropReason.OWNER_CHANGING)).isEqualTo(1);
        assertThat(follower.agent.isWaiting()).isFalse();
    }

    @Test
    void nodeThatOwnsNothing_handsUnknownFlowsToItsPartner() {
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            leader.gate.setBucket(bucket, 1, 3);
            follower.gate.setBucket(bucket, 1, 3);
        }
        leader.receive(LAN, packet(VIRTUAL.bits(), 77));
        assertThat(leader.messages).isEmpty();
        follower.turn();
        assertThat(follower.messages).hasSize(1);
    }

    @Test
    void formerLeader_hearsTheSharedAddressForAWhile() {
        leader.receive(LAN, packet(VIRTUAL.bits(), 3));
        leader.gate.setLeader(LAN, false);
        leader.receive(LAN, packet(VIRTUAL.bits(), 3));
        assertThat(leader.ports[WAN].take()).hasSize(2);
        leader.advanceMs(1_100);
        leader.receive(LAN, packet(VIRTUAL.bits(), 3));
        assertThat(leader.counters.drops(DropReason.NOT_GROUP_LEADER)).isEqualTo(1);
    }

    @Test
    void onlyTheLeaderAnswersForTheSharedAddress() {
        final byte[] request =
                Frames.arp(ArpMessage.REQUEST, CLIENT_MAC, MacAddress.BROADCAST.bits(), CLIENT, "10.0.0.1");
        leader.receive(LAN, request);
        follower.receive(LAN, request);
        assertThat(Frames.words(leader.onlySent(LAN))).isEqualTo("arp 2 10.0.0.1 > " + CLIENT);
        assertThat(follower.ports[LAN].take()).isEmpty();
        follower.receive(LAN, packet(VIRTUAL.bits(), 256));
        assertThat(follower.counters.drops(DropReason.NOT_GROUP_LEADER)).isEqualTo(1);
    }

    @Test
    void takeoverAnnouncesTheAddressAndForwardsAtOnce() {
        follower.gate.setLeader(LAN, true);
        follower.gate.setLeader(WAN, true);
        for (int bucket = 0; bucket < BucketId.PER_NODE; bucket++) {
            follower.gate.setBucket(bucket, 1, 2);
        }
        follower.receive(LAN, packet(VIRTUAL.bits(), 3));
        assertThat(follower.ports[WAN].take().stream().map(sent -> Frames.words(sent.frame())))
                .anyMatch(words -> words.startsWith("udp"))
                .anyMatch(words -> words.equals("arp 1 203.0.113.1 > 203.0.113.1"));
        assertThat(follower.ports[LAN].take()).hasSize(1);
        follower.advanceMs(100);
        assertThat(follower.ports[LAN].take()).hasSize(1);
        follower.advanceMs(500);
        assertThat(follower.ports[LAN].take()).isEmpty();
        follower.advanceMs(400);
        assertThat(follower.ports[LAN].take()).hasSize(1);
    }

    @Test
    void sessionsTakenOverAreNotIdleAtOnce() {
        follower.advanceMs(40_000);
        follower.advanceMs(600);
        assertThat(follower.events()).as("its own").containsOnly("3:" + BucketId.sessionId(256, 1));
        follower.gate.setBucket(3, 1, 2);
        follower.messages.clear();
        follower.advanceMs(600);
        follower.advanceMs(600);
        assertThat(follower.events()).doesNotContain("3:" + BucketId.sessionId(3, 1));
        follower.advanceMs(30_000);
        follower.advanceMs(600);
        assertThat(follower.events()).contains("3:" + BucketId.sessionId(3, 1));
    }

    @Test
    void connectionTakenOver_whoseOpeningMayBeOver_hasTheTimeOfAnOpenOne() {
        final FiveTuple tuple = NodeRig.tuple(6, CLIENT, 3000, SERVER, 22);
        final long opening = BucketId.sessionId(3, 2);
        follower.proxy.install(
                NodeRig.record(
                        opening,
                        1,
                        NodeRig.flow(LAN, tuple, WAN, tuple, 0, false, SERVER),
                        NodeRig.flow(WAN, tuple.reversed(), LAN, tuple.reversed(), 0, false, CLIENT)),
                0);
        follower.advanceMs(100);
        follower.gate.setBucket(3, 1, 2);
        follower.gate.setLeader(LAN, true);
        follower.advanceMs(100);
        follower.advanceMs(12_000);
        follower.advanceMs(600);
        assertThat(follower.events()).doesNotContain("3:" + opening);
        follower.receive(LAN, Frames.tcp(CLIENT_MAC, VIRTUAL.bits(), CLIENT, 3000, SERVER, 22, TcpHeader.SYN, ""));
        follower.advanceMs(11_000);
        follower.advanceMs(600);
        assertThat(follower.events()).as("it opens, and nobody answers").contains("3:" + opening);
    }
}
