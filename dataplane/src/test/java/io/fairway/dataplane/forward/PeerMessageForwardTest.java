package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.dataplane.forward.ForwarderProxy.PeerWay;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.PeerMessageFlyweight;
import io.fairway.model.config.Router;
import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.PeerMessage;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What peers say to each other passes between the wire and the controller (svr-protocol.md section 5.1). */
class PeerMessageForwardTest {
    private static final String OWN = "198.51.100.1";
    private static final String PEER = "198.51.100.2";
    private static final String OTHER_PEER = "198.51.100.3";
    private static final String OWN_V6 = "2001:db8::1";
    private static final String PEER_V6 = "2001:db8::2";
    private static final String STRANGER = "198.51.100.99";
    private static final long PEER_MAC = 0x0a00_0000_0007L;
    private static final int BURST = 100;

    @TempDir
    private Path directory;

    private NodeRig node;

    @BeforeEach
    void start() {
        node = NodeRig.single(directory, "10.0.0.1", OWN + " " + OWN_V6, PEER, OTHER_PEER, PEER_V6);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private byte[] said(final String by, final String to, final String what) {
        return Frames.udp(PEER_MAC, node.mac(WAN), by, 40_000, to, PeerMessage.PORT, Frames.bytes(what));
    }

    private List<UnsafeBuffer> heard() {
        return node.messages.stream()
                .filter(message -> message.getInt(0) == BoundaryMessage.PEER_MESSAGE)
                .toList();
    }

    private static String text(final UnsafeBuffer message) {
        final int length = message.getInt(PeerMessageFlyweight.PAYLOAD_LENGTH);
        assertThat(message.getInt(4)).isEqualTo(PeerMessageFlyweight.PAYLOAD + length);
        return message.getStringWithoutLengthAscii(PeerMessageFlyweight.PAYLOAD, length);
    }

    private static IpAddress address(final UnsafeBuffer message, final int at) {
        return new IpAddress(message.getLong(at), message.getLong(at + 8));
    }

    private static UnsafeBuffer payload(final String text) {
        return new UnsafeBuffer(Frames.bytes(text));
    }

    private static PeerWay way(final String own, final String peer) {
        return new PeerWay(WAN, IpAddress.parse(own), new Endpoint(IpAddress.parse(peer), 1280), IpAddress.parse(peer));
    }

    @Test
    void handsOverWhatAPeerSays() {
        node.receive(WAN, said(PEER, OWN, "hello"));
        final UnsafeBuffer message = heard().getFirst();
        assertThat(text(message)).isEqualTo("hello");
        assertThat(message.getShort(PeerMessageFlyweight.INTERFACE)).isEqualTo((short) WAN);
        assertThat(message.getShort(PeerMessageFlyweight.REMOTE_PORT) & 0xffff).isEqualTo(40_000);
        assertThat(address(message, PeerMessageFlyweight.LOCAL)).isEqualTo(IpAddress.parse(OWN));
        assertThat(address(message, PeerMessageFlyweight.REMOTE)).isEqualTo(IpAddress.parse(PEER));
        assertThat(node.drops()).isEqualTo("CONSUMED_PEER_MESSAGE=1");
    }

    @Test
    void handsOverWhatAPeerSaysOverIpv6() {
        node.receive(WAN, said(PEER_V6, OWN_V6, "hello"));
        assertThat(text(heard().getFirst())).isEqualTo("hello");
        assertThat(address(heard().getFirst(), PeerMessageFlyweight.REMOTE)).isEqualTo(IpAddress.parse(PEER_V6));
    }

    private byte[] probe(final String by, final int port, final int flags) {
        return Frames.tcp(PEER_MAC, node.mac(WAN), by, port, OWN, port, flags, "probe");
    }

    @Test
    void probesOfFirewallsAreTakenFromPeersOnly() {
        node.receive(WAN, probe(PEER, 1280, TcpHeader.SYN));
        node.receive(WAN, probe(PEER, 1283, TcpHeader.ACK));
        assertThat(heard()).extracting(PeerMessageForwardTest::text).containsExactly("probe", "probe");
        node.receive(WAN, probe(STRANGER, 1280, TcpHeader.SYN));
        node.receive(WAN, probe(STRANGER, 1283, TcpHeader.ACK));
        assertThat(heard()).hasSize(2);
        assertThat(node.ports[WAN].take())
                .as("nobody is answered by the forwarder")
                .noneMatch(sent -> Frames.words(sent.frame()).startsWith("tcp"));
    }

    @Test
    void probesLeaveAsTheSegmentsThatTheyAre() {
        node.meet(WAN, PEER, PEER_MAC);
        for (final int port : new int[] {1280, 1283}) {
            final PeerWay way = new PeerWay(
                    WAN, IpAddress.parse(OWN), new Endpoint(IpAddress.parse(PEER), port), IpAddress.parse(PEER));
            assertThat(node.proxy.probePeer(way, payload("probe"), 0, 5)).isTrue();
            node.turn();
            final byte[] frame = node.onlySent(WAN);
            assertThat(Frames.words(frame))
                    .isEqualTo("tcp " + OWN + ":" + port + " > " + PEER + ":" + port + " ttl 64 ok");
            assertThat(Frames.text(frame)).isEqualTo("probe");
            assertThat(TcpHeader.flags(new UnsafeBuffer(frame), Frames.L4))
                    .isEqualTo(port == 1280 ? TcpHeader.SYN : TcpHeader.ACK);
        }
    }

    @Test
    void takesApartWhatTheKernelPutTogether() {
        node.receive(WAN, Frames.partialVnet(4), said(PEER, OWN, "onetwo"));
        assertThat(heard()).extracting(PeerMessageForwardTest::text).containsExactly("onet", "wo");
    }

    @Test
    void damagedMessagesAreNotHandedOver() {
        final byte[] damaged = said(PEER, OWN, "hello");
        damaged[damaged.length - 1] ^= 1;
        node.receive(WAN, damaged);
        assertThat(heard()).isEmpty();
        assertThat(node.drops()).isEqualTo("BAD_L4_CHECKSUM=1");
    }

    @Test
    void strangersAreHeardButCannotDrownPeers() {
        for (int i = 0; i < 2 * BURST; i++) {
            node.receive(WAN, said(STRANGER, OWN, "noise"));
        }
        assertThat(node.drops()).isEqualTo("CONSUMED_PEER_MESSAGE=" + BURST + " PEER_MESSAGES_TOO_MANY=" + BURST);
        node.messages.clear();
        node.receive(WAN, said(PEER, OWN, "hello"));
        assertThat(heard()).hasSize(1);
    }

    @Test
    void onePeerCannotDrownAnother() {
        for (int i = 0; i < 2 * BURST; i++) {
            node.receive(WAN, said(PEER, OWN, "noise"));
        }
        node.messages.clear();
        node.receive(WAN, said(OTHER_PEER, OWN, "hello"));
        assertThat(heard()).hasSize(1);
        node.advanceMs(5);
        node.receive(WAN, said(PEER, OWN, "again"));
        assertThat(heard()).hasSize(2);
    }

    @Test
    void whatDoesNotFitIntoTheRingIsDroppedByName() {
        node.controllerBusy = true;
        node.receive(WAN, said(PEER, OWN, "hello"));
        assertThat(node.drops()).isEqualTo("CONTROLLER_BUSY=1");
    }

    @Test
    void addressesWithoutPathsHaveNoSuchPort() {
        node.receive(
                LAN, Frames.udp(PEER_MAC, node.mac(LAN), "10.0.0.10", 1280, "10.0.0.1", 1280, Frames.bytes("hello")));
        assertThat(heard()).isEmpty();
        assertThat(node.drops()).isEqualTo("TO_OURSELVES=1");
    }

    @Test
    void saysWhatTheControllerWants() {
        node.meet(WAN, PEER, PEER_MAC);
        node.proxy.tellPeer(way(OWN, PEER), payload(". hello"), 2, 5);
        node.turn();
        final byte[] frame = node.onlySent(WAN);
        assertThat(Frames.words(frame)).isEqualTo("udp 198.51.100.1:1280 > 198.51.100.2:1280 ttl 64 ok");
        assertThat(Frames.text(frame)).isEqualTo("hello");
        assertThat(Ipv4Header.dontFragment(new UnsafeBuffer(frame), Frames.IP)).isTrue();
    }

    @Test
    void saysItOverIpv6() {
        node.meet(WAN, PEER_V6, PEER_MAC);
        node.proxy.tellPeer(way(OWN_V6, PEER_V6), payload("hello"), 0, 5);
        node.turn();
        final byte[] frame = node.onlySent(WAN);
        assertThat(Frames.words(frame)).isEqualTo("udp [2001:db8::1]:1280 > [2001:db8::2]:1280 ttl 64 ok");
        assertThat(Frames.text(frame)).isEqualTo("hello");
    }

    @Test
    void waitsForThePeersEthernetAddress() {
        node.proxy.tellPeer(way(OWN, PEER), payload("hello"), 0, 5);
        node.turn();
        node.ports[WAN].take();
        node.receive(WAN, Frames.arp(ArpMessage.REPLY, PEER_MAC, node.mac(WAN), PEER, OWN));
        assertThat(Frames.text(node.onlySent(WAN))).isEqualTo("hello");
    }

    @Test
    void whatIsTooLongOrLeadsNowhereIsDropped() {
        node.meet(WAN, PEER, PEER_MAC);
        node.proxy.tellPeer(way(OWN, PEER), new UnsafeBuffer(new byte[1501 - 28]), 0, 1501 - 28);
        final PeerWay nowhere =
                new PeerWay(9, IpAddress.parse(OWN), way(OWN, PEER).remote(), IpAddress.parse(PEER));
        node.proxy.tellPeer(nowhere, payload("hello"), 0, 5);
        node.turn();
        assertThat(node.ports[WAN].take()).isEmpty();
        assertThat(node.drops()).isEqualTo("NO_ROUTE=1 TOO_BIG_FOR_EGRESS=1");
        assertThat(node.proxy.tellPeer(way(OWN, PEER), new UnsafeBuffer(new byte[16_001]), 0, 16_001))
                .isFalse();
    }

    @Test
    void onlyWhoSpeaksForTheWaypointSends() {
        final Router pair = NodeRig.router("pair", "10.0.0.1", OWN, new MacAddress(0x0200_5e00_0001L), PEER);
        try (NodeRig follower = new NodeRig(directory, pair, 1, CrossingLink.NONE)) {
            follower.gate.setLeader(WAN, true);
            follower.meet(WAN, PEER, PEER_MAC);
            follower.gate.setLeader(WAN, false);
            follower.proxy.tellPeer(way(OWN, PEER), payload("hello"), 0, 5);
            follower.turn();
            assertThat(follower.ports[WAN].take()).isEmpty();
            assertThat(follower.drops()).isEqualTo("GATE_CLOSED=1");
            follower.gate.setLeader(WAN, true);
            follower.turn();
            follower.ports[WAN].take();
            follower.proxy.tellPeer(way(OWN, PEER), payload("hello"), 0, 5);
            follower.turn();
            assertThat(Frames.text(follower.onlySent(WAN))).isEqualTo("hello");
        }
    }
}
