package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.dataplane.svr.CryptoScratch;
import io.fairway.dataplane.svr.JceProvider;
import io.fairway.dataplane.svr.MetadataKey;
import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.ControlReason;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataEncoder;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two routers wired back to back: the metadata handshake of svr-protocol.md section 2.5, packet by packet. */
class SvrForwardTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVER = "10.2.0.80";
    private static final String EAST = "198.51.100.1";
    private static final String WEST = "198.51.100.2";
    private static final int SYN = TcpHeader.SYN;
    private static final int ACK = TcpHeader.ACK;

    @TempDir
    private Path directory;

    private NodeRig east;
    private NodeRig west;

    @BeforeEach
    void start() {
        east = NodeRig.single(directory, "10.0.0.1", EAST, WEST);
        west = NodeRig.single(directory, "10.2.0.1", WEST, EAST);
        east.meet(LAN, CLIENT, CLIENT_MAC);
        west.meet(LAN, SERVER, SERVER_MAC);
        east.meet(WAN, WEST, west.mac(WAN));
        west.meet(WAN, EAST, east.mac(WAN));
    }

    @AfterEach
    void stop() {
        east.close();
        west.close();
    }

    private byte[] toServer(final int flags, final String payload) {
        return Frames.tcp(CLIENT_MAC, east.mac(LAN), CLIENT, 40000, SERVER, 80, flags, payload);
    }

    private byte[] toClient(final int flags, final String payload) {
        return Frames.tcp(SERVER_MAC, west.mac(LAN), SERVER, 80, CLIENT, 40000, flags, payload);
    }

    private static SessionRecord eastSession(final int protocol, final FiveTuple inside, final int wireProtocol) {
        final FiveTuple outside = NodeRig.tuple(wireProtocol, EAST, 20000, WEST, 20001);
        return NodeRig.record(
                protocol,
                1,
                NodeRig.flow(LAN, inside, WAN, outside, FlowActionFlyweight.METADATA_FORWARD, false, WEST),
                NodeRig.flow(WAN, outside.reversed(), LAN, inside.reversed(), 0, true, CLIENT));
    }

    private static SessionRecord westSession(final int protocol, final FiveTuple inside, final int wireProtocol) {
        final FiveTuple outside = NodeRig.tuple(wireProtocol, EAST, 20000, WEST, 20001);
        return NodeRig.record(
                protocol,
                1,
                NodeRig.flow(WAN, outside, LAN, inside, 0, true, SERVER),
                NodeRig.flow(
                        LAN,
                        inside.reversed(),
                        WAN,
                        outside.reversed(),
                        FlowActionFlyweight.METADATA_REVERSE,
                        false,
                        EAST));
    }

    private static FiveTuple tcp() {
        return NodeRig.tuple(6, CLIENT, 40000, SERVER, 80);
    }

    private static FiveTuple udp() {
        return NodeRig.tuple(17, CLIENT, 5000, SERVER, 53);
    }

    /** Sends the first packet through both routers; returns it as it travelled between them. */
    private byte[] open(final byte[] first, final FiveTuple inside, final int wireProtocol) {
        east.receive(LAN, first);
        east.proxy.install(eastSession(inside.protocol(), inside, wireProtocol), east.pendingId());
        east.turn();
        final byte[] between = east.onlySent(WAN);
        west.receive(WAN, between);
        west.proxy.install(westSession(inside.protocol(), inside, wireProtocol), west.pendingId());
        west.turn();
        return between;
    }

    private byte[] eastToWest(final byte[] frame) {
        east.receive(LAN, frame);
        final byte[] between = east.onlySent(WAN);
        west.receive(WAN, between);
        return between;
    }

    private byte[] westToEast(final byte[] frame) {
        west.receive(LAN, frame);
        final byte[] between = west.onlySent(WAN);
        east.receive(WAN, between);
        return between;
    }

    private static boolean hasMetadata(final byte[] frame) {
        final byte[] payload = Frames.payload(frame);
        return Metadata.isPresent(new UnsafeBuffer(payload), 0, payload.length);
    }

    @Test
    void metadataTravelsUntilBothSidesKnow() {
        final byte[] first = open(toServer(SYN, ""), tcp(), 6);
        assertThat(Frames.words(first)).isEqualTo("tcp " + EAST + ":20000 > " + WEST + ":20001 ttl 63 ok");
        assertThat(hasMetadata(first)).isTrue();
        final UnsafeBuffer message = west.firstPacket();
        assertThat(message.getByte(FirstPacketFlyweight.HAS_METADATA)).isEqualTo((byte) 1);
        final ReceivedMetadata received = MetadataParser.decode(
                message,
                FirstPacketFlyweight.METADATA,
                message.getShort(FirstPacketFlyweight.METADATA_LENGTH) & 0xffff);
        assertThat(received.forwardContext()).isEqualTo(tcp());
        assertThat(received.tenant()).isEqualTo("eng");

        final byte[] restored = west.onlySent(LAN);
        assertThat(Frames.words(restored)).isEqualTo("tcp " + CLIENT + ":40000 > " + SERVER + ":80 ttl 62 ok");
        assertThat(Frames.payload(restored)).isEmpty();

        assertThat(hasMetadata(westToEast(toClient(SYN | ACK, ""))))
                .as("reverse metadata")
                .isTrue();
        assertThat(Frames.words(east.onlySent(LAN)))
                .isEqualTo("tcp " + SERVER + ":80 > " + CLIENT + ":40000 ttl 62 ok");

        assertThat(hasMetadata(eastToWest(toServer(ACK, ""))))
                .as("forward metadata is over")
                .isFalse();
        west.onlySent(LAN);
        assertThat(hasMetadata(westToEast(toClient(ACK, "data"))))
                .as("reverse metadata is over")
                .isFalse();
        assertThat(Frames.text(east.onlySent(LAN))).isEqualTo("data");
        assertThat(east.events()).containsExactlyInAnyOrder("1:6", "2:6");
        assertThat(west.events()).containsExactlyInAnyOrder("1:6", "2:6");
        assertThat(east.drops() + west.drops()).isEmpty();
    }

    @Test
    void lostReverseMetadataIsSentAgain() {
        open(toServer(SYN, ""), tcp(), 6);
        west.onlySent(LAN);
        west.receive(LAN, toClient(SYN | ACK, ""));
        assertThat(hasMetadata(west.onlySent(WAN))).as("this one is lost").isTrue();
        assertThat(hasMetadata(eastToWest(toServer(SYN, "")))).isTrue();
        west.onlySent(LAN);
        assertThat(hasMetadata(westToEast(toClient(SYN | ACK, "")))).isTrue();
        assertThat(hasMetadata(eastToWest(toServer(ACK, "x")))).isFalse();
    }

    @Test
    void echoTravelsInsideUdp() {
        final FiveTuple inside = NodeRig.tuple(1, CLIENT, 77, SERVER, 0);
        final byte[] request = Frames.echo(CLIENT_MAC, east.mac(LAN), CLIENT, SERVER, IcmpMessage.ECHO_REQUEST, 77);
        final byte[] first = open(request, inside, 17);
        assertThat(Frames.words(first)).isEqualTo("udp " + EAST + ":20000 > " + WEST + ":20001 ttl 63 ok");
        assertThat(Frames.words(west.onlySent(LAN))).isEqualTo("icmp " + CLIENT + ":77 > " + SERVER + ":0 ttl 62 ok");

        final byte[] reply = Frames.echo(SERVER_MAC, west.mac(LAN), SERVER, CLIENT, IcmpMessage.ECHO_REPLY, 77);
        assertThat(hasMetadata(westToEast(reply))).isTrue();
        assertThat(Frames.words(east.onlySent(LAN))).isEqualTo("icmp " + SERVER + ":0 > " + CLIENT + ":77 ttl 62 ok");
        final byte[] plain = eastToWest(request);
        assertThat(hasMetadata(plain)).isFalse();
        assertThat(Frames.words(plain)).startsWith("udp").endsWith("ok");
        assertThat(Frames.words(west.onlySent(LAN))).startsWith("icmp").endsWith("ok");
        assertThat(east.drops() + west.drops()).isEmpty();
    }

    @Test
    void payloadThatLooksLikeMetadataArrivesUnchanged() {
        open(udpToServer(Frames.bytes("q")), udp(), 17);
        west.onlySent(LAN);
        westToEast(udpToClient(Frames.bytes("a")));
        final byte[] cookie = new byte[40];
        new UnsafeBuffer(cookie).putLong(0, Metadata.COOKIE, java.nio.ByteOrder.BIG_ENDIAN);
        final byte[] between = eastToWest(udpToServer(cookie));
        assertThat(Frames.payload(between)).hasSize(cookie.length + Metadata.BASE_LENGTH);
        assertThat(Frames.words(between)).endsWith("ok");
        final byte[] restored = west.onlySent(LAN);
        assertThat(Frames.payload(restored)).isEqualTo(cookie);
        assertThat(Frames.words(restored)).endsWith("ok");
    }

    @Test
    void superFramesPassOnceTheHandshakeIsDone() {
        open(toServer(SYN, ""), tcp(), 6);
        final byte[] big = Frames.withPartialChecksum(
                Frames.tcp(CLIENT_MAC, east.mac(LAN), CLIENT, 40000, SERVER, 80, ACK, new byte[20_000]));
        east.receive(LAN, Frames.partialVnet(1400), big);
        assertThat(east.drops()).isEqualTo("METADATA_DOES_NOT_FIT=14");
        assertThat(east.ports[LAN].take()).as("fragmentation needed").hasSize(14);
        assertThat(east.ports[WAN].take()).as("the last segment leaves room").hasSize(1);
        westToEast(toClient(SYN | ACK, ""));
        east.receive(LAN, Frames.partialVnet(1400), big);
        final MemoryPort.Sent sent = east.ports[WAN].take().getFirst();
        west.ports[LAN].take();
        west.receive(WAN, sent.vnet(), sent.frame());
        final byte[] restored = west.onlySent(LAN);
        assertThat(restored).hasSize(big.length);
        assertThat(Frames.withPartialChecksum(restored)).isEqualTo(restored);
    }

    @Test
    void whatIsNotSignedByAPeerIsDropped() {
        final byte[] first = open(toServer(SYN, ""), tcp(), 6);
        west.ports[LAN].take();
        west.proxy.remove(6);
        west.turn();
        final byte[] forged = first.clone();
        forged[forged.length - 1] ^= 1;
        west.receive(WAN, fixed(forged));
        west.receive(WAN, Frames.tcp(1, west.mac(WAN), EAST, 1, WEST, 3, SYN, "no metadata"));
        west.receive(WAN, Frames.tcp(1, west.mac(WAN), "198.51.100.9", 1, WEST, 3, SYN, Frames.payload(first)));
        west.receive(
                WAN, Frames.tcp(1, west.mac(WAN), EAST, 1, WEST, 3, SYN, Arrays.copyOf(Frames.payload(first), 30)));
        assertThat(west.drops())
                .isEqualTo("UNKNOWN_FLOW_AT_WAYPOINT=1 METADATA_MALFORMED=1 METADATA_BAD_HMAC=1"
                        + " METADATA_UNKNOWN_PEER=1");
        west.receive(WAN, first);
        west.proxy.install(westSession(6, tcp(), 6), west.pendingId());
        west.turn();
        west.ports[LAN].take();
        west.receive(WAN, fixed(forged));
        assertThat(west.drops()).contains("METADATA_BAD_HMAC=2");
        assertThat(west.ports[LAN].take()).isEmpty();
    }

    /** The same TCP frame with the right checksum. */
    private static byte[] fixed(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        final byte[] payload = Frames.payload(frame);
        return Frames.tcp(
                1, io.fairway.model.wire.EthernetHeader.destination(buffer, 0), EAST, 20000, WEST, 20001, SYN, payload);
    }

    @Test
    void controlMessagesAreObeyedAndConsumed() {
        open(udpToServer(Frames.bytes("q")), udp(), 17);
        west.onlySent(LAN);
        westToEast(udpToClient(Frames.bytes("a")));
        east.onlySent(LAN);
        assertThat(hasMetadata(eastToWest(udpToServer(Frames.bytes("r"))))).isFalse();
        final UnsafeBuffer control = new UnsafeBuffer(new byte[128]);
        final int length = MetadataEncoder.control(control, 0, ControlReason.ENABLE_METADATA, NodeRig.KEY.id());
        new MetadataKey(JceProvider.DEFAULT, NodeRig.KEY, new CryptoScratch()).sign(control, 0, length, 0);
        final byte[] payload = Arrays.copyOf(control.byteArray(), length + Metadata.HMAC_LENGTH);
        east.receive(WAN, Frames.udp(west.mac(WAN), east.mac(WAN), WEST, 20001, EAST, 20000, payload));
        assertThat(east.drops()).isEqualTo("CONTROL_MESSAGE=1");
        assertThat(east.events()).endsWith("6:17");
    }

    @Test
    void oneWaySessionIsToldToStopItsMetadata() {
        open(udpToServer(Frames.bytes("1")), udp(), 17);
        assertThat(west.ports[WAN].take()).isEmpty();
        assertThat(hasMetadata(eastToWest(udpToServer(Frames.bytes("2"))))).isTrue();
        final byte[] stop = west.onlySent(WAN);
        assertThat(Frames.words(stop)).isEqualTo("udp " + WEST + ":20001 > " + EAST + ":20000 ttl 64 ok");
        assertThat(hasMetadata(eastToWest(udpToServer(Frames.bytes("3"))))).isTrue();
        assertThat(west.ports[WAN].take()).as("at most one a second").isEmpty();
        west.nowNs += 1_000 * NodeRig.MS_NS;
        eastToWest(udpToServer(Frames.bytes("4")));
        assertThat(west.ports[WAN].take())
                .filteredOn(sent -> Frames.words(sent.frame()).startsWith("udp"))
                .hasSize(1);
        east.receive(WAN, stop);
        assertThat(east.drops()).isEqualTo("CONTROL_MESSAGE=1");
        assertThat(hasMetadata(eastToWest(udpToServer(Frames.bytes("5"))))).isFalse();
        assertThat(west.ports[LAN].take())
                .filteredOn(sent -> Frames.words(sent.frame()).startsWith("udp"))
                .hasSize(5);
        assertThat(west.events()).contains("2:17");
        assertThat(east.events()).contains("2:17");
    }

    /** Between the same ports or others, while the session lives or after: copies carry nothing and open nothing. */
    @Test
    void copiesOfEncryptedMetadataAreRefused() {
        east.close();
        west.close();
        east = NodeRig.keyed(directory, NodeRig.ENCRYPTED, "10.0.0.1", EAST, WEST);
        west = NodeRig.keyed(directory, NodeRig.ENCRYPTED, "10.2.0.1", WEST, EAST);
        east.meet(LAN, CLIENT, CLIENT_MAC);
        west.meet(LAN, SERVER, SERVER_MAC);
        east.meet(WAN, WEST, west.mac(WAN));
        west.meet(WAN, EAST, east.mac(WAN));
        final byte[] first = open(udpToServer(Frames.bytes("pay")), udp(), 17);
        assertThat(Frames.text(west.onlySent(LAN))).isEqualTo("pay");
        final byte[] second = eastToWest(udpToServer(Frames.bytes("pay")));
        assertThat(Frames.text(west.onlySent(LAN))).isEqualTo("pay");
        west.ports[WAN].take();
        west.messages.clear();
        west.receive(WAN, first);
        west.receive(WAN, second);
        west.receive(WAN, Frames.udp(east.mac(WAN), west.mac(WAN), EAST, 20002, WEST, 20001, Frames.payload(second)));
        west.proxy.remove(17);
        west.turn();
        west.receive(WAN, first);
        assertThat(west.ports[LAN].take()).isEmpty();
        assertThat(west.messages).isEmpty();
        assertThat(west.drops()).isEqualTo("METADATA_REPLAYED=4");
    }

    /** Whatever stands behind the cookie: a verdict, never an exception, and every packet is accounted for. */
    @Test
    void randomMetadataIsNeverBelieved() {
        open(udpToServer(Frames.bytes("q")), udp(), 17);
        west.ports[LAN].take();
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            final byte[] payload = new byte[8 + random.nextInt(200)];
            random.nextBytes(payload);
            final UnsafeBuffer buffer = new UnsafeBuffer(payload);
            buffer.putLong(0, Metadata.COOKIE, java.nio.ByteOrder.BIG_ENDIAN);
            if (payload.length >= 12 && random.nextBoolean()) {
                buffer.putByte(8, (byte) 0x10);
                buffer.putByte(9, (byte) (13 + random.nextInt(40)));
                buffer.putShort(10, (short) 0);
            }
            west.receive(WAN, Frames.udp(east.mac(WAN), west.mac(WAN), EAST, 20000 + (i & 1), WEST, 20001, payload));
            assertThat(west.ports[LAN].take()).as("seed %d", seed).isEmpty();
        }
        assertThat(west.counters.drops(io.fairway.model.DropReason.METADATA_MALFORMED))
                .isPositive();
    }

    private byte[] udpToServer(final byte[] payload) {
        return Frames.udp(CLIENT_MAC, east.mac(LAN), CLIENT, 5000, SERVER, 53, payload);
    }

    private byte[] udpToClient(final byte[] payload) {
        return Frames.udp(SERVER_MAC, west.mac(LAN), SERVER, 53, CLIENT, 5000, payload);
    }
}
