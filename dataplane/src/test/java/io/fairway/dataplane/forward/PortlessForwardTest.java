package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IcmpError;
import io.fairway.model.wire.InternetChecksum;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.VnetHeader;
import io.fairway.model.wire.svr.Metadata;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GRE, ESP and the like: sessions of two addresses, in UDP between two routers (svr-protocol.md section 2.9). */
class PortlessForwardTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final String CONTENT = "any bytes of a tunnel";

    @TempDir
    private Path directory;

    private NodeRig east;
    private NodeRig west;
    private String client;
    private String server;
    private String eastEnd;
    private String westEnd;
    private int protocol;

    private void start(final int ipProtocol, final int inside, final int path, final boolean sealed) {
        protocol = ipProtocol;
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
        final FiveTuple tuple = NodeRig.tuple(protocol, client, 0, server, 0);
        final FiveTuple wire = NodeRig.tuple(IpProtocol.UDP, eastEnd, 20000, westEnd, 20001);
        final SessionSecurity security = sealed
                ? new SessionSecurity(
                        "sp1",
                        Encryption.AES_256_GCM,
                        Hmac.NONE,
                        Secret.ofHex("33".repeat(32)),
                        SessionSecurity.Adaptation.NONE)
                : SessionSecurity.CLEAR;
        east.proxy.install(
                NodeRig.sealed(
                        NodeRig.record(
                                9,
                                1,
                                NodeRig.flow(
                                        LAN, tuple, WAN, wire, FlowActionFlyweight.METADATA_FORWARD, false, westEnd),
                                NodeRig.flow(WAN, wire.reversed(), LAN, tuple.reversed(), 0, true, client)),
                        security),
                0);
        west.proxy.install(
                NodeRig.sealed(
                        NodeRig.record(
                                9,
                                1,
                                NodeRig.flow(WAN, wire, LAN, tuple, 0, true, server),
                                NodeRig.flow(
                                        LAN,
                                        tuple.reversed(),
                                        WAN,
                                        wire.reversed(),
                                        FlowActionFlyweight.METADATA_REVERSE,
                                        false,
                                        eastEnd)),
                        security),
                0);
        east.turn();
        west.turn();
    }

    @AfterEach
    void stop() {
        east.close();
        west.close();
    }

    private byte[] toServer(final byte[] content) {
        return Frames.portless(east.mac(LAN), client, server, protocol, content);
    }

    private byte[] toClient(final byte[] content) {
        return Frames.portless(west.mac(LAN), server, client, protocol, content);
    }

    /** Returns what crossed. */
    private byte[] send(final byte[] content) {
        east.receive(LAN, toServer(content));
        final MemoryPort.Sent between = east.ports[WAN].take().getFirst();
        west.receive(WAN, between.vnet(), between.frame());
        return Frames.completed(between);
    }

    @ParameterizedTest
    @CsvSource({
        "47, 4, 4, false",
        "47, 4, 6, true",
        "50, 6, 4, false",
        "50, 4, 4, true",
        "47, 6, 6, true",
        "4, 4, 4, false"
    })
    void whatIsSentArrivesAsItWas(final int ipProtocol, final int inside, final int path, final boolean sealed) {
        start(ipProtocol, inside, path, sealed);
        final String name = IpProtocol.name(ipProtocol);
        for (int i = 0; i < 3; i++) {
            final byte[] between = send(Frames.bytes(CONTENT));
            assertThat(Frames.words(between))
                    .startsWith("udp ")
                    .contains(":20000 > ")
                    .endsWith(" ttl 63 ok");
            assertThat(Frames.text(between).contains("bytes of")).isEqualTo(!sealed);
            final byte[] restored = west.onlySent(LAN);
            assertThat(Frames.words(restored))
                    .isEqualTo(name + " " + with(client) + " > " + with(server) + " ttl 62 ok");
            assertThat(Frames.text(restored)).isEqualTo(CONTENT);
            west.receive(LAN, toClient(Frames.bytes("back")));
            east.receive(WAN, west.onlySent(WAN));
            final byte[] answer = east.onlySent(LAN);
            assertThat(Frames.words(answer)).isEqualTo(name + " " + with(server) + " > " + with(client) + " ttl 62 ok");
            assertThat(Frames.text(answer)).isEqualTo("back");
        }
        assertThat(east.events()).contains("1:9", "2:9");
        assertThat(east.drops() + west.drops()).isEmpty();
    }

    private static String with(final String address) {
        return address.contains(":") ? "[" + address + "]:0" : address + ":0";
    }

    @Test
    void nothingAtAllAndWhatLooksLikeMetadataArriveToo() {
        start(IpProtocol.ESP, 4, 4, false);
        send(new byte[0]);
        assertThat(Frames.payload(west.onlySent(LAN))).isEmpty();
        west.receive(LAN, toClient(new byte[1]));
        east.receive(WAN, west.onlySent(WAN));
        final byte[] cookie = new byte[24];
        new UnsafeBuffer(cookie).putLong(0, Metadata.COOKIE, BIG_ENDIAN);
        send(cookie);
        assertThat(Frames.payload(west.onlySent(LAN))).isEqualTo(cookie);
    }

    /** As the client's kernel leaves it: the checksum of TCP in GRE is for the hardware to complete. */
    @Test
    void aChecksumWithinATunnelIsCompleted() {
        start(IpProtocol.GRE, 4, 4, false);
        final byte[] content = Frames.bytes("GRE:tcp header, checksum at 20..");
        new UnsafeBuffer(content).putShort(20, (short) 0x1234, BIG_ENDIAN);
        final UnsafeBuffer vnet = new UnsafeBuffer(new byte[VnetHeader.LENGTH]);
        VnetHeader.setFlags(vnet, 0, VnetHeader.NEEDS_CSUM);
        VnetHeader.setChecksumStart(vnet, 0, Frames.L4 + 4);
        VnetHeader.setChecksumOffset(vnet, 0, 16);
        east.receive(LAN, vnet.byteArray(), toServer(content));
        west.receive(WAN, east.onlySent(WAN));
        final byte[] restored = Frames.payload(west.onlySent(LAN));
        assertThat(InternetChecksum.sum(new UnsafeBuffer(restored), 4, restored.length - 4))
                .as("with what the field held, which was a pseudo header's sum")
                .isEqualTo(InternetChecksum.add(0xffff, ~0x1234 & 0xffff));
        VnetHeader.setChecksumOffset(vnet, 0, 600);
        east.receive(LAN, vnet.byteArray(), toServer(content));
        assertThat(east.drops()).isEqualTo("BAD_L4_CHECKSUM=1");
    }

    @Test
    void errorsAboutItComeBack() {
        start(IpProtocol.GRE, 4, 4, true);
        send(Frames.bytes(CONTENT));
        final byte[] wrong = west.onlySent(LAN);
        west.receive(LAN, ErrorFrames.about(wrong, server, IcmpError.head(3, 2, 0), SERVER_MAC, west.mac(LAN)));
        east.receive(WAN, west.onlySent(WAN));
        final byte[] error = east.onlySent(LAN);
        assertThat(ErrorFrames.words(error))
                .isEqualTo("3/2 10.2.0.80 > 10.0.0.10 ok about gre 10.0.0.10:0 > 10.2.0.80:0");
        assertThat(new String(error, Frames.L4 + 28, 8, java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo(CONTENT.substring(0, 8));
    }

    @Test
    void whatComesToAWaypointIsNobodys() {
        start(IpProtocol.GRE, 4, 4, false);
        final byte[] cookie = new byte[24];
        new UnsafeBuffer(cookie).putLong(0, Metadata.COOKIE, BIG_ENDIAN);
        east.receive(WAN, Frames.portless(east.mac(WAN), westEnd, eastEnd, IpProtocol.GRE, cookie));
        assertThat(east.drops()).isEqualTo("TO_OURSELVES=1");
        assertThat(east.ports[WAN].take()).isEmpty();
    }
}
