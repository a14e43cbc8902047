package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.ControlReason;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two routers wired back to back: the metadata handshake of svr-protocol.md section 2.5, packet by packet. */
class SvrForwardTest {
    private static final int SYN = TcpHeader.SYN;
    private static final int ACK = TcpHeader.ACK;

    @TempDir
    private Path directory;

    private RouterCouple routers;
    private NodeRig east;
    private NodeRig west;

    private void start(final RouterCouple couple) {
        routers = couple;
        east = routers.east;
        west = routers.west;
    }

    @AfterEach
    void stop() {
        routers.close();
    }

    /** Sends the first packet through both routers; returns it as it travelled between them. */
    private byte[] open(final byte[] first) {
        east.receive(LAN, first);
        east.proxy.install(routers.atEast(SessionSecurity.CLEAR), east.pendingId());
        east.turn();
        final byte[] between = RouterCouple.cross(east, west);
        west.proxy.install(routers.atWest(SessionSecurity.CLEAR), west.pendingId());
        west.turn();
        return between;
    }

    private byte[] openTcp() {
        start(new RouterCouple(directory, IpProtocol.TCP));
        return open(routers.toServer(SYN, new byte[0]));
    }

    private byte[] openUdp() {
        start(new RouterCouple(directory, IpProtocol.UDP));
        return open(routers.toServer("q"));
    }

    @Test
    void metadataTravelsUntilBothSidesKnow() {
        final byte[] first = openTcp();
        assertThat(Frames.words(first)).isEqualTo("tcp 198.51.100.1:20000 > 198.51.100.2:20001 ttl 63 ok");
        assertThat(RouterCouple.hasMetadata(first)).isTrue();
        final UnsafeBuffer message = west.firstPacket();
        assertThat(message.getByte(FirstPacketFlyweight.HAS_METADATA)).isEqualTo((byte) 1);
        final ReceivedMetadata received = MetadataParser.decode(
                message,
                FirstPacketFlyweight.METADATA,
                message.getShort(FirstPacketFlyweight.METADATA_LENGTH) & 0xffff);
        assertThat(received.forwardContext()).isEqualTo(routers.inside);
        assertThat(received.tenant()).isEqualTo("eng");

        final byte[] restored = west.onlySent(LAN);
        assertThat(Frames.words(restored)).isEqualTo("tcp 10.0.0.10:40000 > 10.2.0.80:80 ttl 62 ok");
        assertThat(Frames.payload(restored)).isEmpty();

        assertThat(RouterCouple.hasMetadata(routers.westToEast(routers.toClient(SYN | ACK, new byte[0]))))
                .as("reverse metadata")
                .isTrue();
        assertThat(Frames.words(east.onlySent(LAN))).isEqualTo("tcp 10.2.0.80:80 > 10.0.0.10:40000 ttl 62 ok");

        assertThat(RouterCouple.hasMetadata(routers.eastToWest(routers.toServer(""))))
                .as("forward metadata is over")
                .isFalse();
        west.onlySent(LAN);
        assertThat(RouterCouple.hasMetadata(routers.westToEast(routers.toClient("data"))))
                .as("reverse metadata is over")
                .isFalse();
        assertThat(Frames.text(east.onlySent(LAN))).isEqualTo("data");
        assertThat(east.events()).containsExactlyInAnyOrder("1:" + RouterCouple.SESSION, "2:" + RouterCouple.SESSION);
        assertThat(west.events()).containsExactlyInAnyOrder("1:" + RouterCouple.SESSION, "2:" + RouterCouple.SESSION);
        assertThat(routers.drops()).isEmpty();
    }

    @Test
    void lostReverseMetadataIsSentAgain() {
        openTcp();
        west.onlySent(LAN);
        west.receive(LAN, routers.toClient(SYN | ACK, new byte[0]));
        assertThat(RouterCouple.hasMetadata(west.onlySent(WAN)))
                .as("this one is lost")
                .isTrue();
        assertThat(RouterCouple.hasMetadata(routers.eastToWest(routers.toServer(SYN, new byte[0]))))
                .isTrue();
        west.onlySent(LAN);
        assertThat(RouterCouple.hasMetadata(routers.westToEast(routers.toClient(SYN | ACK, new byte[0]))))
                .isTrue();
        assertThat(RouterCouple.hasMetadata(routers.eastToWest(routers.toServer("x"))))
                .isFalse();
    }

    @Test
    void echoTravelsInsideUdp() {
        start(new RouterCouple(directory, IpProtocol.ICMP));
        final byte[] first = open(routers.toServer(""));
        assertThat(Frames.words(first)).isEqualTo("udp 198.51.100.1:20000 > 198.51.100.2:20001 ttl 63 ok");
        assertThat(Frames.words(west.onlySent(LAN))).isEqualTo("icmp 10.0.0.10:77 > 10.2.0.80:0 ttl 62 ok");

        assertThat(RouterCouple.hasMetadata(routers.westToEast(routers.toClient(""))))
                .isTrue();
        assertThat(Frames.words(east.onlySent(LAN))).isEqualTo("icmp 10.2.0.80:0 > 10.0.0.10:77 ttl 62 ok");
        final byte[] plain = routers.eastToWest(routers.toServer(""));
        assertThat(RouterCouple.hasMetadata(plain)).isFalse();
        assertThat(Frames.words(plain)).startsWith("udp").endsWith("ok");
        assertThat(Frames.words(west.onlySent(LAN))).startsWith("icmp").endsWith("ok");
        assertThat(routers.drops()).isEmpty();
    }

    @Test
    void payloadThatLooksLikeMetadataArrivesUnchanged() {
        openUdp();
        west.onlySent(LAN);
        routers.westToEast(routers.toClient("a"));
        final byte[] cookie = new byte[40];
        new UnsafeBuffer(cookie).putLong(0, Metadata.COOKIE, java.nio.ByteOrder.BIG_ENDIAN);
        final byte[] between = routers.eastToWest(routers.toServer(cookie));
        assertThat(Frames.payload(between)).hasSize(cookie.length + Metadata.BASE_LENGTH);
        assertThat(Frames.words(between)).endsWith("ok");
        final byte[] restored = west.onlySent(LAN);
        assertThat(Frames.payload(restored)).isEqualTo(cookie);
        assertThat(Frames.words(restored)).endsWith("ok");
    }

    @Test
    void superFramesPassOnceTheHandshakeIsDone() {
        openTcp();
        final byte[] big = Frames.withPartialChecksum(routers.toServer(new byte[20_000]));
        east.receive(LAN, Frames.partialVnet(1400), big);
        assertThat(east.drops()).isEqualTo("METADATA_DOES_NOT_FIT=14");
        assertThat(east.ports[LAN].take()).as("fragmentation needed").hasSize(14);
        assertThat(east.ports[WAN].take()).as("the last segment leaves room").hasSize(1);
        routers.westToEast(routers.toClient(SYN | ACK, new byte[0]));
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
        final byte[] first = openTcp();
        west.ports[LAN].take();
        west.proxy.remove(RouterCouple.SESSION);
        west.turn();
        final byte[] forged = first.clone();
        forged[forged.length - 1] ^= 1;
        west.receive(WAN, fixed(forged));
        west.receive(WAN, Frames.tcp(1, west.mac(WAN), routers.eastEnd, 1, routers.westEnd, 3, SYN, "no metadata"));
        west.receive(
                WAN, Frames.tcp(1, west.mac(WAN), "198.51.100.9", 1, routers.westEnd, 3, SYN, Frames.payload(first)));
        west.receive(
                WAN,
                Frames.tcp(
                        1,
                        west.mac(WAN),
                        routers.eastEnd,
                        1,
                        routers.westEnd,
                        3,
                        SYN,
                        Arrays.copyOf(Frames.payload(first), 30)));
        assertThat(west.drops())
                .isEqualTo("UNKNOWN_FLOW_AT_WAYPOINT=1 METADATA_MALFORMED=1 METADATA_BAD_HMAC=1"
                        + " METADATA_UNKNOWN_PEER=1");
        west.receive(WAN, first);
        west.proxy.install(routers.atWest(SessionSecurity.CLEAR), west.pendingId());
        west.turn();
        west.ports[LAN].take();
        west.receive(WAN, fixed(forged));
        assertThat(west.drops()).contains("METADATA_BAD_HMAC=2");
        assertThat(west.ports[LAN].take()).isEmpty();
    }

    /** The same TCP frame with the right checksum. */
    private byte[] fixed(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        final byte[] payload = Frames.payload(frame);
        return Frames.tcp(
                1,
                io.fairway.model.wire.EthernetHeader.destination(buffer, 0),
                routers.eastEnd,
                20000,
                routers.westEnd,
                20001,
                SYN,
                payload);
    }

    @Test
    void controlMessagesAreObeyedAndConsumed() {
        openUdp();
        west.onlySent(LAN);
        routers.westToEast(routers.toClient("a"));
        east.onlySent(LAN);
        assertThat(RouterCouple.hasMetadata(routers.eastToWest(routers.toServer("r"))))
                .isFalse();
        east.receive(WAN, routers.controlFromWest(ControlReason.ENABLE_METADATA));
        assertThat(east.drops()).isEqualTo("CONTROL_MESSAGE=1");
        assertThat(east.events()).endsWith("6:" + RouterCouple.SESSION);
    }

    @Test
    void oneWaySessionIsToldToStopItsMetadata() {
        openUdp();
        assertThat(west.ports[WAN].take()).isEmpty();
        assertThat(RouterCouple.hasMetadata(routers.eastToWest(routers.toServer("2"))))
                .isTrue();
        final byte[] stop = west.onlySent(WAN);
        assertThat(Frames.words(stop)).isEqualTo("udp 198.51.100.2:20001 > 198.51.100.1:20000 ttl 64 ok");
        assertThat(RouterCouple.hasMetadata(routers.eastToWest(routers.toServer("3"))))
                .isTrue();
        assertThat(west.ports[WAN].take()).as("at most one a second").isEmpty();
        west.nowNs += 1_000 * NodeRig.MS_NS;
        routers.eastToWest(routers.toServer("4"));
        assertThat(west.ports[WAN].take())
                .filteredOn(sent -> Frames.words(sent.frame()).startsWith("udp"))
                .hasSize(1);
        east.receive(WAN, stop);
        assertThat(east.drops()).isEqualTo("CONTROL_MESSAGE=1");
        assertThat(RouterCouple.hasMetadata(routers.eastToWest(routers.toServer("5"))))
                .isFalse();
        assertThat(west.ports[LAN].take())
                .filteredOn(sent -> Frames.words(sent.frame()).startsWith("udp"))
                .hasSize(5);
        assertThat(west.events()).contains("2:" + RouterCouple.SESSION);
        assertThat(east.events()).contains("2:" + RouterCouple.SESSION);
    }

    /** Between the same ports or others, while the session lives or after: copies carry nothing and open nothing. */
    @Test
    void copiesOfEncryptedMetadataAreRefused() {
        start(RouterCouple.keyed(directory, IpProtocol.UDP, NodeRig.ENCRYPTED));
        final byte[] first = open(routers.toServer("pay"));
        assertThat(Frames.text(west.onlySent(LAN))).isEqualTo("pay");
        final byte[] second = routers.eastToWest(routers.toServer("pay"));
        assertThat(Frames.text(west.onlySent(LAN))).isEqualTo("pay");
        west.ports[WAN].take();
        west.messages.clear();
        west.receive(WAN, first);
        west.receive(WAN, second);
        west.receive(
                WAN,
                Frames.udp(
                        east.mac(WAN),
                        west.mac(WAN),
                        routers.eastEnd,
                        20002,
                        routers.westEnd,
                        20001,
                        Frames.payload(second)));
        west.proxy.remove(RouterCouple.SESSION);
        west.turn();
        west.receive(WAN, first);
        assertThat(west.ports[LAN].take()).isEmpty();
        assertThat(west.messages).isEmpty();
        assertThat(west.drops()).isEqualTo("METADATA_REPLAYED=4");
    }

    /** Whatever stands behind the cookie: a verdict, never an exception, and every packet is accounted for. */
    @Test
    void randomMetadataIsNeverBelieved() {
        openUdp();
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
            west.receive(
                    WAN,
                    Frames.udp(
                            east.mac(WAN),
                            west.mac(WAN),
                            routers.eastEnd,
                            20000 + (i & 1),
                            routers.westEnd,
                            20001,
                            payload));
            assertThat(west.ports[LAN].take()).as("seed %d", seed).isEmpty();
        }
        assertThat(west.counters.drops(io.fairway.model.DropReason.METADATA_MALFORMED))
                .isPositive();
    }
}
