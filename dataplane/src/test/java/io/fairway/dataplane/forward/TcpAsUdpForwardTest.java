package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IcmpError;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataParser;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two routers that carry TCP as UDP (svr-protocol.md sections 2.9 and 9, item 13). */
class TcpAsUdpForwardTest {
    private static final int SYN = TcpHeader.SYN;
    private static final int ACK = TcpHeader.ACK;
    private static final int CLAMP = 1200;

    @TempDir
    private Path directory;

    private RouterCouple routers;
    private NodeRig east;
    private NodeRig west;

    private void start(final int inside, final int path, final boolean sealed) {
        routers = RouterCouple.over(directory, IpProtocol.TCP, inside, path);
        east = routers.east;
        west = routers.west;
        routers.transform(CLAMP);
        routers.install(sealed ? RouterCouple.GCM : SessionSecurity.CLEAR);
    }

    @AfterEach
    void stop() {
        routers.close();
    }

    @ParameterizedTest
    @CsvSource({"4, 4, false", "4, 4, true", "6, 4, true", "4, 6, false", "6, 6, true"})
    void whatIsSentAsTcpCrossesAsUdpAndArrivesAsTcp(final int inside, final int path, final boolean sealed) {
        start(inside, path, sealed);
        final byte[] syn = routers.toServer(SYN, new byte[0]);
        final byte[] first = routers.eastToWest(syn);
        assertThat(Frames.words(first)).startsWith("udp ").contains(":20000 > ").endsWith(" ttl 63 ok");
        final byte[] opened = RouterCouple.arrived(west);
        assertThat(Frames.words(opened))
                .startsWith("tcp ")
                .contains(":40000 > ")
                .endsWith(":80 ttl 62 ok");
        final UnsafeBuffer tcp = new UnsafeBuffer(opened);
        final int l4 = Frames.l4(tcp);
        assertThat(TcpHeader.flags(tcp, l4)).isEqualTo(SYN);
        assertThat(TcpHeader.sequence(tcp, l4)).isEqualTo(1000);
        assertThat(tcp.getShort(TcpHeader.mssValueOffset(tcp, l4), java.nio.ByteOrder.BIG_ENDIAN))
                .as("clamped on the way")
                .isEqualTo((short) CLAMP);
        routers.westToEast(routers.toClient(SYN | ACK, new byte[0]));
        assertThat(Frames.words(RouterCouple.arrived(east))).startsWith("tcp ").endsWith(":40000 ttl 62 ok");
        for (int i = 0; i < 3; i++) {
            final byte[] between = routers.eastToWest(routers.toServer("open sesame " + i));
            assertThat(Frames.words(between)).startsWith("udp ").endsWith(" ok");
            assertThat(Frames.text(between).contains("sesame")).isEqualTo(!sealed);
            final byte[] atServer = RouterCouple.arrived(west);
            assertThat(Frames.text(atServer)).isEqualTo("open sesame " + i);
            assertThat(Frames.words(atServer)).endsWith(" ok");
            routers.westToEast(routers.toClient("who asks?"));
            assertThat(Frames.text(RouterCouple.arrived(east))).isEqualTo("who asks?");
        }
        assertThat(east.agent.flows().find(RouterCouple.SESSION).state()).isEqualTo("established");
        assertThat(west.agent.flows().find(RouterCouple.SESSION).state()).isEqualTo("established");
        assertThat(routers.drops()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void superFramesAreCutIntoSegments(final boolean sealed) {
        start(4, 4, sealed);
        for (int i = 0; i < 2; i++) {
            routers.eastToWest(routers.toServer(new byte[1]));
            routers.westToEast(routers.toClient("x"));
        }
        west.ports[LAN].take();
        final byte[] payload = new byte[5_000];
        new java.util.Random(7).nextBytes(payload);
        east.receive(LAN, Frames.partialVnet(1200), Frames.withPartialChecksum(routers.toServer(payload)));
        final List<MemoryPort.Sent> sent = east.ports[WAN].take();
        assertThat(sent).hasSize(5);
        int at = 0;
        for (final MemoryPort.Sent segment : sent) {
            assertThat(Frames.words(Frames.completed(segment)))
                    .startsWith("udp ")
                    .endsWith(" ok");
            west.receive(WAN, segment.vnet(), segment.frame());
            final byte[] restored = RouterCouple.arrived(west);
            final UnsafeBuffer tcp = new UnsafeBuffer(restored);
            assertThat(TcpHeader.sequence(tcp, Frames.L4)).isEqualTo(1000 + at);
            final byte[] part = Frames.payload(restored);
            assertThat(part).isEqualTo(java.util.Arrays.copyOfRange(payload, at, at + part.length));
            assertThat(Frames.words(restored)).endsWith(" ok");
            at += part.length;
        }
        assertThat(at).isEqualTo(payload.length);
        assertThat(routers.drops()).isEmpty();
    }

    /** The last router learns that there is TCP inside, and that it begins. */
    @Test
    void theFirstPacketTellsItsFlags() {
        start(4, 4, false);
        west.proxy.remove(RouterCouple.SESSION);
        west.turn();
        final byte[] first = routers.eastToWest(routers.toServer(SYN, new byte[0]));
        final UnsafeBuffer message = west.firstPacket();
        assertThat(message.getByte(FirstPacketFlyweight.TCP_FLAGS)).isEqualTo((byte) SYN);
        assertThat(MetadataParser.decode(
                                message,
                                FirstPacketFlyweight.METADATA,
                                message.getShort(FirstPacketFlyweight.METADATA_LENGTH) & 0xffff)
                        .tcpAsUdp())
                .isTrue();
        assertThat(Metadata.isPresent(new UnsafeBuffer(Frames.payload(first)), 0, 8))
                .isTrue();
    }

    @Test
    void damageIsNeitherTransformedNorRestored() {
        start(4, 4, false);
        final byte[] damaged = routers.toServer(new byte[40]);
        damaged[damaged.length - 1] ^= 1;
        east.receive(LAN, damaged);
        assertThat(east.drops()).isEqualTo("BAD_L4_CHECKSUM=1");
        final byte[] short1 =
                Frames.udp(1, west.mac(WAN), routers.eastEnd, 20000, routers.westEnd, 20001, new byte[11]);
        west.receive(WAN, short1);
        final byte[] offset =
                Frames.udp(1, west.mac(WAN), routers.eastEnd, 20000, routers.westEnd, 20001, new byte[20]);
        west.receive(WAN, offset);
        final byte[] changed = offset.clone();
        changed[changed.length - 1] ^= 1;
        west.receive(WAN, changed);
        assertThat(west.drops()).isEqualTo("TRUNCATED_L4=1 BAD_L4_HEADER=1 BAD_L4_CHECKSUM=1");
        assertThat(west.ports[LAN].take()).isEmpty();
    }

    @Test
    void errorsFindTheirWayThroughTheTransform() {
        start(4, 4, false);
        routers.eastToWest(routers.toServer(SYN, new byte[0]));
        final byte[] wrong = RouterCouple.arrived(west);
        west.receive(
                LAN,
                ErrorFrames.about(
                        wrong, routers.server, IcmpError.head(3, 13, 0), RouterCouple.SERVER_MAC, west.mac(LAN)));
        east.receive(WAN, west.onlySent(WAN));
        final String about = " > 10.0.0.10 ok about tcp 10.0.0.10:40000 > 10.2.0.80:80";
        assertThat(ErrorFrames.words(east.onlySent(LAN))).isEqualTo("3/13 10.2.0.80" + about);
        routers.westToEast(routers.toClient(SYN | ACK, new byte[0]));
        east.ports[LAN].take();
        east.receive(LAN, routers.toServer("data"));
        final byte[] between = Frames.completed(east.ports[WAN].take().getFirst());
        east.receive(WAN, ErrorFrames.about(between, "198.51.100.9", IcmpError.head(11, 0, 0), 9, east.mac(WAN)));
        final byte[] exceeded = east.onlySent(LAN);
        assertThat(ErrorFrames.words(exceeded)).isEqualTo("11/0 198.51.100.9" + about);
        assertThat(new UnsafeBuffer(exceeded).getInt(Frames.L4 + 28 + 4, java.nio.ByteOrder.BIG_ENDIAN))
                .as("the sequence number, by which the client believes it")
                .isEqualTo(1000);
    }
}
