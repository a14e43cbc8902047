package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.VnetHeader;
import io.fairway.model.wire.svr.Metadata;
import java.nio.file.Path;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two routers back to back: sessions of each family over a path of each family (svr-protocol.md section 2.9). */
class FamilyForwardTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final int SYN = TcpHeader.SYN;
    private static final int ACK = TcpHeader.ACK;
    private static final int TOS = 0xb9;

    @TempDir
    private Path directory;

    private NodeRig east;
    private NodeRig west;
    private String client;
    private String server;
    private String eastEnd;
    private String westEnd;

    private void start(final int inside, final int path) {
        client = inside == 4 ? "10.0.0.10" : "fd00:1::10";
        server = inside == 4 ? "10.2.0.80" : "fd00:2::80";
        eastEnd = path == 4 ? "198.51.100.1" : "2001:db8::1";
        westEnd = path == 4 ? "198.51.100.2" : "2001:db8::2";
        east = NodeRig.single(directory, "10.0.0.1 fd00:1::1", "198.51.100.1 2001:db8::1", westEnd);
        west = NodeRig.single(directory, "10.2.0.1 fd00:2::1", "198.51.100.2 2001:db8::2", eastEnd);
        east.meet(LAN, client, CLIENT_MAC);
        west.meet(LAN, server, SERVER_MAC);
        east.meet(WAN, westEnd, west.mac(WAN));
        west.meet(WAN, eastEnd, east.mac(WAN));
    }

    @AfterEach
    void stop() {
        east.close();
        west.close();
    }

    private void install(final FiveTuple inside, final int wireProtocol, final SessionSecurity security) {
        final FiveTuple outside = NodeRig.tuple(wireProtocol, eastEnd, 20000, westEnd, 20001);
        east.proxy.install(
                NodeRig.sealed(
                        NodeRig.record(
                                7,
                                1,
                                NodeRig.flow(
                                        LAN,
                                        inside,
                                        WAN,
                                        outside,
                                        FlowActionFlyweight.METADATA_FORWARD,
                                        false,
                                        westEnd),
                                NodeRig.flow(WAN, outside.reversed(), LAN, inside.reversed(), 0, true, client)),
                        security),
                0);
        west.proxy.install(
                NodeRig.sealed(
                        NodeRig.record(
                                7,
                                1,
                                NodeRig.flow(WAN, outside, LAN, inside, 0, true, server),
                                NodeRig.flow(
                                        LAN,
                                        inside.reversed(),
                                        WAN,
                                        outside.reversed(),
                                        FlowActionFlyweight.METADATA_REVERSE,
                                        false,
                                        eastEnd)),
                        security),
                0);
        east.turn();
        west.turn();
    }

    private void installTcp() {
        install(NodeRig.tuple(6, client, 40000, server, 80), 6, SessionSecurity.CLEAR);
    }

    private byte[] tcpToServer(final int flags, final byte[] payload) {
        return Frames.tcp(CLIENT_MAC, east.mac(LAN), client, 40000, server, 80, flags, payload);
    }

    private byte[] tcpToClient(final int flags, final byte[] payload) {
        return Frames.tcp(SERVER_MAC, west.mac(LAN), server, 80, client, 40000, flags, payload);
    }

    private byte[] toWest(final byte[] frame) {
        east.receive(LAN, frame);
        final byte[] between = east.onlySent(WAN);
        west.receive(WAN, between);
        return between;
    }

    private byte[] toEast(final byte[] frame) {
        west.receive(LAN, frame);
        final byte[] between = west.onlySent(WAN);
        east.receive(WAN, between);
        return between;
    }

    private static boolean hasMetadata(final byte[] frame) {
        final byte[] payload = Frames.payload(frame);
        return Metadata.isPresent(new UnsafeBuffer(payload), 0, payload.length);
    }

    private String wire(final String protocol) {
        return protocol + " " + end(eastEnd, 20000) + " > " + end(westEnd, 20001) + " ttl 63 ok";
    }

    private static String end(final String address, final int port) {
        return io.fairway.model.wire.IpAddress.parse(address).withPort(port);
    }

    private static byte[] withTos(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame.clone());
        if (Ipv4Header.version(buffer, Frames.IP) == 4) {
            Ipv4Header.setTos(buffer, Frames.IP, TOS);
            Ipv4Header.computeChecksum(buffer, Frames.IP);
        } else {
            Ipv6Header.setTrafficClass(buffer, Frames.IP, TOS);
        }
        return buffer.byteArray();
    }

    private static int tos(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        return Ipv4Header.version(buffer, Frames.IP) == 4
                ? Ipv4Header.tos(buffer, Frames.IP)
                : Ipv6Header.trafficClass(buffer, Frames.IP);
    }

    @ParameterizedTest(name = "IPv{0} over IPv{1}")
    @CsvSource({"4,4", "4,6", "6,4", "6,6"})
    void tcpTravelsWithItsMarksAndArrivesAsItWas(final int inside, final int path) {
        start(inside, path);
        installTcp();
        final byte[] first = toWest(withTos(tcpToServer(SYN, new byte[0])));
        assertThat(Frames.words(first)).isEqualTo(wire("tcp"));
        assertThat(hasMetadata(first)).isTrue();
        assertThat(tos(first)).isEqualTo(TOS);
        if (path == 4) {
            assertThat(Ipv4Header.dontFragment(new UnsafeBuffer(first), Frames.IP))
                    .isTrue();
        }
        final byte[] restored = west.onlySent(LAN);
        assertThat(Frames.words(restored))
                .isEqualTo("tcp " + end(client, 40000) + " > " + end(server, 80) + " ttl 62 ok");
        assertThat(tos(restored)).isEqualTo(TOS);
        assertThat(hasMetadata(toEast(tcpToClient(SYN | ACK, new byte[0])))).isTrue();
        assertThat(Frames.words(east.onlySent(LAN)))
                .isEqualTo("tcp " + end(server, 80) + " > " + end(client, 40000) + " ttl 62 ok");
        final byte[] plain = toWest(tcpToServer(ACK, Frames.bytes("hello")));
        assertThat(hasMetadata(plain)).isFalse();
        assertThat(Frames.words(plain)).isEqualTo(wire("tcp"));
        assertThat(Frames.text(west.onlySent(LAN))).isEqualTo("hello");
        toEast(tcpToClient(ACK, Frames.bytes("world")));
        assertThat(Frames.words(east.ports[LAN].take().getFirst().frame())).endsWith("ok");
        assertThat(east.drops() + west.drops()).isEmpty();
    }

    @ParameterizedTest(name = "IPv{0} over IPv{1}")
    @CsvSource({"4,4", "4,6", "6,4", "6,6"})
    void superFramesTravelWhole(final int inside, final int path) {
        start(inside, path);
        installTcp();
        toWest(tcpToServer(SYN, new byte[0]));
        toEast(tcpToClient(SYN | ACK, new byte[0]));
        west.ports[LAN].take();
        final int l4 = inside == 4 ? Frames.L4 : Frames.L4_V6;
        final byte[] big = Frames.withPartialChecksum(tcpToServer(ACK, new byte[20_000]));
        east.receive(LAN, Frames.partialVnet(1400, l4), big);
        final MemoryPort.Sent sent = east.ports[WAN].take().getFirst();
        final UnsafeBuffer vnet = new UnsafeBuffer(sent.vnet());
        assertThat(VnetHeader.gsoType(vnet, 0)).isEqualTo(path == 4 ? VnetHeader.GSO_TCPV4 : VnetHeader.GSO_TCPV6);
        assertThat(VnetHeader.checksumStart(vnet, 0)).isEqualTo(path == 4 ? Frames.L4 : Frames.L4_V6);
        assertThat(VnetHeader.headerLengthBytes(vnet, 0))
                .isEqualTo((path == 4 ? Frames.L4 : Frames.L4_V6) + TcpHeader.LENGTH);
        assertThat(sent.frame()).isEqualTo(Frames.withPartialChecksum(sent.frame()));
        west.receive(WAN, sent.vnet(), sent.frame());
        final byte[] restored = west.onlySent(LAN);
        assertThat(restored).hasSize(big.length).isEqualTo(Frames.withPartialChecksum(restored));

        // What fits into IPv4 may be 20 bytes too long for IPv6.
        east.receive(LAN, Frames.partialVnet(inside == 4 ? 1460 : 1440, l4), big);
        assertThat(east.drops()).isEqualTo(inside == 4 && path == 6 ? "TOO_BIG_FOR_EGRESS=1" : "");
    }

    @ParameterizedTest(name = "IPv{0} over IPv{1}")
    @CsvSource({"4,4", "4,6", "6,4", "6,6"})
    void echoTravelsInsideUdp(final int inside, final int path) {
        start(inside, path);
        final int protocol = inside == 4 ? 1 : 58;
        final String name = inside == 4 ? "icmp" : "icmpv6";
        install(NodeRig.tuple(protocol, client, 77, server, 0), 17, SessionSecurity.CLEAR);
        final byte[] request = Frames.echo(CLIENT_MAC, east.mac(LAN), client, server, IcmpMessage.ECHO_REQUEST, 77);
        assertThat(Frames.words(toWest(request))).isEqualTo(wire("udp"));
        final byte[] arrived = west.onlySent(LAN);
        assertThat(Frames.words(arrived))
                .isEqualTo(name + " " + end(client, 77) + " > " + end(server, 0) + " ttl 62 ok");
        assertThat(Frames.payload(arrived)).isEqualTo(Frames.payload(request));
        toEast(Frames.echo(SERVER_MAC, west.mac(LAN), server, client, IcmpMessage.ECHO_REPLY, 77));
        assertThat(Frames.words(east.onlySent(LAN)))
                .isEqualTo(name + " " + end(server, 0) + " > " + end(client, 77) + " ttl 62 ok");
        final byte[] plain = toWest(request);
        assertThat(hasMetadata(plain)).isFalse();
        assertThat(Frames.words(west.onlySent(LAN))).startsWith(name).endsWith("ok");
        assertThat(east.drops() + west.drops()).isEmpty();
    }

    @ParameterizedTest(name = "IPv{0} over IPv{1}")
    @CsvSource({"4,4", "4,6", "6,4", "6,6"})
    void udpTravelsAlsoOneWay(final int inside, final int path) {
        start(inside, path);
        install(NodeRig.tuple(17, client, 5000, server, 53), 17, SessionSecurity.CLEAR);
        final byte[] query = Frames.udp(CLIENT_MAC, east.mac(LAN), client, 5000, server, 53, Frames.bytes("q"));
        assertThat(Frames.words(toWest(query))).isEqualTo(wire("udp"));
        toWest(query);
        final byte[] stop = west.onlySent(WAN);
        assertThat(Frames.words(stop))
                .isEqualTo("udp " + end(westEnd, 20001) + " > " + end(eastEnd, 20000) + " ttl 64 ok");
        east.receive(WAN, stop);
        assertThat(hasMetadata(toWest(query))).isFalse();
        assertThat(Frames.words(west.ports[LAN].take().getLast().frame()))
                .isEqualTo("udp " + end(client, 5000) + " > " + end(server, 53) + " ttl 62 ok");
        assertThat(east.drops()).isEqualTo("CONTROL_MESSAGE=1");
    }

    @ParameterizedTest(name = "IPv{0} over IPv{1}")
    @CsvSource({"4,4", "4,6"})
    void aUdpChecksumThatIsLeftOutIsMadeWhereItMustBe(final int inside, final int path) {
        start(inside, path);
        install(NodeRig.tuple(17, client, 5000, server, 53), 17, SessionSecurity.CLEAR);
        final byte[] query = Frames.udp(CLIENT_MAC, east.mac(LAN), client, 5000, server, 53, Frames.bytes("q"));
        UdpHeader.setChecksum(new UnsafeBuffer(query), Frames.L4, 0);
        for (int i = 0; i < 2; i++) {
            assertThat(Frames.words(toWest(query))).isEqualTo(wire("udp"));
            toEast(Frames.udp(SERVER_MAC, west.mac(LAN), server, 53, client, 5000, Frames.bytes("a")));
            west.ports[LAN].take();
        }
        final byte[] plain = toWest(query);
        assertThat(hasMetadata(plain)).isFalse();
        assertThat(UdpHeader.checksum(new UnsafeBuffer(plain), path == 4 ? Frames.L4 : Frames.L4_V6) == 0)
                .isEqualTo(path == 4);
        assertThat(Frames.words(west.onlySent(LAN))).endsWith("ok");
    }

    @ParameterizedTest(name = "IPv{0} over IPv{1}")
    @CsvSource({"6,4", "6,6"})
    void extensionHeadersStayBehindBetweenRouters(final int inside, final int path) {
        start(inside, path);
        installTcp();
        final byte[] first = toWest(Ipv6ForwardTest.withOptions(tcpToServer(SYN, new byte[0])));
        assertThat(Frames.words(first)).isEqualTo(wire("tcp"));
        assertThat(new UnsafeBuffer(first).getByte(Frames.IP + (path == 4 ? 9 : 6)))
                .isEqualTo((byte) 6);
        final byte[] restored = west.onlySent(LAN);
        assertThat(restored).hasSize(Frames.L4_V6 + TcpHeader.LENGTH + 4);
        assertThat(Frames.words(restored)).endsWith("ttl 62 ok");
    }

    @ParameterizedTest(name = "IPv{0} over IPv{1}")
    @CsvSource({"4,6", "6,4", "6,6"})
    void sealedSuperFramesChangeFamilyToo(final int inside, final int path) {
        start(inside, path);
        final byte[] key = new byte[SessionSecurity.KEY_LENGTH];
        Arrays.fill(key, (byte) 0x33);
        install(
                NodeRig.tuple(6, client, 40000, server, 80),
                6,
                new SessionSecurity(
                        "sp1", Encryption.AES_256_GCM, Hmac.NONE, Secret.of(key), SessionSecurity.Adaptation.NONE));
        toWest(tcpToServer(SYN, new byte[0]));
        toEast(tcpToClient(SYN | ACK, new byte[0]));
        west.ports[LAN].take();
        final int l4 = inside == 4 ? Frames.L4 : Frames.L4_V6;
        final byte[] payload = new byte[60_000];
        Arrays.fill(payload, (byte) 'x');
        final byte[] big = Frames.withPartialChecksum(tcpToServer(ACK, payload));
        east.receive(LAN, Frames.partialVnet(1300, l4), big);
        int arrived = 0;
        for (final MemoryPort.Sent sent : east.ports[WAN].take()) {
            assertThat(Frames.words(Frames.completed(sent))).isEqualTo(wire("tcp"));
            west.receive(WAN, sent.vnet(), sent.frame());
            for (final MemoryPort.Sent out : west.ports[LAN].take()) {
                final byte[] bytes = Frames.payload(out.frame());
                assertThat(bytes).containsOnly('x');
                assertThat(Frames.words(Frames.completed(out)))
                        .isEqualTo("tcp " + end(client, 40000) + " > " + end(server, 80) + " ttl 62 ok");
                arrived += bytes.length;
            }
        }
        assertThat(arrived).isEqualTo(payload.length);
        assertThat(east.drops() + west.drops()).isEmpty();
    }
}
