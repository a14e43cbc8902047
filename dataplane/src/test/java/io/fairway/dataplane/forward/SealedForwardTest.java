package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two routers back to back that seal a session's payload: what travels, what arrives, and what is refused. */
class SealedForwardTest {
    private static final int ACK = TcpHeader.ACK;
    private static final int SEGMENT = 1400;
    private static final int GCM_GROWTH = 26;

    @TempDir
    private Path directory;

    private RouterCouple routers;
    private NodeRig east;
    private NodeRig west;

    private void start(final int protocol, final SessionSecurity security) {
        routers = new RouterCouple(directory, protocol);
        east = routers.east;
        west = routers.west;
        routers.install(security);
    }

    @AfterEach
    void stop() {
        routers.close();
    }

    private static SessionSecurity security(final Encryption encryption, final Hmac hmac) {
        final byte[] key = new byte[SessionSecurity.KEY_LENGTH];
        Arrays.fill(key, (byte) 0x33);
        return new SessionSecurity("sp1", encryption, hmac, Secret.of(key), SessionSecurity.Adaptation.NONE);
    }

    @ParameterizedTest
    @CsvSource({"AES_256_GCM, NONE", "AES_128_CBC, SHA256_128", "AES_256_CBC, SHA384", "NONE, SHA256"})
    void whatTheClientSendsArrivesAndTravelsSealed(final Encryption encryption, final Hmac hmac) {
        start(IpProtocol.TCP, security(encryption, hmac));
        for (int i = 0; i < 4; i++) {
            east.receive(LAN, routers.toServer("open sesame " + i));
            final byte[] between = east.onlySent(WAN);
            assertThat(Frames.text(between).contains("sesame")).isEqualTo(encryption == Encryption.NONE);
            west.receive(WAN, between);
            final MemoryPort.Sent atServer = west.ports[LAN].take().getFirst();
            assertThat(Frames.text(atServer.frame())).isEqualTo("open sesame " + i);
            assertThat(Frames.words(Frames.completed(atServer)))
                    .isEqualTo("tcp " + routers.client + ":40000 > " + routers.server + ":80 ttl 62 ok");
            west.receive(LAN, routers.toClient("who asks? " + i));
            final byte[] back = west.onlySent(WAN);
            assertThat(Frames.text(back).contains("who")).isEqualTo(encryption == Encryption.NONE);
            east.receive(WAN, back);
            assertThat(Frames.text(east.onlySent(LAN))).isEqualTo("who asks? " + i);
        }
        assertThat(west.events()).contains("2:" + RouterCouple.SESSION);
        assertThat(east.events()).contains("2:" + RouterCouple.SESSION);
    }

    @Test
    void anEchoIsSealedWithItsHeader() {
        start(IpProtocol.ICMP, RouterCouple.GCM);
        final byte[] request = routers.toServer("");
        for (int i = 0; i < 3; i++) {
            east.receive(LAN, request);
            west.receive(WAN, east.onlySent(WAN));
            final byte[] arrived = west.onlySent(LAN);
            assertThat(Frames.words(arrived))
                    .startsWith("icmp " + routers.client)
                    .endsWith("ok");
            assertThat(Frames.payload(arrived)).isEqualTo(Frames.payload(request));
            west.receive(LAN, routers.toClient(""));
            east.receive(WAN, west.onlySent(WAN));
            assertThat(Frames.words(east.onlySent(LAN)))
                    .startsWith("icmp " + routers.server)
                    .endsWith("ok");
        }
    }

    @Test
    void flippedRepeatedAndNakedPacketsAreRefusedByName() {
        start(IpProtocol.TCP, RouterCouple.GCM);
        routers.shakeHands();
        east.receive(LAN, routers.toServer("pay 100 to eve"));
        final byte[] between = Frames.completed(east.ports[WAN].take().getFirst());
        for (int i = Frames.L4 + TcpHeader.LENGTH; i < between.length; i++) {
            final byte[] spoilt = between.clone();
            spoilt[i] ^= 1;
            west.receive(WAN, Frames.withPartialChecksum(spoilt));
        }
        west.receive(WAN, between);
        west.receive(WAN, between);
        west.receive(WAN, between(ACK, "naked"));
        west.receive(WAN, between(ACK, "naked".repeat(20)));
        west.receive(WAN, between(ACK, ""));
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
        start(IpProtocol.TCP, security(encryption, hmac));
        routers.shakeHands();
        for (final int flags : new int[] {TcpHeader.RST, TcpHeader.RST | ACK, TcpHeader.FIN | ACK}) {
            west.receive(WAN, between(flags, ""));
            assertThat(west.ports[LAN].take()).isEmpty();
            east.receive(LAN, routers.toServer(flags, new byte[0]));
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
        east.receive(LAN, routers.toServer(""));
        assertThat(Frames.payload(east.onlySent(WAN))).isEmpty();
    }

    @Test
    void everySegmentOfASuperFrameIsSealedForItself() {
        start(IpProtocol.TCP, RouterCouple.GCM);
        routers.shakeHands();
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
        start(IpProtocol.TCP, security(Encryption.AES_128_CBC, Hmac.SHA256_128));
        routers.shakeHands();
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
            final byte[] packet = between(ACK, slice);
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
        start(IpProtocol.TCP, RouterCouple.GCM);
        routers.shakeHands();
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
        start(IpProtocol.TCP, RouterCouple.GCM);
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

    /** What somebody on the WAN makes up. */
    private byte[] between(final int flags, final String payload) {
        return between(flags, Frames.bytes(payload));
    }

    private byte[] between(final int flags, final byte[] payload) {
        return Frames.tcp(east.mac(WAN), west.mac(WAN), routers.eastEnd, 20000, routers.westEnd, 20001, flags, payload);
    }

    private byte[] superFrame(final byte[] data) {
        return Frames.withPartialChecksum(routers.toServer(data));
    }

    private static byte[] data(final int length) {
        final byte[] data = new byte[length];
        new Random(length).nextBytes(data);
        return data;
    }
}
