package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.session.SessionState;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.nio.file.Path;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One of two routers forgets a session in the middle of it; the other tells it (svr-protocol.md sections 2.6, 2.7). */
class RecoveryForwardTest {
    private static final int ACK = TcpHeader.ACK;
    private static final long SESSION = RouterCouple.SESSION;

    @TempDir
    private Path directory;

    private RouterCouple routers;
    private NodeRig east;
    private NodeRig west;

    @BeforeEach
    void establish() {
        routers = new RouterCouple(directory, IpProtocol.TCP);
        east = routers.east;
        west = routers.west;
        routers.install(RouterCouple.GCM);
        routers.shakeHands();
        east.messages.clear();
        west.messages.clear();
    }

    @AfterEach
    void stop() {
        routers.close();
    }

    /** What the controller does when it is asked for a session's metadata. */
    private static void recover(final NodeRig rig, final SessionRecord record) {
        rig.advanceMs(1);
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final int length = SessionRecordFlyweight.encode(buffer, 0, record);
        rig.proxy.recover(buffer, 0, length);
        rig.turn();
    }

    private static ReceivedMetadata metadata(final UnsafeBuffer message) {
        return MetadataParser.decode(
                message,
                FirstPacketFlyweight.METADATA,
                message.getShort(FirstPacketFlyweight.METADATA_LENGTH) & 0xffff);
    }

    @Test
    void theLastRouterForgetsAndIsTold() {
        west.proxy.remove(SESSION);
        west.turn();
        east.receive(LAN, routers.toServer("lost on the way"));
        west.receive(WAN, east.onlySent(WAN));
        assertThat(west.drops()).contains("UNKNOWN_FLOW_AT_WAYPOINT=1");
        final byte[] request = west.onlySent(WAN);
        assertThat(Frames.words(request)).isEqualTo("udp 198.51.100.2:20001 > 198.51.100.1:20000 ttl 64 ok");
        assertThat(request.length).as("no amplification").isLessThan(120);

        east.receive(WAN, request);
        assertThat(east.events()).containsExactly("6:" + SESSION);
        recover(east, routers.atEast(RouterCouple.GCM));
        final byte[] announcement = Frames.completed(east.ports[WAN].take().getFirst());
        assertThat(Frames.words(announcement)).isEqualTo("tcp 198.51.100.1:20000 > 198.51.100.2:20001 ttl 64 ok");

        west.receive(WAN, announcement);
        final ReceivedMetadata told = metadata(west.firstPacket());
        assertThat(told.suffices()).isTrue();
        assertThat(told.remainingSeconds()).isEqualTo(30);
        assertThat(told.forwardContext()).isEqualTo(routers.inside);
        west.advanceMs(1);
        west.proxy.install(routers.atWest(RouterCouple.GCM), west.pendingId());
        west.turn();
        assertThat(west.ports[LAN].take()).as("nothing but metadata").isEmpty();
        assertThat(west.drops()).contains("CONTROL_MESSAGE=1");

        east.receive(LAN, routers.toServer("said again"));
        west.receive(WAN, east.onlySent(WAN));
        assertThat(Frames.text(west.onlySent(LAN))).isEqualTo("said again");
        west.receive(LAN, routers.toClient("heard"));
        east.receive(WAN, west.onlySent(WAN));
        assertThat(Frames.text(east.onlySent(LAN))).isEqualTo("heard");
        east.receive(LAN, routers.toServer("plain again"));
        assertThat(Frames.payload(east.onlySent(WAN))).hasSize("plain again".length() + 26);
    }

    @Test
    void theFirstRouterForgetsAndIsTold() {
        east.proxy.remove(SESSION);
        east.turn();
        west.receive(LAN, routers.toClient("lost on the way"));
        east.receive(WAN, west.onlySent(WAN));
        west.receive(WAN, east.onlySent(WAN));
        assertThat(west.events()).containsExactly("6:" + SESSION);
        recover(west, routers.atWest(RouterCouple.GCM));
        east.receive(WAN, Frames.completed(west.ports[WAN].take().getFirst()));
        final ReceivedMetadata told = metadata(east.firstPacket());
        assertThat(told.suffices()).isTrue();
        assertThat(told.forwardContext()).isEqualTo(routers.inside);
        assertThat(told.reverseContext()).isEqualTo(routers.inside.reversed());
        east.advanceMs(1);
        east.proxy.install(routers.atEast(RouterCouple.GCM), east.pendingId());
        east.turn();
        west.receive(LAN, routers.toClient("said again"));
        east.receive(WAN, west.onlySent(WAN));
        assertThat(Frames.text(east.onlySent(LAN))).isEqualTo("said again");
    }

    /** A download's client has nothing to say by which the server's router could learn of the new way. */
    @Test
    void theRouterInTheMiddleSaysAtOnceWhatItIsTold() {
        final String mid = "198.51.100.3";
        final FiveTuple near = NodeRig.tuple(6, routers.eastEnd, 20000, mid, 20001);
        final FiveTuple far = NodeRig.tuple(6, mid, 21000, routers.westEnd, 21001);
        final SessionRecord passing = NodeRig.record(
                SESSION,
                1,
                NodeRig.flow(WAN, near, WAN, far, FlowActionFlyweight.METADATA_FORWARD, true, routers.westEnd),
                NodeRig.flow(
                        WAN,
                        far.reversed(),
                        WAN,
                        near.reversed(),
                        FlowActionFlyweight.METADATA_REVERSE,
                        true,
                        routers.eastEnd));
        try (NodeRig first = NodeRig.single(directory, "10.0.0.2", routers.eastEnd, mid);
                NodeRig middle = NodeRig.single(directory, "10.1.0.1", mid, routers.eastEnd, routers.westEnd)) {
            first.meet(WAN, mid, middle.mac(WAN));
            middle.meet(WAN, routers.westEnd, west.mac(WAN));
            middle.meet(WAN, routers.eastEnd, first.mac(WAN));
            recover(
                    first,
                    NodeRig.record(
                            SESSION,
                            1,
                            NodeRig.flow(
                                    LAN, routers.inside, WAN, near, FlowActionFlyweight.METADATA_FORWARD, false, mid),
                            NodeRig.flow(
                                    WAN, near.reversed(), LAN, routers.inside.reversed(), 0, true, routers.client)));
            middle.receive(WAN, Frames.completed(first.ports[WAN].take().getFirst()));
            middle.advanceMs(1);
            middle.proxy.install(
                    passing.with(1, 1, SessionState.ESTABLISHED, false, passing.security()), middle.pendingId());
            middle.turn();
            final byte[] announcement =
                    Frames.completed(middle.ports[WAN].take().getFirst());
            assertThat(Frames.words(announcement)).isEqualTo("tcp " + mid + ":21000 > 198.51.100.2:21001 ttl 64 ok");
            try (NodeRig last = NodeRig.single(directory, "10.2.0.2", routers.westEnd, mid)) {
                last.receive(WAN, reaching(last, announcement));
                assertThat(metadata(last.firstPacket()).remainingSeconds()).isEqualTo(30);
            }
        }
    }

    private static byte[] reaching(final NodeRig node, final byte[] frame) {
        EthernetHeader.setDestination(new UnsafeBuffer(frame), 0, node.mac(WAN));
        return frame;
    }

    /** After the peer has forgotten which packets came, those of before are too old for it. */
    @Test
    void whatWasSentBeforeTheLossIsNotBelievedAfterIt() {
        east.receive(LAN, routers.toServer("pay"));
        final byte[] recorded = east.onlySent(WAN);
        west.proxy.remove(SESSION);
        west.turn();
        west.receive(WAN, recorded);
        east.receive(WAN, west.onlySent(WAN));
        recover(east, routers.atEast(RouterCouple.GCM));
        west.receive(WAN, Frames.completed(east.ports[WAN].take().getFirst()));
        west.advanceMs(1);
        west.proxy.install(routers.atWest(RouterCouple.GCM), west.pendingId());
        west.turn();
        east.receive(LAN, routers.toServer("next"));
        west.receive(WAN, east.onlySent(WAN));
        west.ports[LAN].take();
        west.receive(WAN, recorded);
        assertThat(west.ports[LAN].take()).isEmpty();
        assertThat(west.counters.drops(DropReason.PAYLOAD_REPLAYED)).isEqualTo(1);
    }

    @Test
    void aTupleThatIsUsedAgainForAnotherSessionEndsTheOldOne() {
        east.proxy.remove(SESSION);
        final FiveTuple other = NodeRig.tuple(6, routers.client, 41000, routers.server, 80);
        final SessionRecord next = NodeRig.record(
                SESSION + 1,
                1,
                NodeRig.flow(
                        LAN,
                        other,
                        WAN,
                        routers.outside(),
                        FlowActionFlyweight.METADATA_FORWARD,
                        false,
                        routers.westEnd),
                NodeRig.flow(WAN, routers.outside().reversed(), LAN, other.reversed(), 0, true, routers.client));
        east.proxy.install(next, 0);
        east.turn();
        east.receive(
                LAN,
                Frames.tcp(
                        RouterCouple.CLIENT_MAC,
                        east.mac(LAN),
                        routers.client,
                        41000,
                        routers.server,
                        80,
                        TcpHeader.SYN,
                        ""));
        west.receive(WAN, east.onlySent(WAN));
        assertThat(west.ports[LAN].take()).isEmpty();
        assertThat(west.drops()).contains("METADATA_OTHER_SESSION=1");
        assertThat(west.events()).containsExactly("4:" + SESSION);
    }

    @Test
    void strangersAreNotAsked() {
        for (int i = 0; i < 100; i++) {
            west.receive(
                    WAN,
                    Frames.tcp(
                            east.mac(WAN),
                            west.mac(WAN),
                            "198.51.100.77",
                            20000,
                            routers.westEnd,
                            30001 + 2 * i,
                            ACK,
                            "x"));
        }
        assertThat(west.ports[WAN].take()).isEmpty();
        assertThat(west.drops()).contains("UNKNOWN_FLOW_AT_WAYPOINT=100");
    }

    @Test
    void floodsInAPeersNameAreAnsweredNoMoreThanIsGood() {
        for (int i = 0; i < 5_000; i++) {
            west.receive(
                    WAN,
                    Frames.tcp(
                            east.mac(WAN),
                            west.mac(WAN),
                            routers.eastEnd,
                            20000,
                            routers.westEnd,
                            22001 + 2 * i,
                            ACK,
                            "x"));
        }
        assertThat(west.ports[WAN].take()).hasSizeBetween(100, 400);
    }
}
