package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.boundary.RefusePendingFlyweight;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.VnetHeader;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router without peers: the pipeline from first packet to time-out, packet by packet. */
class PlainForwardTest {
    /** Pending ids: of a flow whose packets have expired meanwhile, and of none. */
    private static final long NEW_FLOW = 4_711;

    private static final long STANDBY = 0;

    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVER = "203.0.113.80";
    private static final String NAT = "203.0.113.1";
    private static final int SYN = TcpHeader.SYN;
    private static final int ACK = TcpHeader.ACK;

    @TempDir
    private Path directory;

    private NodeRig rig;

    @BeforeEach
    void start() {
        rig = NodeRig.single(directory, "10.0.0.1", NAT);
        rig.meet(LAN, CLIENT, CLIENT_MAC);
        rig.meet(WAN, SERVER, SERVER_MAC);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private byte[] toServer(final int flags, final String payload) {
        return Frames.tcp(CLIENT_MAC, rig.mac(LAN), CLIENT, 40000, SERVER, 80, flags, payload);
    }

    private byte[] toClient(final int flags, final String payload) {
        return Frames.tcp(SERVER_MAC, rig.mac(WAN), SERVER, 80, NAT, 20000, flags, payload);
    }

    private static SessionRecord natSession(final long id, final int version) {
        final FiveTuple inside = NodeRig.tuple(6, CLIENT, 40000, SERVER, 80);
        final FiveTuple outside = NodeRig.tuple(6, NAT, 20000, SERVER, 80);
        return NodeRig.record(
                id,
                version,
                NodeRig.flow(LAN, inside, WAN, outside, 0, false, SERVER),
                NodeRig.flow(WAN, outside.reversed(), LAN, inside.reversed(), 0, false, CLIENT));
    }

    private void open() {
        rig.receive(LAN, toServer(SYN, ""));
        rig.proxy.install(natSession(5, 1), rig.pendingId());
        rig.turn();
    }

    @Test
    void firstPacketWaitsUntilItsSessionIsInstalled() {
        rig.receive(LAN, toServer(SYN, ""));
        final UnsafeBuffer message = rig.firstPacket();
        assertThat(FlowKeyFlyweight.tuple(message, FirstPacketFlyweight.FLOW_KEY))
                .isEqualTo(NodeRig.tuple(6, CLIENT, 40000, SERVER, 80));
        assertThat(message.getByte(FirstPacketFlyweight.TCP_FLAGS)).isEqualTo((byte) SYN);
        assertThat(rig.ports[WAN].take()).isEmpty();
        rig.receive(LAN, toServer(SYN, ""));
        assertThat(rig.messages).as("a retransmission asks no second time").hasSize(1);

        rig.proxy.install(natSession(5, 1), rig.pendingId());
        rig.turn();
        final List<MemoryPort.Sent> sent = rig.ports[WAN].take();
        assertThat(sent).hasSize(2);
        assertThat(Frames.words(sent.getFirst().frame()))
                .isEqualTo("tcp " + NAT + ":20000 > " + SERVER + ":80 ttl 63 ok");
    }

    @Test
    void packetsOfAnInstalledSessionAreTranslatedBothWays() {
        open();
        rig.ports[WAN].take();
        rig.receive(WAN, toClient(SYN | ACK, ""));
        assertThat(Frames.words(rig.onlySent(LAN))).isEqualTo("tcp " + SERVER + ":80 > " + CLIENT + ":40000 ttl 63 ok");
        rig.receive(LAN, toServer(ACK, ""));
        rig.receive(LAN, toServer(ACK, "hello"));
        final List<MemoryPort.Sent> sent = rig.ports[WAN].take();
        assertThat(Frames.text(sent.get(1).frame())).isEqualTo("hello");
        assertThat(Frames.words(sent.get(1).frame())).endsWith("ok");
        assertThat(rig.events()).containsExactly("1:5");
        assertThat(rig.drops()).isEmpty();
    }

    @Test
    void superFrameWithPartialChecksumPassesWhole() {
        open();
        rig.ports[WAN].take();
        final byte[] big = Frames.withPartialChecksum(
                Frames.tcp(CLIENT_MAC, rig.mac(LAN), CLIENT, 40000, SERVER, 80, ACK, new byte[30_000]));
        rig.receive(LAN, Frames.partialVnet(1400), big);
        final MemoryPort.Sent sent = rig.ports[WAN].take().getFirst();
        final UnsafeBuffer vnet = new UnsafeBuffer(sent.vnet());
        assertThat(VnetHeader.gsoSizeBytes(vnet, 0)).isEqualTo(1400);
        assertThat(VnetHeader.checksumStart(vnet, 0)).isEqualTo(Frames.L4);
        assertThat(sent.frame()).hasSize(big.length);
        final byte[] expected = Frames.withPartialChecksum(sent.frame());
        assertThat(sent.frame()).as("the partial sum covers the new addresses").isEqualTo(expected);
        rig.receive(LAN, Frames.partialVnet(1490), big);
        assertThat(rig.drops()).isEqualTo("TOO_BIG_FOR_EGRESS=1");
    }

    @Test
    void timeToLiveEndsHereWithAnAnswer() {
        open();
        rig.ports[WAN].take();
        rig.receive(LAN, Frames.withTtl(toServer(ACK, "x"), 1));
        assertThat(rig.drops()).isEqualTo("TTL_EXCEEDED=1");
        final byte[] answer = rig.onlySent(LAN);
        assertThat(answer[Frames.L4]).isEqualTo((byte) IcmpMessage.TIME_EXCEEDED);
        assertThat(answer[5]).isEqualTo((byte) CLIENT_MAC);
    }

    @Test
    void refusedFlowIsDroppedByItsNameAndAnswered() {
        rig.receive(LAN, toServer(SYN, ""));
        rig.proxy.refuse(rig.pendingId(), DropReason.NO_ROUTE, RefusePendingFlyweight.ICMP_HOST_UNREACHABLE);
        rig.turn();
        assertThat(rig.drops()).isEqualTo("NO_ROUTE=1");
        final byte[] answer = rig.onlySent(LAN);
        assertThat(answer[Frames.L4]).isEqualTo((byte) IcmpMessage.DESTINATION_UNREACHABLE);
        assertThat(answer[Frames.L4 + 1]).isEqualTo((byte) 1);
    }

    @Test
    void everythingIsBounded() {
        for (int i = 0; i < 5; i++) {
            rig.receive(LAN, toServer(SYN, ""));
        }
        assertThat(rig.drops()).isEqualTo("PENDING_QUEUE_FULL=2");
        for (int i = 0; i < 9; i++) {
            rig.receive(LAN, Frames.tcp(CLIENT_MAC, rig.mac(LAN), CLIENT, 50000 + i, SERVER, 80, SYN, ""));
        }
        assertThat(rig.counters.drops(DropReason.PENDING_TABLE_FULL)).isEqualTo(2);
        rig.advanceMs(3000);
        assertThat(rig.counters.drops(DropReason.PENDING_EXPIRED)).isEqualTo(3 + 7);
        rig.controllerBusy = true;
        rig.receive(LAN, toServer(SYN, ""));
        assertThat(rig.counters.drops(DropReason.CONTROLLER_BUSY)).isEqualTo(1);
        assertThat(rig.agent.isWaiting()).isFalse();
    }

    @Test
    void fullTableAndForeignFlowAreReported() {
        open();
        rig.proxy.install(natSession(6, 1), 0);
        rig.turn();
        assertThat(rig.events()).as("refused, and who is in the way knows").containsExactly("5:6", "8:5");
        final UnsafeBuffer contested = rig.messages.getLast();
        assertThat(contested.getInt(SessionEventFlyweight.DETAIL)).isEqualTo(BucketId.ofSession(6));
        for (int i = 0; i < 64; i++) {
            rig.proxy.install(dnsSession(i), NEW_FLOW);
        }
        rig.turn();
        rig.turn();
        assertThat(rig.events()).containsExactly("5:6", "8:5", "5:163");
        assertThat(rig.counters.sessions()).isEqualTo(64);
        rig.proxy.install(dnsSession(64), STANDBY);
        rig.turn();
        assertThat(rig.counters.sessions()).as("with what the partner accepted").isEqualTo(65);
        rig.proxy.remove(5);
        rig.turn();
        assertThat(rig.counters.sessions()).isEqualTo(64);
    }

    private static SessionRecord dnsSession(final int index) {
        final FiveTuple key = NodeRig.tuple(17, CLIENT, 1000 + index, SERVER, 53);
        return NodeRig.record(
                100 + index,
                1,
                NodeRig.flow(LAN, key, WAN, key, 0, false, SERVER),
                NodeRig.flow(WAN, key.reversed(), LAN, key.reversed(), 0, false, CLIENT));
    }

    @Test
    void refusesWhatNoSessionKnows() {
        rig.receive(LAN, toServer(ACK, "late"));
        rig.receive(LAN, Frames.tcp(CLIENT_MAC, 0x0a77, CLIENT, 1, SERVER, 80, SYN, ""));
        rig.receive(LAN, Frames.tcp(CLIENT_MAC, rig.mac(LAN), CLIENT, 1, "10.0.0.1", 80, SYN, ""));
        rig.receive(LAN, Frames.tcp(CLIENT_MAC, rig.mac(LAN), "10.0.0.1", 1, SERVER, 80, SYN, ""));
        final byte[] damaged = toServer(SYN, "abc");
        damaged[damaged.length - 1] ^= 1;
        rig.receive(LAN, damaged);
        assertThat(rig.drops())
                .isEqualTo("NOT_FOR_US=1 MARTIAN_SOURCE=1 BAD_L4_CHECKSUM=1 TCP_NOT_SYN=1 TO_OURSELVES=1");
    }

    @Test
    void answersEchoToOurAddress() {
        rig.receive(LAN, Frames.echo(CLIENT_MAC, rig.mac(LAN), CLIENT, "10.0.0.1", IcmpMessage.ECHO_REQUEST, 9));
        assertThat(Frames.words(rig.onlySent(LAN))).isEqualTo("icmp 10.0.0.1:0 > " + CLIENT + ":9 ttl 64 ok");
        assertThat(rig.drops()).isEqualTo("CONSUMED_ECHO=1");
    }

    @Test
    void unknownNeighborIsAskedForAndThenServed() {
        rig.close();
        rig = NodeRig.single(directory, "10.0.0.1", NAT);
        rig.turn();
        rig.ports[WAN].take();
        open();
        final List<MemoryPort.Sent> asked = rig.ports[WAN].take();
        assertThat(asked).hasSize(1);
        assertThat(Frames.words(asked.getFirst().frame())).isEqualTo("arp 1 " + NAT + " > " + SERVER);
        assertThat(rig.counters.neighborQueued()).isEqualTo(1);
        rig.receive(WAN, Frames.arp(ArpMessage.REPLY, SERVER_MAC, rig.mac(WAN), SERVER, NAT));
        assertThat(Frames.words(rig.onlySent(WAN))).startsWith("tcp " + NAT);
        assertThat(rig.counters.neighborQueued()).isZero();
    }

    @Test
    void silentNeighborCostsItsPackets() {
        rig.close();
        rig = NodeRig.single(directory, "10.0.0.1", NAT);
        open();
        for (int i = 0; i < 32; i++) {
            rig.advanceMs(100);
        }
        assertThat(rig.drops()).isEqualTo("NEIGHBOR_UNRESOLVED=1");
        assertThat(rig.agent.isWaiting()).isFalse();
    }

    @Test
    void closedGateSendsNothing() {
        open();
        rig.ports[WAN].take();
        rig.gate.setValidUntilNs(rig.nowNs + 10);
        rig.receive(LAN, toServer(ACK, "in time"));
        assertThat(rig.ports[WAN].take()).hasSize(1);
        rig.nowNs += 10;
        rig.receive(LAN, toServer(ACK, "late"));
        rig.receive(LAN, Frames.arp(ArpMessage.REQUEST, CLIENT_MAC, MacAddress.BROADCAST.bits(), CLIENT, "10.0.0.1"));
        assertThat(rig.ports[WAN].take()).isEmpty();
        assertThat(rig.ports[LAN].take()).isEmpty();
        assertThat(rig.drops()).isEqualTo("GATE_CLOSED=1");
        rig.gate.setValidUntilNs(OwnershipGate.SOLO);
        rig.gate.closeBySentinel();
        rig.receive(LAN, toServer(ACK, "dead"));
        assertThat(rig.drops()).isEqualTo("GATE_CLOSED=2");
    }

    @Test
    void turnThatFreezesPastItsLeaseSendsNothing() {
        open();
        rig.ports[WAN].take();
        rig.gate.setValidUntilNs(rig.nowNs + 10);
        rig.freezeNs = 10;
        rig.receive(LAN, toServer(ACK, "frozen on its way"));
        assertThat(rig.ports[WAN].take()).isEmpty();
        assertThat(rig.drops()).isEqualTo("GATE_CLOSED=1");
    }

    @Test
    void sessionEndsAreReportedUntilItIsRemoved() {
        open();
        rig.advanceMs(9_000);
        assertThat(rig.events()).isEmpty();
        rig.advanceMs(1_000);
        rig.advanceMs(1);
        assertThat(rig.events()).as("idle before it was established").containsExactly("3:5");
        rig.advanceMs(500);
        assertThat(rig.events()).hasSize(1);
        rig.advanceMs(600);
        assertThat(rig.events()).containsExactly("3:5", "3:5");
    }

    @Test
    void closeIsReportedAfterALinger() {
        open();
        rig.receive(WAN, toClient(SYN | ACK, ""));
        rig.receive(LAN, toServer(ACK, ""));
        rig.receive(LAN, toServer(TcpHeader.FIN | ACK, ""));
        rig.receive(WAN, toClient(TcpHeader.FIN | ACK, ""));
        rig.advanceMs(900);
        assertThat(rig.events()).containsExactly("1:5");
        rig.advanceMs(600);
        assertThat(rig.events()).containsExactly("1:5", "4:5");
    }

    @Test
    void lostFramesOfAFullPortAreCounted() {
        open();
        rig.ports[WAN].take();
        rig.ports[WAN].refuseNext(1);
        rig.receive(LAN, toServer(ACK, "x"));
        assertThat(rig.drops()).isEqualTo("EGRESS_FULL=1");
    }
}
