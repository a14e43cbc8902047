package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.svr.ControlReason;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two routers that ask each other about silent sessions instead of answering to packets of unknown ones. */
class HealthForwardTest {
    private static final int INACTIVITY_MS = 5_000;

    /** An answer comes so late that a router that did not count it as heard would ask again. */
    private static final int LATE_MS = 1_000;

    @TempDir
    private Path directory;

    private RouterCouple routers;

    private void establish(final int protocol) {
        routers = RouterCouple.watching(directory, protocol, INACTIVITY_MS);
        routers.install(RouterCouple.GCM);
        for (int i = 0; i < 2; i++) {
            assertThat(routers.reachesServer(routers.leavesEast("a"))).isEqualTo("a");
            assertThat(routers.reachesClient(routers.leavesWest("b"))).isEqualTo("b");
        }
        routers.east.messages.clear();
    }

    @AfterEach
    void stop() {
        routers.close();
    }

    /** The client sends once more; what leaves besides its packet. */
    private List<byte[]> asked() {
        routers.east.receive(LAN, routers.toServer("more"));
        return routers.east.ports[WAN].take().stream()
                .map(MemoryPort.Sent::frame)
                .skip(1)
                .toList();
    }

    private void silence(final int ms) {
        routers.east.advanceMs(ms);
        routers.east.ports[WAN].take();
        routers.east.ports[LAN].take();
    }

    @ParameterizedTest
    @ValueSource(ints = {IpProtocol.TCP, IpProtocol.UDP})
    void nobodyAsksWhileThePeerIsHeard(final int protocol) {
        establish(protocol);
        silence(INACTIVITY_MS - 1);
        assertThat(asked()).isEmpty();
        assertThat(routers.reachesClient(routers.leavesWest("b"))).isEqualTo("b");
        silence(INACTIVITY_MS - 1);
        assertThat(asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {IpProtocol.TCP, IpProtocol.UDP})
    void aPeerThatKnowsTheSessionSaysSo(final int protocol) {
        establish(protocol);
        silence(INACTIVITY_MS);
        final byte[] question = asked().getFirst();
        assertThat(asked()).isEmpty();
        routers.west.receive(WAN, question);
        assertThat(routers.west.ports[LAN].take()).isEmpty();
        silence(LATE_MS);
        routers.east.receive(WAN, routers.west.onlySent(WAN));
        assertThat(routers.east.ports[LAN].take()).isEmpty();
        silence(INACTIVITY_MS - 1);
        assertThat(asked()).as("the answer counts as heard").isEmpty();
        silence(1);
        assertThat(asked()).hasSize(1);
        assertThat(routers.east.events()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {IpProtocol.TCP, IpProtocol.UDP})
    void aPeerThatHasLostTheSessionAnswersTheQuestionAndNothingElse(final int protocol) {
        establish(protocol);
        routers.west.forget(RouterCouple.SESSION);
        routers.west.receive(WAN, routers.leavesEast("lost"));
        assertThat(routers.west.ports[WAN].take()).isEmpty();
        assertThat(routers.west.counters.drops(DropReason.UNKNOWN_FLOW_AT_WAYPOINT))
                .isEqualTo(1);
        silence(INACTIVITY_MS);
        final byte[] question = asked().getFirst();
        final byte[] forged = question.clone();
        forged[forged.length - 1] ^= 1;
        routers.west.receive(WAN, forged);
        assertThat(routers.west.ports[WAN].take()).isEmpty();
        routers.west.receive(WAN, question);
        routers.east.receive(WAN, routers.west.onlySent(WAN));
        assertThat(routers.east.events()).contains(SessionEventFlyweight.METADATA_WANTED + ":" + RouterCouple.SESSION);
    }

    @ParameterizedTest
    @ValueSource(ints = {IpProtocol.TCP, IpProtocol.UDP})
    void whoDoesNotAnswerGetsMetadataAgain(final int protocol) {
        establish(protocol);
        for (int i = 0; i < 3; i++) {
            silence(INACTIVITY_MS);
            assertThat(asked()).hasSize(1);
        }
        silence(INACTIVITY_MS);
        assertThat(asked()).isEmpty();
        assertThat(routers.east.counters.healthTimeouts()).isEqualTo(1);
        routers.west.forget(RouterCouple.SESSION);
        routers.west.receive(WAN, routers.leavesEast("again"));
        assertThat(routers.west.firstPacket()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {IpProtocol.TCP, IpProtocol.UDP})
    void aPeerMayEndASession(final int protocol) {
        establish(protocol);
        assertThat(routers.east.events()).isEmpty();
        routers.west.receive(WAN, routers.controlFromEast(ControlReason.DELETE_SESSION));
        assertThat(routers.west.events()).contains(SessionEventFlyweight.CLOSED + ":" + RouterCouple.SESSION);
    }
}
