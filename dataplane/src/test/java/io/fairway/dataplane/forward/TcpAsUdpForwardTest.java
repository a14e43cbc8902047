package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.Flow;
import io.fairway.model.session.FlowAction;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IcmpError;
import io.fairway.model.wire.IpAddress;
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
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final int SYN = TcpHeader.SYN;
    private static final int ACK = TcpHeader.ACK;
    private static final int CLAMP = 1200;

    @TempDir
    private Path directory;

    private NodeRig east;
    private NodeRig west;
    private String client;
    private String server;
    private String eastEnd;
    private String westEnd;

    private void start(final int inside, final int path, final boolean sealed) {
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
        final FiveTuple tcp = NodeRig.tuple(IpProtocol.TCP, client, 40000, server, 80);
        final FiveTuple udp = NodeRig.tuple(IpProtocol.UDP, eastEnd, 20000, westEnd, 20001);
        final SessionSecurity security = sealed
                ? new SessionSecurity(
                        "sp1",
                        Encryption.AES_256_GCM,
                        Hmac.NONE,
                        Secret.ofHex("33".repeat(32)),
                        SessionSecurity.Adaptation.NONE)
                : SessionSecurity.CLEAR;
        final SessionRecord atEast = NodeRig.record(
                9,
                1,
                flow(LAN, tcp, udp, FlowActionFlyweight.METADATA_FORWARD, westEnd),
                flow(WAN, udp.reversed(), tcp.reversed(), FlowActionFlyweight.METADATA_NONE, client));
        final SessionRecord atWest = NodeRig.record(
                9,
                1,
                flow(WAN, udp, tcp, FlowActionFlyweight.METADATA_NONE, server),
                flow(LAN, tcp.reversed(), udp.reversed(), FlowActionFlyweight.METADATA_REVERSE, eastEnd));
        east.proxy.install(NodeRig.sealed(atEast, security), 0);
        east.turn();
        west.proxy.install(NodeRig.sealed(atWest, security), 0);
        west.turn();
    }

    private static Flow flow(
            final int ingress, final FiveTuple key, final FiveTuple rewrite, final int role, final String nextHop) {
        final int transport = FlowActionFlyweight.between(key.protocol(), rewrite.protocol());
        final boolean fromSvr = role == FlowActionFlyweight.METADATA_NONE;
        return new Flow(
                ingress,
                0,
                key,
                new FlowAction(transport, role, 1 - ingress, 0, CLAMP, rewrite, fromSvr, IpAddress.parse(nextHop)));
    }

    @AfterEach
    void stop() {
        east.close();
        west.close();
    }

    private byte[] toServer(final int flags, final byte[] payload) {
        return Frames.tcp(CLIENT_MAC, east.mac(LAN), client, 40000, server, 80, flags, payload);
    }

    private byte[] toClient(final int flags, final String payload) {
        return Frames.tcp(SERVER_MAC, west.mac(LAN), server, 80, client, 40000, flags, payload);
    }

    private static byte[] cross(final NodeRig from, final NodeRig to) {
        final MemoryPort.Sent between = from.ports[WAN].take().getFirst();
        to.receive(WAN, between.vnet(), between.frame());
        return Frames.completed(between);
    }

    private static byte[] arrived(final NodeRig rig) {
        return Frames.completed(rig.ports[LAN].take().getFirst());
    }

    @ParameterizedTest
    @CsvSource({"4, 4, false", "4, 4, true", "6, 4, true", "4, 6, false", "6, 6, true"})
    void whatIsSentAsTcpCrossesAsUdpAndArrivesAsTcp(final int inside, final int path, final boolean sealed) {
        start(inside, path, sealed);
        final byte[] syn = toServer(SYN, new byte[0]);
        east.receive(LAN, syn);
        final byte[] first = cross(east, west);
        assertThat(Frames.words(first)).startsWith("udp ").contains(":20000 > ").endsWith(" ttl 63 ok");
        final byte[] opened = arrived(west);
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
        west.receive(LAN, toClient(SYN | ACK, ""));
        cross(west, east);
        assertThat(Frames.words(arrived(east))).startsWith("tcp ").endsWith(":40000 ttl 62 ok");
        for (int i = 0; i < 3; i++) {
            east.receive(LAN, toServer(ACK, Frames.bytes("open sesame " + i)));
            final byte[] between = cross(east, west);
            assertThat(Frames.words(between)).startsWith("udp ").endsWith(" ok");
            assertThat(Frames.text(between).contains("sesame")).isEqualTo(!sealed);
            final byte[] atServer = arrived(west);
            assertThat(Frames.text(atServer)).isEqualTo("open sesame " + i);
            assertThat(Frames.words(atServer)).endsWith(" ok");
            west.receive(LAN, toClient(ACK, "who asks?"));
            cross(west, east);
            assertThat(Frames.text(arrived(east))).isEqualTo("who asks?");
        }
        assertThat(east.agent.flows().find(9).state()).isEqualTo("established");
        assertThat(west.agent.flows().find(9).state()).isEqualTo("established");
        assertThat(east.drops() + west.drops()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void superFramesAreCutIntoSegments(final boolean sealed) {
        start(4, 4, sealed);
        for (int i = 0; i < 2; i++) {
            east.receive(LAN, toServer(ACK, new byte[1]));
            cross(east, west);
            west.receive(LAN, toClient(ACK, "x"));
            cross(west, east);
        }
        west.ports[LAN].take();
        final byte[] payload = new byte[5_000];
        new java.util.Random(7).nextBytes(payload);
        east.receive(LAN, Frames.partialVnet(1200), Frames.withPartialChecksum(toServer(ACK, payload)));
        final List<MemoryPort.Sent> sent = east.ports[WAN].take();
        assertThat(sent).hasSize(5);
        int at = 0;
        for (final MemoryPort.Sent segment : sent) {
            assertThat(Frames.words(Frames.completed(segment)))
                    .startsWith("udp ")
                    .endsWith(" ok");
            west.receive(WAN, segment.vnet(), segment.frame());
            final byte[] restored = arrived(west);
            final UnsafeBuffer tcp = new UnsafeBuffer(restored);
            assertThat(TcpHeader.sequence(tcp, Frames.L4)).isEqualTo(1000 + at);
            final byte[] part = Frames.payload(restored);
            assertThat(part).isEqualTo(java.util.Arrays.copyOfRange(payload, at, at + part.length));
            assertThat(Frames.words(restored)).endsWith(" ok");
            at += part.length;
        }
        assertThat(at).isEqualTo(payload.length);
        assertThat(east.drops() + west.drops()).isEmpty();
    }

    /** The last router learns that there is TCP inside, and that it begins. */
    @Test
    void theFirstPacketTellsItsFlags() {
        start(4, 4, false);
        west.proxy.remove(9);
        west.turn();
        east.receive(LAN, toServer(SYN, new byte[0]));
        final byte[] first = cross(east, west);
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
        final byte[] damaged = toServer(ACK, new byte[40]);
        damaged[damaged.length - 1] ^= 1;
        east.receive(LAN, damaged);
        assertThat(east.drops()).isEqualTo("BAD_L4_CHECKSUM=1");
        final byte[] short1 = Frames.udp(1, west.mac(WAN), eastEnd, 20000, westEnd, 20001, new byte[11]);
        west.receive(WAN, short1);
        final byte[] offset = Frames.udp(1, west.mac(WAN), eastEnd, 20000, westEnd, 20001, new byte[20]);
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
        east.receive(LAN, toServer(SYN, new byte[0]));
        cross(east, west);
        final byte[] wrong = arrived(west);
        west.receive(LAN, ErrorFrames.about(wrong, server, IcmpError.head(3, 13, 0), SERVER_MAC, west.mac(LAN)));
        east.receive(WAN, west.onlySent(WAN));
        final String about = " > 10.0.0.10 ok about tcp 10.0.0.10:40000 > 10.2.0.80:80";
        assertThat(ErrorFrames.words(east.onlySent(LAN))).isEqualTo("3/13 10.2.0.80" + about);
        west.receive(LAN, toClient(SYN | ACK, ""));
        cross(west, east);
        east.ports[LAN].take();
        east.receive(LAN, toServer(ACK, Frames.bytes("data")));
        final byte[] between = Frames.completed(east.ports[WAN].take().getFirst());
        east.receive(WAN, ErrorFrames.about(between, "198.51.100.9", IcmpError.head(11, 0, 0), 9, east.mac(WAN)));
        final byte[] exceeded = east.onlySent(LAN);
        assertThat(ErrorFrames.words(exceeded)).isEqualTo("11/0 198.51.100.9" + about);
        assertThat(new UnsafeBuffer(exceeded).getInt(Frames.L4 + 28 + 4, java.nio.ByteOrder.BIG_ENDIAN))
                .as("the sequence number, by which the client believes it")
                .isEqualTo(1000);
    }
}
