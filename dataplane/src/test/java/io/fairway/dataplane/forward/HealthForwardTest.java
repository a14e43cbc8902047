package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.session.SessionSecurity.Adaptation;
import io.fairway.model.wire.svr.ControlReason;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two routers that ask each other about silent sessions instead of answering to packets of unknown ones. */
class HealthForwardTest {
    private static final int INACTIVITY_MS = 5_000;
    private static final int SESSION = 6;

    @TempDir
    private Path directory;

    private RouterCouple routers;

    @BeforeEach
    void establish() {
        routers = RouterCouple.watching(directory, INACTIVITY_MS);
        routers.installEast(RouterCouple.sealed(Adaptation.NONE));
        routers.installWest(RouterCouple.sealed(Adaptation.NONE));
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

    @Test
    void nobodyAsksWhileThePeerIsHeard() {
        silence(INACTIVITY_MS - 1);
        assertThat(asked()).isEmpty();
        assertThat(routers.reachesClient(routers.leavesWest("b"))).isEqualTo("b");
        silence(INACTIVITY_MS - 1);
        assertThat(asked()).isEmpty();
    }

    @Test
    void aPeerThatKnowsTheSessionSaysSo() {
        silence(INACTIVITY_MS);
        final byte[] question = asked().getFirst();
        assertThat(asked()).isEmpty();
        routers.west.receive(WAN, question);
        assertThat(routers.west.ports[LAN].take()).isEmpty();
        routers.east.receive(WAN, routers.west.onlySent(WAN));
        assertThat(routers.east.ports[LAN].take()).isEmpty();
        silence(INACTIVITY_MS - 1);
        assertThat(asked()).isEmpty();
        assertThat(routers.east.events()).isEmpty();
    }

    @Test
    void aPeerThatHasLostTheSessionAnswersTheQuestionAndNothingElse() {
        routers.west.forget(SESSION);
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
        assertThat(routers.east.events()).contains(SessionEventFlyweight.METADATA_WANTED + ":" + SESSION);
    }

    @Test
    void whoDoesNotAnswerGetsMetadataAgain() {
        for (int i = 0; i < 3; i++) {
            silence(INACTIVITY_MS);
            assertThat(asked()).hasSize(1);
        }
        silence(INACTIVITY_MS);
        assertThat(asked()).isEmpty();
        assertThat(routers.east.counters.healthTimeouts()).isEqualTo(1);
        routers.west.forget(SESSION);
        routers.west.receive(WAN, routers.leavesEast("again"));
        assertThat(routers.west.firstPacket()).isNotNull();
    }

    @Test
    void aPeerMayEndASession() {
        assertThat(routers.east.events()).isEmpty();
        routers.controlFromEast(ControlReason.DELETE_SESSION);
        assertThat(routers.west.events()).contains(SessionEventFlyweight.CLOSED + ":" + SESSION);
    }
}
