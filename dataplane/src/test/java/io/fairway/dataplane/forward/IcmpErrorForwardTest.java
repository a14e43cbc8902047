package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IcmpError;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.TcpHeader;
import java.nio.file.Path;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ICMP errors through one router: to the client or server whose packet they are about, who finds it as it was sent. */
class IcmpErrorForwardTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final long PORT_UNREACHABLE = IcmpError.head(3, 3, 0);
    private static final long TIME_EXCEEDED = IcmpError.head(11, 0, 0);
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVICE = "192.0.2.80";
    private static final String SERVER = "203.0.113.80";
    private static final String HOP = "198.18.0.7";
    private static final String NAT = "203.0.113.1";

    @TempDir
    private Path directory;

    private NodeRig rig;

    private void start(final FiveTuple inside, final FiveTuple outside) {
        rig = NodeRig.single(directory, "10.0.0.1 fd00:1::1", NAT + " fd00:2::1");
        final String client = inside.source().toString();
        final String server = outside.destination().toString();
        rig.meet(LAN, client, CLIENT_MAC);
        rig.meet(WAN, server, SERVER_MAC);
        rig.proxy.install(
                NodeRig.record(
                        5,
                        1,
                        NodeRig.flow(LAN, inside, WAN, outside, 0, false, server),
                        NodeRig.flow(WAN, outside.reversed(), LAN, inside.reversed(), 0, false, client)),
                0);
        rig.turn();
    }

    private void startRouted() {
        final FiveTuple tuple = NodeRig.tuple(17, CLIENT, 5000, SERVER, 53);
        start(tuple, tuple);
    }

    private void startTranslated() {
        start(NodeRig.tuple(6, CLIENT, 40000, SERVICE, 80), NodeRig.tuple(6, NAT, 20000, SERVER, 8080));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private byte[] question() {
        return Frames.udp(CLIENT_MAC, rig.mac(LAN), CLIENT, 5000, SERVER, 53, Frames.bytes("who?"));
    }

    private byte[] toServer() {
        rig.receive(LAN, Frames.tcp(CLIENT_MAC, rig.mac(LAN), CLIENT, 40000, SERVICE, 80, TcpHeader.ACK, "a request"));
        return rig.onlySent(WAN);
    }

    private byte[] toClient() {
        rig.receive(WAN, Frames.tcp(SERVER_MAC, rig.mac(WAN), SERVER, 8080, NAT, 20000, TcpHeader.ACK, "an answer"));
        return rig.onlySent(LAN);
    }

    private byte[] fromWan(final byte[] wrong, final String source, final long head) {
        rig.receive(WAN, ErrorFrames.about(wrong, source, head, SERVER_MAC, rig.mac(WAN)));
        return rig.onlySent(LAN);
    }

    @Test
    void aRoutedSessionsErrorsComeThrough() {
        startRouted();
        rig.receive(LAN, question());
        final byte[] wrong = rig.onlySent(WAN);
        final byte[] error = fromWan(wrong, SERVER, PORT_UNREACHABLE);
        assertThat(ErrorFrames.words(error))
                .isEqualTo("3/3 " + SERVER + " > " + CLIENT + " ok about udp " + CLIENT + ":5000 > " + SERVER + ":53");
        assertThat(ErrorFrames.quotesRightChecksum(error)).isTrue();
        assertThat(new UnsafeBuffer(error).getByte(Frames.IP + 8))
                .as("its own time to live")
                .isEqualTo((byte) 63);
        assertThat(ErrorFrames.words(fromWan(wrong, HOP, TIME_EXCEEDED)))
                .startsWith("11/0 " + HOP + " > " + CLIENT + " ok about udp " + CLIENT);
        assertThat(ErrorFrames.words(fromWan(wrong, HOP, IcmpError.tooBig(false, 1300))))
                .startsWith("3/4/1300 " + HOP + " > " + CLIENT + " ok");
        assertThat(rig.drops()).isEmpty();
        assertThat(rig.counters.forwarded()).isEqualTo(4);
    }

    @Test
    void ipv6ErrorsComeThrough() {
        final FiveTuple tuple = NodeRig.tuple(58, "fd00:1::10", 77, "fd00:2::80", 0);
        start(tuple, tuple);
        rig.receive(LAN, Frames.echo(CLIENT_MAC, rig.mac(LAN), "fd00:1::10", "fd00:2::80", 8, 77));
        final byte[] wrong = rig.onlySent(WAN);
        final byte[] error = fromWan(wrong, "fd00:9::9", IcmpError.timeExceeded(true));
        assertThat(ErrorFrames.words(error))
                .isEqualTo("3/0 fd00:9::9 > fd00:1::10 ok about icmpv6 [fd00:1::10]:77 > [fd00:2::80]:0");
        assertThat(ErrorFrames.quotesRightChecksum(error)).isTrue();
        assertThat(ErrorFrames.words(fromWan(wrong, "fd00:9::9", IcmpError.tooBig(true, 1400))))
                .startsWith("2/0/1400 fd00:9::9 > fd00:1::10 ok");
        assertThat(rig.drops()).isEmpty();
    }

    /** Behind a translated destination nobody is named whom the sender cannot know. */
    @Test
    void aTranslatedSessionsErrorsAreTranslatedBack() {
        startTranslated();
        final String aboutRequest = " ok about tcp " + CLIENT + ":40000 > " + SERVICE + ":80";
        final byte[] request = toServer();
        final byte[] error = fromWan(request, SERVER, IcmpError.head(3, 13, 0));
        assertThat(ErrorFrames.words(error)).isEqualTo("3/13 " + SERVICE + " > " + CLIENT + aboutRequest);
        assertThat(ErrorFrames.quotesRightChecksum(error)).isTrue();
        assertThat(ErrorFrames.words(fromWan(request, HOP, TIME_EXCEEDED)))
                .isEqualTo("11/0 " + SERVICE + " > " + CLIENT + aboutRequest);

        final byte[] answer = toClient();
        rig.receive(LAN, ErrorFrames.about(answer, CLIENT, PORT_UNREACHABLE, CLIENT_MAC, rig.mac(LAN)));
        final byte[] back = rig.onlySent(WAN);
        assertThat(ErrorFrames.words(back))
                .isEqualTo("3/3 " + NAT + " > " + SERVER + " ok about tcp " + SERVER + ":8080 > " + NAT + ":20000");
        assertThat(ErrorFrames.quotesRightChecksum(back)).isTrue();
        assertThat(rig.drops()).isEmpty();
    }

    @Test
    void eightBytesOfTheTransportSuffice() {
        startTranslated();
        final byte[] request = toServer();
        rig.receive(
                WAN,
                ErrorFrames.quoting(
                        ErrorFrames.about(request, HOP, TIME_EXCEEDED, SERVER_MAC, rig.mac(WAN)),
                        Ipv4Header.LENGTH + 8));
        assertThat(ErrorFrames.words(rig.onlySent(LAN))).endsWith(CLIENT + ":40000 > " + SERVICE + ":80");
        rig.receive(
                WAN,
                ErrorFrames.quoting(
                        ErrorFrames.about(request, HOP, TIME_EXCEEDED, SERVER_MAC, rig.mac(WAN)),
                        Ipv4Header.LENGTH + 7));
        assertThat(rig.drops()).isEqualTo("ICMP_ERROR_MALFORMED=1");
    }

    @Test
    void anErrorThatNamesNoSessionIsDropped() {
        startRouted();
        final byte[] foreign = Frames.udp(1, 2, CLIENT, 5001, SERVER, 53, new byte[4]);
        rig.receive(WAN, ErrorFrames.about(foreign, HOP, TIME_EXCEEDED, SERVER_MAC, rig.mac(WAN)));
        rig.receive(LAN, ErrorFrames.about(question(), HOP, TIME_EXCEEDED, CLIENT_MAC, rig.mac(LAN)));
        assertThat(rig.drops()).as("the second came by the wrong link").isEqualTo("ICMP_ERROR_NO_SESSION=2");
        assertThat(rig.messages).as("no error begins a session").isEmpty();
    }

    @Test
    void errorsAboutErrorsFragmentsAndOthersPacketsAreDropped() {
        startRouted();
        final byte[] error = ErrorFrames.about(question(), HOP, TIME_EXCEEDED, SERVER_MAC, rig.mac(WAN));
        final UnsafeBuffer later = new UnsafeBuffer(question());
        Ipv4Header.setFragment(later, Frames.IP, 1480, false);
        final byte[] elsewhere = ErrorFrames.about(question(), HOP, TIME_EXCEEDED, SERVER_MAC, rig.mac(WAN));
        final UnsafeBuffer redirected = new UnsafeBuffer(elsewhere);
        Ipv4Header.setDestination(redirected, Frames.IP, Frames.ip("10.0.0.11"));
        Ipv4Header.computeChecksum(redirected, Frames.IP);
        rig.receive(WAN, ErrorFrames.about(error, SERVER, TIME_EXCEEDED, SERVER_MAC, rig.mac(WAN)));
        rig.receive(WAN, ErrorFrames.about(later.byteArray(), HOP, TIME_EXCEEDED, SERVER_MAC, rig.mac(WAN)));
        rig.receive(WAN, redirected.byteArray());
        assertThat(rig.drops()).isEqualTo("ICMP_ERROR_MALFORMED=3");
        rig.receive(WAN, Frames.withTtl(error, 1));
        rig.receive(WAN, ErrorFrames.about(question(), NAT, TIME_EXCEEDED, SERVER_MAC, rig.mac(WAN)));
        rig.receive(WAN, ErrorFrames.about(question(), HOP, IcmpError.head(5, 1, 9), SERVER_MAC, rig.mac(WAN)));
        final byte[] damaged = error.clone();
        damaged[Frames.L4 + IcmpMessage.LENGTH + 30] ^= 1;
        rig.receive(WAN, damaged);
        assertThat(rig.drops())
                .isEqualTo("MARTIAN_SOURCE=1 BAD_L4_CHECKSUM=1 ICMP_NOT_ECHO=1 ICMP_ERROR_MALFORMED=3 TTL_EXCEEDED=1");
        assertThat(rig.ports[LAN].take()).isEmpty();
        assertThat(rig.ports[WAN].take()).as("no error about an error").isEmpty();
    }

    @Test
    void anErrorKeepsNoSessionAlive() {
        startRouted();
        rig.receive(LAN, question());
        final byte[] wrong = rig.onlySent(WAN);
        rig.nowNs += 500 * NodeRig.MS_NS;
        rig.receive(WAN, ErrorFrames.about(wrong, HOP, TIME_EXCEEDED, SERVER_MAC, rig.mac(WAN)));
        final SessionStats stats = rig.agent.flows().find(5);
        assertThat(stats.silentNs()).isEqualTo(500 * NodeRig.MS_NS);
        assertThat(stats.reversePackets()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whateverIsQuotedThePacketHasOneFate(final boolean sealedChecksum) {
        startTranslated();
        final byte[] request = toServer();
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            final byte[] error = ErrorFrames.quoting(
                    ErrorFrames.about(request, HOP, TIME_EXCEEDED, SERVER_MAC, rig.mac(WAN)), 20 + i % 40);
            for (int changes = random.nextInt(3); changes > 0; changes--) {
                error[Frames.L4 + random.nextInt(error.length - Frames.L4)] = (byte) random.nextInt(256);
            }
            if (sealedChecksum) {
                IcmpMessage.computeChecksum(new UnsafeBuffer(error), Frames.L4, error.length - Frames.L4);
            }
            final long before = rig.counters.forwarded() + rig.counters.dropped();
            rig.receive(WAN, error);
            assertThat(rig.counters.forwarded() + rig.counters.dropped() - before)
                    .as("seed %d, error %d", seed, i)
                    .isEqualTo(1);
            rig.ports[LAN].take();
        }
        assertThat(rig.counters.drops(DropReason.PENDING_TABLE_FULL)).isZero();
    }
}
