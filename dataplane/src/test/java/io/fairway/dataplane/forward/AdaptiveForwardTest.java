package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.session.SessionSecurity.Adaptation;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.svr.Metadata;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two routers with adaptive encryption: TLS passes as it is, everything else is sealed, whatever gets lost. */
class AdaptiveForwardTest {
    private static final String CLIENT_HELLO = "\u0016\u0003\u0001\u0001\u0000\u0001\u0000\u0000|\u0003\u0003hello";
    private static final String SERVER_HELLO = "\u0016\u0003\u0003\u0000z\u0002\u0000\u0000v\u0003\u0003there";

    @TempDir
    private Path directory;

    private RouterCouple routers;

    @BeforeEach
    void start() {
        routers = new RouterCouple(directory, IpProtocol.TCP);
        routers.install(RouterCouple.sealed(Adaptation.SEALS));
    }

    @AfterEach
    void stop() {
        routers.close();
    }

    private void shakeHandsOfTcp() {
        for (int i = 0; i < 2; i++) {
            assertThat(routers.reachesServer(routers.leavesEast(""))).isEmpty();
            assertThat(routers.reachesClient(routers.leavesWest(""))).isEmpty();
        }
    }

    private void assertPasses(final boolean inClear, final String words) {
        final byte[] there = routers.leavesEast(words);
        assertThat(Frames.text(there).contains(words)).isEqualTo(inClear);
        assertThat(routers.reachesServer(there)).isEqualTo(words);
        final byte[] back = routers.leavesWest(words);
        assertThat(Frames.text(back).contains(words)).isEqualTo(inClear);
        assertThat(routers.reachesClient(back)).isEqualTo(words);
    }

    @Test
    void tlsIsNotSealedAndTheControllersHearOfIt() {
        shakeHandsOfTcp();
        assertPasses(true, CLIENT_HELLO);
        for (int i = 0; i < 3; i++) {
            assertPasses(true, "\u0017 application data " + i);
        }
        assertThat(Frames.text(routers.leavesEast("x"))).isEqualTo("x");
        assertThat(routers.east.detailOf(SessionEventFlyweight.HANDSHAKE_DONE)).isEqualTo(SessionEventFlyweight.YIELDS);
        assertThat(routers.west.detailOf(SessionEventFlyweight.HANDSHAKE_DONE)).isEqualTo(SessionEventFlyweight.YIELDS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1",
                "\u0017\u0003\u0003\u0000\u0010 data of a session that was lost",
                "\u0016\u0003\u0001\u0001\u0000\u0001",
                "\u0016\u0003\u0001\u0001\u0000\u0002\u0000\u0000|\u0003\u0003",
                "\u0016\u0002\u0001\u0001\u0000\u0001\u0000\u0000|\u0003\u0003",
                "\u0016\u0003\u0004\u0001\u0000\u0001\u0000\u0000|\u0003\u0003",
                "\u0016\u0003\u0001\u0000\u0004\u0001\u0000\u0000|\u0003\u0003",
                "\u0016\u0003\u0001\u0001\u0000\u0001\u0000\u0000|\u0002\u0003"
            })
    void everythingElseIsSealed(final String words) {
        shakeHandsOfTcp();
        for (int i = 0; i < 3; i++) {
            assertPasses(false, words);
        }
        assertPasses(false, CLIENT_HELLO);
        assertThat(routers.east.detailOf(SessionEventFlyweight.HANDSHAKE_DONE)).isEqualTo(SessionEventFlyweight.SEALS);
    }

    @Test
    void aServerThatSpeaksFirstIsSealed() {
        shakeHandsOfTcp();
        final byte[] banner = routers.leavesWest("220 mail");
        assertThat(Frames.text(banner)).doesNotContain("220 mail");
        assertThat(routers.reachesClient(banner)).isEqualTo("220 mail");
        assertPasses(false, CLIENT_HELLO);
    }

    @Test
    void whatIsSealedNeedsNoMetadataAnyMore() {
        shakeHandsOfTcp();
        final byte[] first = routers.leavesEast("GET / HTTP/1.1");
        assertThat(Metadata.isPresent(new UnsafeBuffer(Frames.payload(first)), 0, Frames.payload(first).length))
                .isFalse();
        assertThat(routers.reachesServer(first)).isEqualTo("GET / HTTP/1.1");
    }

    @Test
    void aHelloWithoutRoomForMetadataIsSealed() {
        shakeHandsOfTcp();
        assertPasses(false, CLIENT_HELLO + "x".repeat(1_400));
    }

    @Test
    void theDecisionIsRepeatedUntilItWasHeard() {
        shakeHandsOfTcp();
        final byte[] stale = routers.leavesWest("");
        assertThat(Frames.text(routers.leavesEast(CLIENT_HELLO))).contains(CLIENT_HELLO);
        assertThat(routers.reachesClient(stale)).isEmpty();
        assertThat(routers.reachesServer(routers.leavesEast(CLIENT_HELLO))).isEqualTo(CLIENT_HELLO);
        assertPasses(true, SERVER_HELLO);
    }

    @Test
    void anAcknowledgementFromBeforeTheDecisionDoesNotTakeItBack() {
        shakeHandsOfTcp();
        final byte[] late = routers.leavesEast("");
        assertThat(routers.reachesServer(routers.leavesEast(CLIENT_HELLO))).isEqualTo(CLIENT_HELLO);
        assertThat(routers.reachesServer(late)).isEmpty();
        assertPasses(true, SERVER_HELLO);
    }

    @Test
    void aPayloadThatIsNotAsDecidedWaitsUntilItIs() {
        shakeHandsOfTcp();
        final byte[] hello = routers.leavesEast(CLIENT_HELLO);
        routers.east.receive(WAN, routers.leavesWest("impatient"));
        assertThat(routers.east.ports[LAN].take()).isEmpty();
        assertThat(routers.east.counters.drops(DropReason.PAYLOAD_NOT_AS_DECIDED))
                .isEqualTo(1);
        assertThat(routers.reachesServer(hello)).isEqualTo(CLIENT_HELLO);
        assertPasses(true, "impatient");
    }

    /** The last router's partner takes over and has not heard that the session is not sealed: it asks. */
    @Test
    void aRouterThatMissedTheDecisionAsks() {
        assertThat(routers.reachesServer(routers.leavesEast(CLIENT_HELLO))).isEqualTo(CLIENT_HELLO);
        assertPasses(true, SERVER_HELLO);
        assertPasses(true, SERVER_HELLO);
        final byte[] lost = routers.leavesEast("application data");
        routers.west.forget(6);
        routers.installWest(RouterCouple.sealed(Adaptation.SEALS));
        routers.west.advanceMs(2_000);
        routers.west.ports[LAN].take();
        routers.west.ports[WAN].take();
        routers.west.receive(WAN, lost);
        assertThat(routers.west.ports[LAN].take()).isEmpty();
        routers.east.messages.clear();
        routers.east.receive(WAN, routers.west.onlySent(WAN));
        assertThat(routers.east.events()).contains("6:6");
    }

    /** The first router's partner takes over and seals: the others follow, whatever they have heard before. */
    @Test
    void aFirstRouterThatMissedItsOwnDecisionTakesAnother() {
        assertThat(routers.reachesServer(routers.leavesEast(CLIENT_HELLO))).isEqualTo(CLIENT_HELLO);
        assertPasses(true, SERVER_HELLO);
        routers.east.forget(6);
        routers.installEast(RouterCouple.sealed(Adaptation.SEALS));
        assertPasses(false, "\u0017 application data");
        assertPasses(false, "\u0017 application data");
    }

    @Test
    void fewerBytesThanAHelloAreNone() {
        final byte[] bytes = CLIENT_HELLO.getBytes(StandardCharsets.ISO_8859_1);
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        assertThat(AdaptiveSealing.isClientHello(buffer, 0, bytes.length)).isTrue();
        assertThat(AdaptiveSealing.isClientHello(buffer, 0, 11)).isTrue();
        for (int length = 0; length < 11; length++) {
            assertThat(AdaptiveSealing.isClientHello(buffer, 0, length)).isFalse();
        }
    }
}
