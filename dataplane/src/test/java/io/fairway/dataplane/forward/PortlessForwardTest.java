package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

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
    private static final String CONTENT = "any bytes of a tunnel";

    @TempDir
    private Path directory;

    private RouterCouple routers;
    private NodeRig east;
    private NodeRig west;

    private void start(final int ipProtocol, final int inside, final int path, final boolean sealed) {
        routers = RouterCouple.over(directory, ipProtocol, inside, path);
        east = routers.east;
        west = routers.west;
        routers.install(sealed ? RouterCouple.GCM : SessionSecurity.CLEAR);
    }

    @AfterEach
    void stop() {
        routers.close();
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
            final byte[] between = routers.eastToWest(routers.toServer(CONTENT));
            assertThat(Frames.words(between))
                    .startsWith("udp ")
                    .contains(":20000 > ")
                    .endsWith(" ttl 63 ok");
            assertThat(Frames.text(between).contains("bytes of")).isEqualTo(!sealed);
            final byte[] restored = west.onlySent(LAN);
            assertThat(Frames.words(restored))
                    .isEqualTo(name + " " + with(routers.client) + " > " + with(routers.server) + " ttl 62 ok");
            assertThat(Frames.text(restored)).isEqualTo(CONTENT);
            routers.westToEast(routers.toClient("back"));
            final byte[] answer = east.onlySent(LAN);
            assertThat(Frames.words(answer))
                    .isEqualTo(name + " " + with(routers.server) + " > " + with(routers.client) + " ttl 62 ok");
            assertThat(Frames.text(answer)).isEqualTo("back");
        }
        assertThat(east.events()).contains("1:" + RouterCouple.SESSION, "2:" + RouterCouple.SESSION);
        assertThat(routers.drops()).isEmpty();
    }

    private static String with(final String address) {
        return address.contains(":") ? "[" + address + "]:0" : address + ":0";
    }

    @Test
    void nothingAtAllAndWhatLooksLikeMetadataArriveToo() {
        start(IpProtocol.ESP, 4, 4, false);
        routers.eastToWest(routers.toServer(new byte[0]));
        assertThat(Frames.payload(west.onlySent(LAN))).isEmpty();
        routers.westToEast(routers.toClient(new byte[1]));
        final byte[] cookie = new byte[24];
        new UnsafeBuffer(cookie).putLong(0, Metadata.COOKIE, BIG_ENDIAN);
        routers.eastToWest(routers.toServer(cookie));
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
        east.receive(LAN, vnet.byteArray(), routers.toServer(content));
        west.receive(WAN, east.onlySent(WAN));
        final byte[] restored = Frames.payload(west.onlySent(LAN));
        assertThat(InternetChecksum.sum(new UnsafeBuffer(restored), 4, restored.length - 4))
                .as("with what the field held, which was a pseudo header's sum")
                .isEqualTo(InternetChecksum.add(0xffff, ~0x1234 & 0xffff));
        VnetHeader.setChecksumOffset(vnet, 0, 600);
        east.receive(LAN, vnet.byteArray(), routers.toServer(content));
        assertThat(east.drops()).isEqualTo("BAD_L4_CHECKSUM=1");
    }

    @Test
    void errorsAboutItComeBack() {
        start(IpProtocol.GRE, 4, 4, true);
        routers.eastToWest(routers.toServer(CONTENT));
        final byte[] wrong = west.onlySent(LAN);
        west.receive(
                LAN,
                ErrorFrames.about(
                        wrong, routers.server, IcmpError.head(3, 2, 0), RouterCouple.SERVER_MAC, west.mac(LAN)));
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
        east.receive(WAN, Frames.portless(east.mac(WAN), routers.westEnd, routers.eastEnd, IpProtocol.GRE, cookie));
        assertThat(east.drops()).isEqualTo("TO_OURSELVES=1");
        assertThat(east.ports[WAN].take()).isEmpty();
    }
}
