package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.TcpHeader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two routers back to back that seal a session's payload: what travels, what arrives, and what is refused. */
class SealedForwardTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVER = "10.2.0.80";
    private static final String EAST = "198.51.100.1";
    private static final String WEST = "198.51.100.2";
    private static final int ACK = TcpHeader.ACK;
    private static final int SEGMENT = 1400;
    private static final int GCM_GROWTH = 26;

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

    private static SessionSecurity security(final Encryption encryption, final Hmac hmac) {
        final byte[] key = new byte[SessionSecurity.KEY_LENGTH];
        Arrays.fill(key, (byte) 0x33);
        return new SessionSecurity("sp1", encryption, hmac, Secret.of(key), SessionSecurity.Adaptation.NONE);
    }

    private void install(final FiveTuple inside, final int wireProtocol, final SessionSecurity security) {
        final FiveTuple outside = NodeRig.tuple(wireProtocol, EAST, 20000, WEST, 20001);
        final SessionRecord atEast = NodeRig.record(
                inside.protocol(),
                1,
                NodeRig.flow(LAN, inside, WAN, outside, FlowActionFlyweight.METADATA_FORWARD, false, WEST),
                NodeRig.flow(WAN, outside.reversed(), LAN, inside.reversed(), 0, true, CLIENT));
        final SessionRecord atWest = NodeRig.record(
                inside.protocol(),
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
        east.proxy.install(NodeRig.sealed(atEast, security), 0);
        west.proxy.install(NodeRig.sealed(atWest, security), 0);
        east.turn();
        west.turn();
    }

    /** Three packets end the metadata handshake; what they leave behind is taken away. */
    private void shakeHands(final byte[] toServer, final byte[] toClient) {
        for (int i = 0; i < 2; i++) {
            east.receive(LAN, toServer);
            west.receive(WAN, east.onlySent(WAN));
            west.receive(LAN, toClient);
            east.receive(WAN, west.onlySent(WAN));
        }
        east.ports[LAN].take();
        west.ports[LAN].take();
    }

    private byte[] tcpToServer(final String payload) {
        return Frames.tcp(CLIENT_MAC, east.mac(LAN), CLIENT, 40000, SERVER, 80, ACK, payload);
    }

    private byte[] tcpToClient(final String payload) {
        return Frames.tcp(SERVER_MAC, west.mac(LAN), SERVER, 80, CLIENT, 40000, ACK, payload);
    }

    private static FiveTuple tcp() {
        return NodeRig.tuple(6, CLIENT, 40000, SERVER, 80);
    }

    @ParameterizedTest
    @CsvSource({"AES_256_GCM, NONE", "AES_128_CBC, SHA256_128", "AES_256_CBC, SHA384", "NONE, SHA256"})
    void whatTheClientSendsArrivesAndTravelsSealed(final Encryption encryption, final Hmac hmac) {
        install(tcp(), 6, security(encryption, hmac));
        for (int i = 0; i < 4; i++) {
            east.receive(LAN, tcpToServer("open sesame " + i));
            final byte[] between = east.onlySent(WAN);
            assertThat(Frames.text(between).contains("sesame")).isEqualTo(encryption == Encryption.NONE);
            west.receive(WAN, between);
            final MemoryPort.Sent atServer = west.ports[LAN].take().getFirst();
            assertThat(Frames.text(atServer.frame())).isEqualTo("open sesame " + i);
            assertThat(Frames.words(Frames.completed(atServer)))
                    .isEqualTo("tcp " + CLIENT + ":40000 > " + SERVER + ":80 ttl 62 ok");
            west.receive(LAN, tcpToClient("who asks? " + i));
            final byte[] back = west.onlySent(WAN);
            assertThat(Frames.text(back).contains("who")).isEqualTo(encryption == Encryption.NONE);
            east.receive(WAN, back);
            assertThat(Frames.text(east.onlySent(LAN))).isEqualTo("who asks? " + i);
        }
        assertThat(west.events()).contains("2:6");
        assertThat(east.events()).contains("2:6");
    }

    @Test
    void anEchoIsSealedWithItsHeader() {
        install(NodeRig.tuple(1, CLIENT, 77, SERVER, 0), 17, security(Encryption.AES_256_GCM, Hmac.NONE));
        final byte[] request = Frames.echo(CLIENT_MAC, east.mac(LAN), CLIENT, SERVER, IcmpMessage.ECHO_REQUEST, 77);
        for (int i = 0; i < 3; i++) {
            east.receive(LAN, request);
            west.receive(WAN, east.onlySent(WAN));
            final byte[] arrived = west.onlySent(LAN);
            assertThat(Frames.words(arrived)).startsWith("icmp " + CLIENT).endsWith("ok");
            assertThat(Frames.payload(arrived)).isEqualTo(Frames.payload(request));
            west.receive(LAN, Frames.echo(SERVER_MAC, west.mac(LAN), SERVER, CLIENT, IcmpMessage.ECHO_REPLY, 77));
            east.receive(WAN, west.onlySent(WAN));
            assertThat(Frames.words(east.onlySent(LAN)))
                    .startsWith("icmp " + SERVER)
                    .endsWith("ok");
        }
    }

    @Test
    void flippedRepeatedAndNakedPacketsAreRefusedByName() {
        install(tcp(), 6, security(Encryption.AES_256_GCM, Hmac.NONE));
        shakeHands(tcpToServer("a"), tcpToClient("b"));
        east.receive(LAN, tcpToServer("pay 100 to eve"));
        final byte[] between = Frames.completed(east.ports[WAN].take().getFirst());
        for (int i = Frames.L4 + TcpHeader.LENGTH; i < between.length; i++) {
            final byte[] spoilt = between.clone();
            spoilt[i] ^= 1;
            west.receive(WAN, Frames.withPartialChecksum(spoilt));
        }
        west.receive(WAN, between);
        west.receive(WAN, between);
        west.receive(WAN, Frames.tcp(east.mac(WAN), west.mac(WAN), EAST, 20000, WEST, 20001, ACK, "naked"));
        west.receive(WAN, Frames.tcp(east.mac(WAN), west.mac(WAN), EAST, 20000, WEST, 20001, ACK, "naked".repeat(20)));
        west.receive(WAN, Frames.tcp(east.mac(WAN), west.mac(WAN), EAST, 20000, WEST, 20001, ACK, ""));
        assertThat(west.ports[LAN].take()).hasSize(2);
        assertThat(west.counters.drops(DropReason.PAYLOAD_NOT_SEALED)).isEqualTo(1);
        // A flipped bit in the packet number may also make it an old one.
        final long wrong = west.counters.drops(DropReason.PAYLOAD_BAD_SEAL);
        final long old = west.counters.drops(DropReason.PAYLOAD_REPLAYED);
        assertThat(wrong).isGreaterThan(old);
        assertThat(wrong + old).isEqualTo(between.length - Frames.L4 - TcpHeader.LENGTH + 2);
    }

    /** Nobody without the key may end a session; a segment that only acknowledges says nothing that could. */
    @ParameterizedTest
    @CsvSource({"AES_256_GCM, NONE", "AES_128_CBC, SHA256_128", "NONE, SHA256"})
    void whatEndsASessionIsSealedThoughItIsEmpty(final Encryption encryption, final Hmac hmac) {
        install(tcp(), 6, security(encryption, hmac));
        shakeHands(tcpToServer("a"), tcpToClient("b"));
        for (final int flags : new int[] {TcpHeader.RST, TcpHeader.RST | ACK, TcpHeader.FIN | ACK}) {
            west.receive(WAN, Frames.tcp(east.mac(WAN), west.mac(WAN), EAST, 20000, WEST, 20001, flags, ""));
            assertThat(west.ports[LAN].take()).isEmpty();
            east.receive(LAN, Frames.tcp(CLIENT_MAC, east.mac(LAN), CLIENT, 40000, SERVER, 80, flags, ""));
            final byte[] between = Frames.completed(east.ports[WAN].take().getFirst());
            assertThat(Frames.payload(between)).isNotEmpty();
            west.receive(WAN, between);
            final byte[] arrived = Frames.completed(west.ports[LAN].take().getFirst());
            assertThat(Frames.payload(arrived)).isEmpty();
            assertThat(arrived[Frames.L4 + 13]).isEqualTo((byte) flags);
            assertThat(Frames.words(arrived)).endsWith("ok");
            west.receive(WAN, between);
            assertThat(west.ports[LAN].take()).isEmpty();
        }
        assertThat(west.drops()).isEqualTo("PAYLOAD_NOT_SEALED=3 PAYLOAD_REPLAYED=3");
        east.receive(LAN, Frames.tcp(CLIENT_MAC, east.mac(LAN), CLIENT, 40000, SERVER, 80, ACK, ""));
        assertThat(Frames.payload(east.onlySent(WAN))).isEmpty();
    }

    @Test
    void everySegmentOfASuperFrameIsSealedForItself() {
        install(tcp(), 6, security(Encryption.AES_256_GCM, Hmac.NONE));
        shakeHands(tcpToServer("a"), tcpToClient("b"));
        final byte[] data = data(10 * SEGMENT + 300);
        east.receive(LAN, Frames.partialVnet(SEGMENT), superFrame(data));
        final MemoryPort.Sent sent = east.ports[WAN].take().getFirst();
        assertThat(Frames.gsoSize(sent.vnet())).isEqualTo(SEGMENT + GCM_GROWTH);
        assertThat(Frames.payload(sent.frame())).hasSize(data.length + 11 * GCM_GROWTH);

        west.receive(WAN, sent.vnet(), sent.frame());
        final MemoryPort.Sent whole = west.ports[LAN].take().getFirst();
        assertThat(Frames.gsoSize(whole.vnet())).isEqualTo(SEGMENT);
        assertThat(Frames.payload(whole.frame())).isEqualTo(data);
    }

    /** What a network card does: every segment becomes a packet whose sequence number counts the sealed bytes. */
    @Test
    void aSuperFrameThatIsCutOnTheWayArrivesAtTheRightSequenceNumbers() {
        install(tcp(), 6, security(Encryption.AES_128_CBC, Hmac.SHA256_128));
        shakeHands(tcpToServer("a"), tcpToClient("b"));
        final byte[] data = data(4 * SEGMENT + 10);
        final byte[] frame = superFrame(data);
        final int first = new UnsafeBuffer(frame).getInt(Frames.L4 + 4, java.nio.ByteOrder.BIG_ENDIAN);
        east.receive(LAN, Frames.partialVnet(SEGMENT), frame);
        final MemoryPort.Sent sent = east.ports[WAN].take().getFirst();
        final byte[] sealed = Frames.payload(sent.frame());
        final int size = Frames.gsoSize(sent.vnet());
        final int base = new UnsafeBuffer(sent.frame()).getInt(Frames.L4 + 4, java.nio.ByteOrder.BIG_ENDIAN);
        int expected = 0;
        for (int at = 0; at < sealed.length; at += size) {
            final byte[] slice = Arrays.copyOfRange(sealed, at, Math.min(sealed.length, at + size));
            final byte[] packet = Frames.tcp(east.mac(WAN), west.mac(WAN), EAST, 20000, WEST, 20001, ACK, slice);
            west.receive(WAN, Frames.withSequence(packet, base + at));
            final byte[] arrived = west.onlySent(LAN);
            assertThat(new UnsafeBuffer(arrived).getInt(Frames.L4 + 4, java.nio.ByteOrder.BIG_ENDIAN))
                    .isEqualTo(first + expected);
            final byte[] plain = Frames.payload(arrived);
            assertThat(plain).isEqualTo(Arrays.copyOfRange(data, expected, expected + plain.length));
            expected += plain.length;
        }
        assertThat(expected).isEqualTo(data.length);
    }

    @Test
    void whatSealingMakesTooLongForIpLeavesInTwo() {
        install(tcp(), 6, security(Encryption.AES_256_GCM, Hmac.NONE));
        shakeHands(tcpToServer("a"), tcpToClient("b"));
        final byte[] data = data(65_400);
        east.receive(LAN, Frames.partialVnet(SEGMENT), superFrame(data));
        final var sent = east.ports[WAN].take();
        assertThat(sent).hasSize(2);
        int at = 0;
        for (final MemoryPort.Sent part : sent) {
            west.receive(WAN, part.vnet(), part.frame());
            final byte[] arrived = Frames.payload(west.onlySent(LAN));
            assertThat(arrived).isEqualTo(Arrays.copyOfRange(data, at, at + arrived.length));
            at += arrived.length;
        }
        assertThat(at).isEqualTo(data.length);
        assertThat(east.counters.cut()).isEqualTo(1);
    }

    @Test
    void whileTheHandshakeIsOpenEverySegmentCarriesMetadata() {
        install(tcp(), 6, security(Encryption.AES_256_GCM, Hmac.NONE));
        final byte[] data = data(3 * 1000 + 5);
        east.receive(LAN, Frames.partialVnet(1000), superFrame(data));
        final var sent = east.ports[WAN].take();
        assertThat(sent).hasSize(4);
        int at = 0;
        for (final MemoryPort.Sent part : sent) {
            west.receive(WAN, part.vnet(), part.frame());
            final byte[] arrived = Frames.payload(west.onlySent(LAN));
            assertThat(arrived).isEqualTo(Arrays.copyOfRange(data, at, at + arrived.length));
            at += arrived.length;
        }
        assertThat(at).isEqualTo(data.length);
    }

    private byte[] superFrame(final byte[] data) {
        return Frames.withPartialChecksum(Frames.tcp(CLIENT_MAC, east.mac(LAN), CLIENT, 40000, SERVER, 80, ACK, data));
    }

    private static byte[] data(final int length) {
        final byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return data;
    }
}
