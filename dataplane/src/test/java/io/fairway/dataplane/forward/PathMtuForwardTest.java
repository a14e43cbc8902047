package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.VnetHeader;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A path that carries less than its links: what exceeds it is treated like what exceeds the link. */
class PathMtuForwardTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final int PATH_MTU = 1400;
    private static final int LINK = 65_535;

    /** The session's inner and outer family, and whether it is sealed. */
    private record Shape(int inside, int path, boolean sealed) {}

    @TempDir
    private Path directory;

    private NodeRig east;
    private NodeRig west;
    private String client;
    private String server;

    private void start(final Shape shape, final int protocol) {
        client = shape.inside == 4 ? "10.0.0.10" : "fd00:1::10";
        server = shape.inside == 4 ? "10.2.0.80" : "fd00:2::80";
        final String eastEnd = shape.path == 4 ? "198.51.100.1" : "2001:db8::1";
        final String westEnd = shape.path == 4 ? "198.51.100.2" : "2001:db8::2";
        east = NodeRig.single(directory, "10.0.0.1 fd00:1::1", "198.51.100.1 2001:db8::1", westEnd);
        west = NodeRig.single(directory, "10.2.0.1 fd00:2::1", "198.51.100.2 2001:db8::2", eastEnd);
        east.meet(LAN, client, CLIENT_MAC);
        west.meet(LAN, server, SERVER_MAC);
        east.meet(WAN, westEnd, west.mac(WAN));
        west.meet(WAN, eastEnd, east.mac(WAN));
        final FiveTuple tuple = NodeRig.tuple(protocol, client, 5000, server, 53);
        final FiveTuple wire = NodeRig.tuple(protocol, eastEnd, 20000, westEnd, 20001);
        final SessionSecurity security =
                shape.sealed ? RouterCouple.sealed(SessionSecurity.Adaptation.NONE) : SessionSecurity.CLEAR;
        final int forward = FlowActionFlyweight.METADATA_FORWARD;
        final int reverse = FlowActionFlyweight.METADATA_REVERSE;
        east.proxy.install(
                NodeRig.sealed(
                        NodeRig.record(
                                17,
                                1,
                                NodeRig.flow(LAN, tuple, WAN, wire, forward, false, westEnd),
                                NodeRig.flow(WAN, wire.reversed(), LAN, tuple.reversed(), 0, true, client)),
                        security),
                0);
        west.proxy.install(
                NodeRig.sealed(
                        NodeRig.record(
                                17,
                                1,
                                NodeRig.flow(WAN, wire, LAN, tuple, 0, true, server),
                                NodeRig.flow(LAN, tuple.reversed(), WAN, wire.reversed(), reverse, false, eastEnd)),
                        security),
                0);
        east.turn();
        west.turn();
        east.proxy.pathCarries(0, PATH_MTU);
        east.turn();
    }

    @AfterEach
    void stop() {
        east.close();
        west.close();
    }

    /** A datagram whose IP packet has this length; IPv4's may be fragmented if it says so. */
    private byte[] datagram(final int packetBytes, final boolean mayCut) {
        final byte[] payload = new byte[packetBytes - UdpHeader.LENGTH - (client.contains(":") ? 40 : 20)];
        new Random(packetBytes).nextBytes(payload);
        final byte[] frame = Frames.udp(CLIENT_MAC, east.mac(LAN), client, 5000, server, 53, payload);
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        if (Ipv4Header.version(buffer, Frames.IP) == 4 && mayCut) {
            Ipv4Header.setFragment(buffer, Frames.IP, 0, false);
            Ipv4Header.computeChecksum(buffer, Frames.IP);
        }
        return frame;
    }

    private byte[] segment(final int payloadBytes) {
        return Frames.tcp(CLIENT_MAC, east.mac(LAN), client, 5000, server, 53, TcpHeader.ACK, new byte[payloadBytes]);
    }

    private List<MemoryPort.Sent> crossing() {
        final List<MemoryPort.Sent> sent = east.ports[WAN].take();
        assertThat(sent).as(east.drops()).isNotEmpty().allSatisfy(piece -> assertThat(piece.frame().length)
                .isLessThanOrEqualTo(Frames.IP + PATH_MTU));
        return sent;
    }

    private byte[] arrived(final List<MemoryPort.Sent> sent) {
        sent.forEach(piece -> west.receive(WAN, piece.vnet(), piece.frame()));
        return Frames.completed(west.ports[LAN].take().getLast());
    }

    /** The MTU that an error on the client's side names, after the words that it must begin with. */
    private int toldMtu(final String type) {
        final String words = ErrorFrames.words(east.onlySent(LAN));
        assertThat(words).startsWith(type);
        return Integer.parseInt(words.substring(type.length(), words.indexOf(' ')));
    }

    @ParameterizedTest
    @CsvSource({"4, 4, false", "4, 4, true", "4, 6, true", "6, 4, true", "6, 6, false"})
    void theSenderIsToldWhatFitsAndThatFits(final int inside, final int path, final boolean sealed) {
        start(new Shape(inside, path, sealed), IpProtocol.UDP);
        east.receive(LAN, datagram(1490, false));
        assertThat(east.ports[WAN].take()).isEmpty();
        final int fits = toldMtu(inside == 4 ? "3/4/" : "2/0/");
        assertThat(fits).isBetween(inside == 4 ? 1100 : 1280, PATH_MTU);
        final byte[] largest = datagram(fits, false);
        east.receive(LAN, largest);
        assertThat(Frames.payload(arrived(crossing()))).isEqualTo(Frames.payload(largest));
    }

    @ParameterizedTest
    @CsvSource({"4, false", "4, true", "6, true"})
    void whatMayBeCutIsCutToThePath(final int path, final boolean sealed) {
        start(new Shape(4, path, sealed), IpProtocol.UDP);
        final byte[] large = datagram(1500, true);
        east.receive(LAN, large);
        final List<MemoryPort.Sent> pieces = crossing();
        assertThat(pieces).hasSize(2);
        assertThat(Frames.payload(arrived(pieces))).isEqualTo(Frames.payload(large));
    }

    @ParameterizedTest
    @CsvSource({"4, false", "4, true", "6, false", "6, true"})
    void whatEveryIpv6LinkCarriesIsCutRatherThanRefused(final int path, final boolean sealed) {
        start(new Shape(6, path, sealed), IpProtocol.UDP);
        east.proxy.pathCarries(0, 1280);
        final byte[] smallest = datagram(1280, false);
        east.receive(LAN, smallest);
        assertThat(Frames.payload(arrived(crossing()))).as(west.drops()).isEqualTo(Frames.payload(smallest));
        assertThat(east.ports[LAN].take()).isEmpty();
    }

    @Test
    void aSuperFrameWhoseSegmentsAreTooLongIsRefusedAsOne() {
        start(new Shape(4, 4, false), IpProtocol.TCP);
        handshakeIsDone();
        final int mss = 1460;
        east.receive(LAN, Frames.partialVnet(mss), Frames.withPartialChecksum(segment(4 * mss)));
        assertThat(east.ports[WAN].take()).isEmpty();
        assertThat(east.drops()).isEqualTo("TOO_BIG_FOR_EGRESS=1");
        final int fits = toldMtu("3/4/");
        assertThat(fits).isEqualTo(PATH_MTU);
        final int smaller = fits - 40;
        east.receive(LAN, Frames.partialVnet(smaller), Frames.withPartialChecksum(segment(4 * smaller)));
        final List<MemoryPort.Sent> sent = east.ports[WAN].take();
        assertThat(sent).hasSize(1);
        assertThat(Frames.gsoSize(sent.getFirst().vnet())).isEqualTo(smaller);
    }

    /** Neither side adds metadata any more. */
    private void handshakeIsDone() {
        west.receive(WAN, once(segment(1), LAN));
        final byte[] answer = Frames.tcp(SERVER_MAC, west.mac(LAN), server, 53, client, 5000, TcpHeader.ACK, "b");
        west.receive(LAN, answer);
        east.receive(WAN, west.onlySent(WAN));
        west.receive(WAN, once(segment(1), LAN));
        east.ports[LAN].take();
        west.ports[LAN].take();
    }

    private byte[] once(final byte[] frame, final int interfaceIndex) {
        east.receive(interfaceIndex, frame);
        return east.onlySent(WAN);
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aSuperFrameOfDatagramsThatMayBeCutIsCutOneByOne(final boolean sealed) {
        start(new Shape(4, 4, sealed), IpProtocol.UDP);
        final int size = 1450;
        final byte[] frame = datagram(28 + 3 * size, true);
        final UnsafeBuffer vnet = new UnsafeBuffer(Frames.partialVnet(0));
        VnetHeader.setGsoType(vnet, 0, VnetHeader.GSO_UDP_L4);
        VnetHeader.setGsoSizeBytes(vnet, 0, size);
        VnetHeader.setHeaderLengthBytes(vnet, 0, Frames.L4 + UdpHeader.LENGTH);
        VnetHeader.setChecksumOffset(vnet, 0, UdpHeader.CHECKSUM);
        east.receive(LAN, vnet.byteArray(), frame);
        final List<MemoryPort.Sent> pieces = crossing();
        assertThat(pieces).as(east.drops()).hasSize(6);
        pieces.forEach(piece -> west.receive(WAN, piece.vnet(), piece.frame()));
        assertThat(west.ports[LAN].take()).as(west.drops()).hasSize(3);
    }

    @Test
    void thePathMayWidenAgain() {
        start(new Shape(4, 4, false), IpProtocol.UDP);
        east.receive(LAN, datagram(1410, false));
        assertThat(east.counters.drops(DropReason.TOO_BIG_FOR_EGRESS)
                        + east.counters.drops(DropReason.METADATA_DOES_NOT_FIT))
                .isEqualTo(1);
        east.ports[LAN].take();
        east.proxy.pathCarries(0, LINK);
        west.receive(LAN, Frames.udp(SERVER_MAC, west.mac(LAN), server, 53, client, 5000, new byte[1]));
        east.receive(WAN, west.onlySent(WAN));
        east.receive(LAN, datagram(1450, false));
        assertThat(east.ports[WAN].take()).as(east.drops()).hasSize(1);
    }

    @Test
    void aPathThatThereIsNotChangesNothing() {
        start(new Shape(4, 4, false), IpProtocol.UDP);
        east.proxy.pathCarries(5, 600);
        east.proxy.pathCarries(-1, 600);
        final byte[] small = datagram(1000, false);
        east.receive(LAN, small);
        assertThat(Frames.payload(arrived(crossing()))).isEqualTo(Frames.payload(small));
    }
}
