package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.boundary.RefusePendingFlyweight;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.Icmpv6Message;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.VnetHeader;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** IPv6 through a router without peers, packet by packet. */
class Ipv6ForwardTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final String CLIENT = "fd00:1::10";
    private static final String OWN = "fd00:1::1";
    private static final String SERVER = "2001:db8::80";
    private static final int SYN = TcpHeader.SYN;
    private static final int ACK = TcpHeader.ACK;

    /** Destination options of eight bytes (PadN), before TCP. */
    private static final byte[] OPTIONS = {6, 0, 1, 4, 0, 0, 0, 0};

    @TempDir
    private Path directory;

    private NodeRig rig;

    @BeforeEach
    void start() {
        rig = NodeRig.single(directory, OWN, "2001:db8::1");
        rig.meet(LAN, CLIENT, CLIENT_MAC);
        rig.meet(WAN, SERVER, SERVER_MAC);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private byte[] toServer(final int flags, final byte[] payload) {
        return Frames.tcp(CLIENT_MAC, rig.mac(LAN), CLIENT, 40000, SERVER, 80, flags, payload);
    }

    private byte[] toClient(final int flags, final String payload) {
        return Frames.tcp(SERVER_MAC, rig.mac(WAN), SERVER, 80, CLIENT, 40000, flags, payload);
    }

    private void open(final FiveTuple tuple, final byte[] first) {
        rig.receive(LAN, first);
        rig.proxy.install(
                NodeRig.record(
                        5,
                        1,
                        NodeRig.flow(LAN, tuple, WAN, tuple, 0, false, SERVER),
                        NodeRig.flow(WAN, tuple.reversed(), LAN, tuple.reversed(), 0, false, CLIENT)),
                rig.pendingId());
        rig.turn();
    }

    private void open() {
        open(NodeRig.tuple(6, CLIENT, 40000, SERVER, 80), toServer(SYN, new byte[0]));
    }

    @Test
    void aSessionIsForwardedBothWays() {
        open();
        final byte[] syn = rig.onlySent(WAN);
        assertThat(Frames.words(syn)).isEqualTo("tcp [" + CLIENT + "]:40000 > [" + SERVER + "]:80 ttl 63 ok");
        assertThat(EthernetHeader.destination(new UnsafeBuffer(syn), 0)).isEqualTo(SERVER_MAC);
        rig.receive(WAN, toClient(SYN | ACK, ""));
        assertThat(Frames.words(rig.onlySent(LAN)))
                .isEqualTo("tcp [" + SERVER + "]:80 > [" + CLIENT + "]:40000 ttl 63 ok");
        rig.receive(LAN, toServer(ACK, Frames.bytes("hello")));
        assertThat(Frames.text(rig.onlySent(WAN))).isEqualTo("hello");
        assertThat(rig.drops()).isEmpty();
    }

    @Test
    void anEchoIsASession() {
        final byte[] request = Frames.echo(CLIENT_MAC, rig.mac(LAN), CLIENT, SERVER, IcmpMessage.ECHO_REQUEST, 77);
        open(NodeRig.tuple(58, CLIENT, 77, SERVER, 0), request);
        assertThat(Frames.words(rig.onlySent(WAN)))
                .isEqualTo("icmpv6 [" + CLIENT + "]:77 > [" + SERVER + "]:0 ttl 63 ok");
        rig.receive(WAN, Frames.echo(SERVER_MAC, rig.mac(WAN), SERVER, CLIENT, IcmpMessage.ECHO_REPLY, 77));
        assertThat(Frames.words(rig.onlySent(LAN)))
                .isEqualTo("icmpv6 [" + SERVER + "]:0 > [" + CLIENT + "]:77 ttl 63 ok");
    }

    @Test
    void aSuperFrameWithPartialChecksumPassesWhole() {
        open();
        rig.ports[WAN].take();
        final byte[] big = Frames.withPartialChecksum(toServer(ACK, new byte[30_000]));
        rig.receive(LAN, Frames.partialVnet(1400, Frames.L4_V6), big);
        final MemoryPort.Sent sent = rig.ports[WAN].take().getFirst();
        final UnsafeBuffer vnet = new UnsafeBuffer(sent.vnet());
        assertThat(VnetHeader.gsoType(vnet, 0)).isEqualTo(VnetHeader.GSO_TCPV6);
        assertThat(VnetHeader.checksumStart(vnet, 0)).isEqualTo(Frames.L4_V6);
        assertThat(sent.frame()).hasSize(big.length).isEqualTo(Frames.withPartialChecksum(sent.frame()));
    }

    @Test
    void whatDoesNotFitIsAnsweredWithTheMtuAndAQuotation() {
        open();
        rig.ports[WAN].take();
        rig.receive(
                LAN,
                Frames.partialVnet(1441, Frames.L4_V6),
                Frames.withPartialChecksum(toServer(ACK, new byte[30_000])));
        assertThat(rig.drops()).isEqualTo("TOO_BIG_FOR_EGRESS=1");
        final byte[] answer = rig.onlySent(LAN);
        final UnsafeBuffer buffer = new UnsafeBuffer(answer);
        assertThat(IcmpMessage.type(buffer, Frames.L4_V6)).isEqualTo(Icmpv6Message.PACKET_TOO_BIG);
        assertThat(buffer.getInt(Frames.L4_V6 + 4, ByteOrder.BIG_ENDIAN)).isEqualTo(1500);
        assertThat(answer).hasSize(EthernetHeader.LENGTH + Ipv6Header.MIN_MTU);
        assertThat(checksumOk(answer)).isTrue();
    }

    @Test
    void theHopLimitEndsHereWithAnAnswer() {
        open();
        rig.ports[WAN].take();
        final byte[] last = Frames.withTtl(toServer(ACK, new byte[9]), 1);
        rig.receive(LAN, last);
        assertThat(rig.drops()).isEqualTo("TTL_EXCEEDED=1");
        final byte[] answer = rig.onlySent(LAN);
        assertThat(answer[Frames.L4_V6]).isEqualTo((byte) Icmpv6Message.TIME_EXCEEDED);
        assertThat(Arrays.copyOfRange(answer, Frames.L4_V6 + 8, answer.length))
                .as("the whole packet is quoted")
                .isEqualTo(Arrays.copyOfRange(last, Frames.IP, last.length));
        assertThat(Ipv6Header.sourceLow(new UnsafeBuffer(answer), Frames.IP)).isEqualTo(1);
        assertThat(checksumOk(answer)).isTrue();
    }

    private static boolean checksumOk(final byte[] icmp) {
        final UnsafeBuffer buffer = new UnsafeBuffer(icmp.clone());
        final int checksum = IcmpMessage.checksum(buffer, Frames.L4_V6);
        Icmpv6Message.computeChecksum(buffer, Frames.IP, Frames.L4_V6, icmp.length - Frames.L4_V6);
        return checksum == IcmpMessage.checksum(buffer, Frames.L4_V6);
    }

    @Test
    void aRefusedFlowIsAnswered() {
        rig.receive(LAN, toServer(SYN, new byte[0]));
        rig.proxy.refuse(rig.pendingId(), DropReason.NO_ROUTE, RefusePendingFlyweight.ICMP_HOST_UNREACHABLE);
        rig.turn();
        final byte[] answer = rig.onlySent(LAN);
        assertThat(answer[Frames.L4_V6]).isEqualTo((byte) Icmpv6Message.DESTINATION_UNREACHABLE);
        assertThat(answer[Frames.L4_V6 + 1]).isEqualTo((byte) Icmpv6Message.CODE_ADDRESS_UNREACHABLE);

        rig.receive(LAN, withOptions(toServer(SYN, new byte[0])));
        rig.proxy.refuse(rig.pendingId(), DropReason.TCP_NOT_SYN, RefusePendingFlyweight.TCP_RESET);
        rig.turn();
        final byte[] reset = rig.onlySent(LAN);
        assertThat(Frames.words(reset)).isEqualTo("tcp [" + SERVER + "]:80 > [" + CLIENT + "]:40000 ttl 64 ok");
        assertThat(TcpHeader.acknowledgement(new UnsafeBuffer(reset), Frames.L4_V6))
                .isEqualTo(1001);
    }

    @Test
    void extensionHeadersStayWithinOneFamily() {
        open();
        rig.ports[WAN].take();
        rig.receive(LAN, withOptions(toServer(ACK, Frames.bytes("hello"))));
        final byte[] sent = rig.onlySent(WAN);
        assertThat(Frames.words(sent)).isEqualTo("tcp [" + CLIENT + "]:40000 > [" + SERVER + "]:80 ttl 63 ok");
        assertThat(Arrays.copyOfRange(sent, Frames.L4_V6, Frames.L4_V6 + 8)).isEqualTo(OPTIONS);
        assertThat(Frames.text(sent)).isEqualTo("hello");
    }

    /** The TCP frame with destination options. */
    static byte[] withOptions(final byte[] tcp) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[tcp.length + OPTIONS.length]);
        frame.putBytes(0, tcp, 0, Frames.L4_V6);
        frame.putBytes(Frames.L4_V6, OPTIONS);
        frame.putBytes(Frames.L4_V6 + OPTIONS.length, tcp, Frames.L4_V6, tcp.length - Frames.L4_V6);
        Ipv6Header.setNextHeader(frame, Frames.IP, 60);
        Ipv6Header.setPayloadLength(frame, Frames.IP, frame.capacity() - Frames.L4_V6);
        return frame.byteArray();
    }

    @Test
    void noIpv6PacketIsTakenForAnIpv4Session() {
        final FiveTuple v4 = NodeRig.tuple(17, "10.0.0.10", 1, "198.51.100.9", 2);
        rig.proxy.install(
                NodeRig.record(
                        6,
                        1,
                        NodeRig.flow(LAN, v4, WAN, v4, 0, false, SERVER),
                        NodeRig.flow(WAN, v4.reversed(), LAN, v4.reversed(), 0, false, CLIENT)),
                0);
        final byte[] udp = Frames.udp(CLIENT_MAC, rig.mac(LAN), CLIENT, 1, SERVER, 2, new byte[4]);
        final UnsafeBuffer frame = new UnsafeBuffer(udp);
        Ipv6Header.setSource(frame, Frames.IP, v4.source().high(), v4.source().low());
        Ipv6Header.setDestination(
                frame, Frames.IP, v4.destination().high(), v4.destination().low());
        rig.receive(LAN, udp);
        assertThat(rig.ports[WAN].take()).isEmpty();
        assertThat(rig.drops()).isEqualTo("MARTIAN_SOURCE=1");
    }
}
