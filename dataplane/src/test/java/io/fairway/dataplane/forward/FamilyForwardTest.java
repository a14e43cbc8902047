package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.VnetHeader;
import java.nio.file.Path;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two routers back to back: sessions of each family over a path of each family (svr-protocol.md section 2.9). */
class FamilyForwardTest {
    private static final int SYN = TcpHeader.SYN;
    private static final int ACK = TcpHeader.ACK;
    private static final int TOS = 0xb9;

    @TempDir
    private Path directory;

    private RouterCouple routers;
    private NodeRig east;
    private NodeRig west;

    private void start(final int protocol, final int inside, final int path) {
        routers = RouterCouple.over(directory, protocol, inside, path);
        east = routers.east;
        west = routers.west;
        routers.install(SessionSecurity.CLEAR);
    }

    @AfterEach
    void stop() {
        routers.close();
    }

    private String wire(final String protocol) {
        return protocol + " " + end(routers.eastEnd, 20000) + " > " + end(routers.westEnd, 20001) + " ttl 63 ok";
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
        start(IpProtocol.TCP, inside, path);
        final byte[] first = routers.eastToWest(withTos(routers.toServer(SYN, new byte[0])));
        assertThat(Frames.words(first)).isEqualTo(wire("tcp"));
        assertThat(RouterCouple.hasMetadata(first)).isTrue();
        assertThat(tos(first)).isEqualTo(TOS);
        if (path == 4) {
            assertThat(Ipv4Header.dontFragment(new UnsafeBuffer(first), Frames.IP))
                    .isTrue();
        }
        final byte[] restored = west.onlySent(LAN);
        assertThat(Frames.words(restored))
                .isEqualTo("tcp " + end(routers.client, 40000) + " > " + end(routers.server, 80) + " ttl 62 ok");
        assertThat(tos(restored)).isEqualTo(TOS);
        assertThat(RouterCouple.hasMetadata(routers.westToEast(routers.toClient(SYN | ACK, new byte[0]))))
                .isTrue();
        assertThat(Frames.words(east.onlySent(LAN)))
                .isEqualTo("tcp " + end(routers.server, 80) + " > " + end(routers.client, 40000) + " ttl 62 ok");
        final byte[] plain = routers.eastToWest(routers.toServer("hello"));
        assertThat(RouterCouple.hasMetadata(plain)).isFalse();
        assertThat(Frames.words(plain)).isEqualTo(wire("tcp"));
        assertThat(Frames.text(west.onlySent(LAN))).isEqualTo("hello");
        routers.westToEast(routers.toClient("world"));
        assertThat(Frames.words(east.ports[LAN].take().getFirst().frame())).endsWith("ok");
        assertThat(routers.drops()).isEmpty();
    }

    @ParameterizedTest(name = "IPv{0} over IPv{1}")
    @CsvSource({"4,4", "4,6", "6,4", "6,6"})
    void superFramesTravelWhole(final int inside, final int path) {
        start(IpProtocol.TCP, inside, path);
        routers.eastToWest(routers.toServer(SYN, new byte[0]));
        routers.westToEast(routers.toClient(SYN | ACK, new byte[0]));
        west.ports[LAN].take();
        final int l4 = inside == 4 ? Frames.L4 : Frames.L4_V6;
        final byte[] big = Frames.withPartialChecksum(routers.toServer(new byte[20_000]));
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
        final String name = inside == 4 ? "icmp" : "icmpv6";
        start(inside == 4 ? IpProtocol.ICMP : IpProtocol.ICMPV6, inside, path);
        final byte[] request = routers.toServer("");
        assertThat(Frames.words(routers.eastToWest(request))).isEqualTo(wire("udp"));
        final byte[] arrived = west.onlySent(LAN);
        assertThat(Frames.words(arrived))
                .isEqualTo(name + " " + end(routers.client, 77) + " > " + end(routers.server, 0) + " ttl 62 ok");
        assertThat(Frames.payload(arrived)).isEqualTo(Frames.payload(request));
        routers.westToEast(routers.toClient(""));
        assertThat(Frames.words(east.onlySent(LAN)))
                .isEqualTo(name + " " + end(routers.server, 0) + " > " + end(routers.client, 77) + " ttl 62 ok");
        final byte[] plain = routers.eastToWest(request);
        assertThat(RouterCouple.hasMetadata(plain)).isFalse();
        assertThat(Frames.words(west.onlySent(LAN))).startsWith(name).endsWith("ok");
        assertThat(routers.drops()).isEmpty();
    }

    @ParameterizedTest(name = "IPv{0} over IPv{1}")
    @CsvSource({"4,4", "4,6", "6,4", "6,6"})
    void udpTravelsAlsoOneWay(final int inside, final int path) {
        start(IpProtocol.UDP, inside, path);
        final byte[] query = routers.toServer("q");
        assertThat(Frames.words(routers.eastToWest(query))).isEqualTo(wire("udp"));
        routers.eastToWest(query);
        final byte[] stop = west.onlySent(WAN);
        assertThat(Frames.words(stop))
                .isEqualTo("udp " + end(routers.westEnd, 20001) + " > " + end(routers.eastEnd, 20000) + " ttl 64 ok");
        east.receive(WAN, stop);
        assertThat(RouterCouple.hasMetadata(routers.eastToWest(query))).isFalse();
        assertThat(Frames.words(west.ports[LAN].take().getLast().frame()))
                .isEqualTo("udp " + end(routers.client, 40000) + " > " + end(routers.server, 80) + " ttl 62 ok");
        assertThat(east.drops()).isEqualTo("CONTROL_MESSAGE=1");
    }

    @ParameterizedTest(name = "IPv{0} over IPv{1}")
    @CsvSource({"4,4", "4,6"})
    void aUdpChecksumThatIsLeftOutIsMadeWhereItMustBe(final int inside, final int path) {
        start(IpProtocol.UDP, inside, path);
        final byte[] query = routers.toServer("q");
        UdpHeader.setChecksum(new UnsafeBuffer(query), Frames.L4, 0);
        for (int i = 0; i < 2; i++) {
            assertThat(Frames.words(routers.eastToWest(query))).isEqualTo(wire("udp"));
            routers.westToEast(routers.toClient("a"));
            west.ports[LAN].take();
        }
        final byte[] plain = routers.eastToWest(query);
        assertThat(RouterCouple.hasMetadata(plain)).isFalse();
        assertThat(UdpHeader.checksum(new UnsafeBuffer(plain), path == 4 ? Frames.L4 : Frames.L4_V6) == 0)
                .isEqualTo(path == 4);
        assertThat(Frames.words(west.onlySent(LAN))).endsWith("ok");
    }

    @ParameterizedTest(name = "IPv{0} over IPv{1}")
    @CsvSource({"6,4", "6,6"})
    void extensionHeadersStayBehindBetweenRouters(final int inside, final int path) {
        start(IpProtocol.TCP, inside, path);
        final byte[] first = routers.eastToWest(Ipv6ForwardTest.withOptions(routers.toServer(SYN, new byte[0])));
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
        start(IpProtocol.TCP, inside, path);
        routers.install(RouterCouple.GCM);
        routers.eastToWest(routers.toServer(SYN, new byte[0]));
        routers.westToEast(routers.toClient(SYN | ACK, new byte[0]));
        west.ports[LAN].take();
        final int l4 = inside == 4 ? Frames.L4 : Frames.L4_V6;
        final byte[] payload = new byte[60_000];
        Arrays.fill(payload, (byte) 'x');
        final byte[] big = Frames.withPartialChecksum(routers.toServer(payload));
        east.receive(LAN, Frames.partialVnet(1300, l4), big);
        int arrived = 0;
        for (final MemoryPort.Sent sent : east.ports[WAN].take()) {
            assertThat(Frames.words(Frames.completed(sent))).isEqualTo(wire("tcp"));
            west.receive(WAN, sent.vnet(), sent.frame());
            for (final MemoryPort.Sent out : west.ports[LAN].take()) {
                final byte[] bytes = Frames.payload(out.frame());
                assertThat(bytes).containsOnly('x');
                assertThat(Frames.words(Frames.completed(out)))
                        .isEqualTo(
                                "tcp " + end(routers.client, 40000) + " > " + end(routers.server, 80) + " ttl 62 ok");
                arrived += bytes.length;
            }
        }
        assertThat(arrived).isEqualTo(payload.length);
        assertThat(routers.drops()).isEmpty();
    }
}
