package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.Router;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.session.Transit;
import io.fairway.model.wire.IcmpError;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.MetadataView;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ICMP errors about sessions between routers (docs/decisions/021): east, a router in the middle, west. */
class SvrErrorForwardTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final int CONTENT_V4 = 28;
    private static final int ACK = TcpHeader.ACK;
    private static final SessionSecurity GCM = new SessionSecurity(
            "sp1",
            Encryption.AES_256_GCM,
            Hmac.NONE,
            Secret.ofHex("33".repeat(SessionSecurity.KEY_LENGTH)),
            SessionSecurity.Adaptation.NONE);

    @TempDir
    private Path directory;

    private NodeRig east;
    private NodeRig mid;
    private NodeRig west;
    private String client;
    private String server;
    private String midEast;
    private String midWest;
    private FiveTuple inside;

    /** Sessions of one family over paths of another. */
    private void start(final int protocol, final int family, final int path, final boolean sealed) {
        final boolean v4 = family == 4;
        client = v4 ? "10.0.0.10" : "fd00:1::10";
        server = v4 ? "10.2.0.80" : "fd00:2::80";
        final String eastEnd = path == 4 ? "198.51.100.1" : "2001:db8:1::1";
        final String westEnd = path == 4 ? "203.0.113.2" : "2001:db8:2::2";
        midEast = path == 4 ? "198.51.100.3" : "2001:db8:1::3";
        midWest = path == 4 ? "203.0.113.3" : "2001:db8:2::3";
        east = NodeRig.single(directory, "10.0.0.1 fd00:1::1", eastEnd, midEast);
        west = NodeRig.single(directory, "10.2.0.1 fd00:2::1", westEnd, midWest);
        mid = new NodeRig(directory, between(eastEnd, westEnd), 0, CrossingLink.NONE);
        east.meet(LAN, client, CLIENT_MAC);
        west.meet(LAN, server, SERVER_MAC);
        east.meet(WAN, midEast, mid.mac(LAN));
        mid.meet(LAN, eastEnd, east.mac(WAN));
        mid.meet(WAN, westEnd, west.mac(WAN));
        west.meet(WAN, midWest, mid.mac(WAN));
        final boolean echo = protocol == 1;
        inside = NodeRig.tuple(echo && !v4 ? 58 : protocol, client, 5000, server, echo ? 0 : 53);
        final int wire = protocol == 6 ? 6 : 17;
        install(
                sealed ? GCM : SessionSecurity.CLEAR,
                NodeRig.tuple(wire, eastEnd, 20000, midEast, 20001),
                NodeRig.tuple(wire, midWest, 30000, westEnd, 30001));
    }

    private Router between(final String eastEnd, final String westEnd) {
        final Router plain = NodeRig.router("mid", midEast, midWest, null);
        final List<Router.PeerPath> paths = List.of(
                new Router.PeerPath("p1", "east", LAN, IpAddress.parse(midEast), IpAddress.parse(eastEnd), 7),
                new Router.PeerPath("p2", "west", WAN, IpAddress.parse(midWest), IpAddress.parse(westEnd), 7));
        return new Router(
                plain.name(),
                plain.securityId(),
                plain.nodes(),
                plain.interfaces(),
                plain.serviceRoutes(),
                paths,
                NodeRig.peering("mid", paths.size(), false),
                plain.pair(),
                plain.limits(),
                plain.timers());
    }

    private void install(final SessionSecurity security, final FiveTuple near, final FiveTuple far) {
        final int forward = FlowActionFlyweight.METADATA_FORWARD;
        final int reverse = FlowActionFlyweight.METADATA_REVERSE;
        final String nearHop = near.destination().toString();
        final String farHop = far.source().toString();
        east.proxy.install(
                NodeRig.sealed(
                        NodeRig.record(
                                7,
                                1,
                                NodeRig.flow(LAN, inside, WAN, near, forward, false, nearHop),
                                NodeRig.flow(WAN, near.reversed(), LAN, inside.reversed(), 0, true, client)),
                        security),
                0);
        mid.proxy.install(
                NodeRig.record(
                        7,
                        1,
                        NodeRig.flow(
                                LAN,
                                near,
                                WAN,
                                far,
                                forward,
                                true,
                                far.destination().toString()),
                        NodeRig.flow(
                                WAN,
                                far.reversed(),
                                LAN,
                                near.reversed(),
                                reverse,
                                true,
                                near.source().toString())),
                0);
        west.proxy.install(
                NodeRig.sealed(
                        NodeRig.record(
                                7,
                                1,
                                NodeRig.flow(WAN, far, LAN, inside, 0, true, server),
                                NodeRig.flow(LAN, inside.reversed(), WAN, far.reversed(), reverse, false, farHop)),
                        security),
                0);
        east.turn();
        mid.turn();
        west.turn();
    }

    @AfterEach
    void stop() {
        east.close();
        mid.close();
        west.close();
    }

    private byte[] request() {
        final int protocol = inside.protocol();
        return switch (protocol) {
            case 6 -> Frames.tcp(CLIENT_MAC, east.mac(LAN), client, 5000, server, 53, ACK, "a secret");
            case 17 -> Frames.udp(CLIENT_MAC, east.mac(LAN), client, 5000, server, 53, Frames.bytes("a secret"));
            default -> Frames.echo(CLIENT_MAC, east.mac(LAN), client, server, 8, 5000);
        };
    }

    private byte[] toMid(final int ttl) {
        east.receive(LAN, Frames.withTtl(request(), ttl));
        return east.onlySent(WAN);
    }

    private byte[] toWest(final int ttl) {
        mid.receive(LAN, toMid(ttl));
        return mid.onlySent(WAN);
    }

    private byte[] toServer() {
        west.receive(WAN, toWest(64));
        return west.onlySent(LAN);
    }

    /** An error in the server's network comes out at the client. */
    private byte[] fromServerSide(final byte[] wrong, final String source, final long head) {
        west.ports[WAN].take();
        mid.ports[LAN].take();
        west.receive(LAN, ErrorFrames.about(wrong, source, head, SERVER_MAC, west.mac(LAN)));
        return throughMid(west.onlySent(WAN));
    }

    private byte[] throughMid(final byte[] told) {
        mid.receive(WAN, told);
        east.receive(WAN, mid.onlySent(LAN));
        return east.onlySent(LAN);
    }

    private String about() {
        return " > " + client + " ok about " + inside;
    }

    private long portUnreachable() {
        return inside.source().isV4() ? IcmpError.head(3, 3, 0) : IcmpError.head(1, 4, 0);
    }

    private String drops() {
        return east.drops() + mid.drops() + west.drops();
    }

    @ParameterizedTest
    @CsvSource({
        "17, 4, 4, false", "17, 4, 6, true", "17, 6, 4, true", "17, 6, 6, false", "6, 4, 4, true", "6, 6, 4, false",
        "6, 4, 6, false", "1, 4, 4, false", "1, 4, 4, true", "1, 6, 6, true", "1, 6, 4, false", "1, 4, 6, true"
    })
    void errorsFromBehindTheLastRouterReachTheClient(
            final int protocol, final int family, final int path, final boolean sealed) {
        start(protocol, family, path, sealed);
        final boolean v4 = family == 4;
        final byte[] wrong = toServer();
        final byte[] unreachable = fromServerSide(wrong, server, portUnreachable());
        assertThat(ErrorFrames.words(unreachable)).isEqualTo((v4 ? "3/3 " : "1/4 ") + server + about());
        final String hop = v4 ? "198.18.0.7" : "fd00:9::9";
        assertThat(ErrorFrames.words(fromServerSide(wrong, hop, IcmpError.timeExceeded(!v4))))
                .isEqualTo((v4 ? "11/0 " : "3/0 ") + hop + about());
        assertThat(ErrorFrames.words(fromServerSide(wrong, hop, IcmpError.tooBig(!v4, 1400))))
                .isEqualTo((v4 ? "3/4/1400 " : "2/0/1400 ") + hop + about());
        assertThat(drops()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "17, 4, 4, false",
        "17, 4, 6, true",
        "17, 6, 4, true",
        "6, 4, 4, true",
        "6, 6, 6, false",
        "1, 4, 4, false",
        "1, 6, 6, true",
        "1, 6, 4, false"
    })
    void everyRouterTellsOfATimeToLiveThatEndsThere(
            final int protocol, final int family, final int path, final boolean sealed) {
        start(protocol, family, path, sealed);
        final boolean v4 = family == 4;
        final String exceeded = v4 ? "11/0 " : "3/0 ";
        east.receive(LAN, Frames.withTtl(request(), 1));
        assertThat(ErrorFrames.words(east.onlySent(LAN)))
                .isEqualTo(exceeded + (v4 ? "10.0.0.1" : "fd00:1::1") + about());
        mid.receive(LAN, toMid(2));
        east.receive(WAN, mid.onlySent(LAN));
        final String middle = family == path ? midEast : v4 ? "10.0.0.1" : "fd00:1::1";
        assertThat(ErrorFrames.words(east.onlySent(LAN))).isEqualTo(exceeded + middle + about());
        west.receive(WAN, toWest(3));
        final String last = family == path ? (v4 ? "203.0.113.2" : "2001:db8:2::2") : v4 ? "10.2.0.1" : "fd00:2::1";
        assertThat(ErrorFrames.words(throughMid(west.onlySent(WAN)))).isEqualTo(exceeded + last + about());
        assertThat(List.of(east.drops(), mid.drops(), west.drops())).containsOnly("TTL_EXCEEDED=1");
    }

    @Test
    void whatCrossesNamesTheRouterAndNothingElse() {
        start(17, 4, 4, true);
        final byte[] wrong = toServer();
        west.receive(LAN, ErrorFrames.about(wrong, "198.18.0.7", IcmpError.timeExceeded(false), 9, west.mac(LAN)));
        final byte[] told = west.onlySent(WAN);
        assertThat(Frames.words(told)).isEqualTo("udp 203.0.113.2:30001 > 203.0.113.3:30000 ttl 63 ok");
        final byte[] payload = Frames.payload(told);
        final MetadataView view = new MetadataView();
        assertThat(MetadataParser.parseHeader(new UnsafeBuffer(payload), 0, payload.length, view))
                .isNull();
        assertThat(new IpAddress(view.icmpErrorLocationHigh(), view.icmpErrorLocationLow()))
                .hasToString("198.18.0.7");
        assertThat(payload).hasSize(view.total() + 8 + CONTENT_V4 + 16);
        final byte[] quoted = Arrays.copyOfRange(payload, view.total() + 8, view.total() + 8 + CONTENT_V4);
        assertThat(Arrays.copyOfRange(quoted, Ipv4Header.SOURCE, Ipv4Header.LENGTH + 4))
                .as("no address, no port")
                .containsOnly(0);
        assertThat(Frames.text(told)).doesNotContain("secret");
    }

    @Test
    void anErrorAboutAnAnswerReachesTheServer() {
        start(17, 4, 4, true);
        toServer();
        west.receive(LAN, Frames.udp(SERVER_MAC, west.mac(LAN), server, 53, client, 5000, Frames.bytes("an answer")));
        mid.receive(WAN, west.onlySent(WAN));
        east.receive(WAN, mid.onlySent(LAN));
        final byte[] answer = Frames.completed(east.ports[LAN].take().getFirst());
        east.receive(LAN, ErrorFrames.about(answer, client, portUnreachable(), CLIENT_MAC, east.mac(LAN)));
        mid.receive(LAN, east.onlySent(WAN));
        west.receive(WAN, mid.onlySent(WAN));
        assertThat(ErrorFrames.words(west.onlySent(LAN)))
                .isEqualTo("3/3 " + client + " > " + server + " ok about udp " + server + ":53 > " + client + ":5000");
        assertThat(drops()).isEmpty();
    }

    /** A router of the WAN's own knows only waypoints; what it says of room is less by what the routers add. */
    @ParameterizedTest
    @CsvSource({"false, 1400", "true, 1374"})
    void anErrorFromBetweenTheRoutersIsToldInTheClientsTerms(final boolean sealed, final int roomBytes) {
        start(17, 4, 4, sealed);
        for (int i = 0; i < 2; i++) {
            toServer();
            west.receive(LAN, Frames.udp(SERVER_MAC, west.mac(LAN), server, 53, client, 5000, new byte[9]));
            mid.receive(WAN, west.onlySent(WAN));
            east.receive(WAN, mid.onlySent(LAN));
            east.ports[LAN].take();
        }
        final byte[] wrong = toMid(64);
        final long tooBig = IcmpError.tooBig(false, 1400);
        east.receive(WAN, ErrorFrames.about(wrong, "198.51.100.9", tooBig, 9, east.mac(WAN)));
        assertThat(ErrorFrames.words(east.onlySent(LAN)))
                .isEqualTo("3/4/" + roomBytes + " 198.51.100.9 > " + client + " ok about " + inside);
        mid.receive(WAN, ErrorFrames.about(toWest(64), "203.0.113.9", tooBig, 9, mid.mac(WAN)));
        east.receive(WAN, mid.onlySent(LAN));
        assertThat(ErrorFrames.words(east.onlySent(LAN)))
                .isEqualTo("3/4/" + roomBytes + " 203.0.113.9 > " + client + " ok about " + inside);
    }

    @Test
    void aServerBehindATranslationStaysHidden() {
        start(17, 4, 4, false);
        toServer();
        final FiveTuple far = NodeRig.tuple(17, midWest, 30000, "203.0.113.2", 30001);
        final FiveTuple target = NodeRig.tuple(17, client, 5000, "10.2.0.99", 5353);
        final SessionRecord record = NodeRig.record(
                7,
                2,
                NodeRig.flow(WAN, far, LAN, target, 0, true, server),
                NodeRig.flow(LAN, target.reversed(), WAN, far.reversed(), 2, false, midWest));
        west.proxy.install(withOrigin(record), 0);
        west.turn();
        final byte[] wrong = toServer();
        assertThat(Frames.words(wrong)).startsWith("udp " + client + ":5000 > 10.2.0.99:5353");
        assertThat(ErrorFrames.words(fromServerSide(wrong, "10.2.0.99", portUnreachable())))
                .isEqualTo("3/3 " + server + about());
        assertThat(ErrorFrames.words(fromServerSide(wrong, "10.2.0.7", IcmpError.timeExceeded(false))))
                .isEqualTo("11/0 10.2.0.7" + about());
    }

    private SessionRecord withOrigin(final SessionRecord record) {
        return new SessionRecord(
                record.sessionId(),
                record.uuid(),
                record.version(),
                record.bucket(),
                record.epoch(),
                record.state(),
                record.handshakeDone(),
                record.idleTimeoutMs(),
                record.createdMs(),
                record.forward(),
                record.reverse(),
                record.tenant(),
                record.service(),
                record.peer(),
                record.path(),
                record.security(),
                new Transit("mid", "p2", inside),
                record.treatment(),
                record.sourceNat());
    }

    @Test
    void whatNoPeerSaysIsNotBelieved() {
        start(17, 4, 4, false);
        final byte[] wrong = toServer();
        west.receive(LAN, ErrorFrames.about(wrong, server, portUnreachable(), SERVER_MAC, west.mac(LAN)));
        final byte[] told = west.onlySent(WAN);
        final byte[] payload = Frames.payload(told);
        mid.receive(WAN, Frames.udp(1, mid.mac(WAN), "203.0.113.2", 31001, midWest, 30000, payload));
        final byte[] forged = payload.clone();
        forged[forged.length - 17] ^= 1;
        mid.receive(WAN, Frames.udp(1, mid.mac(WAN), "203.0.113.2", 30001, midWest, 30000, forged));
        mid.receive(WAN, Frames.udp(1, mid.mac(WAN), "203.0.113.9", 30001, midWest, 30000, payload));
        mid.receive(WAN, Frames.withTtl(told, 1));
        assertThat(mid.drops())
                .isEqualTo("ICMP_ERROR_NO_SESSION=1 TTL_EXCEEDED=1 METADATA_BAD_HMAC=1 METADATA_UNKNOWN_PEER=1");
        assertThat(mid.ports[LAN].take()).isEmpty();
        east.receive(LAN, Frames.udp(CLIENT_MAC, east.mac(LAN), client, 5000, server, 53, payload));
        assertThat(east.ports[WAN].take()).as("a client's payload is a payload").hasSize(1);
    }

    @Test
    void peersAreToldOfSoManyErrorsASecond() {
        start(17, 4, 4, false);
        final byte[] wrong = toServer();
        for (int i = 0; i < 300; i++) {
            west.receive(LAN, ErrorFrames.about(wrong, server, portUnreachable(), SERVER_MAC, west.mac(LAN)));
        }
        assertThat(west.ports[WAN].take()).hasSize(200);
        assertThat(west.drops()).isEqualTo("ICMP_ERROR_TOO_MANY=100");
        for (int i = 0; i < 80; i++) {
            west.receive(WAN, toWest(3));
        }
        west.advanceMs(1000);
        west.ports[WAN].take();
        for (int i = 0; i < 80; i++) {
            west.receive(WAN, toWest(3));
        }
        assertThat(west.ports[WAN].take()).as("its own are fewer").hasSize(50);
    }
}
