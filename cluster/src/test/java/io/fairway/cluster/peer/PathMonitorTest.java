package io.fairway.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.peer.PathAction.AnnounceDown;
import io.fairway.cluster.peer.PathAction.AnnounceUp;
import io.fairway.cluster.peer.PathAction.Become;
import io.fairway.cluster.peer.PathAction.Speak;
import io.fairway.cluster.peer.PathEvent.Administer;
import io.fairway.cluster.peer.PathEvent.Heard;
import io.fairway.cluster.peer.PathEvent.HearsUs;
import io.fairway.cluster.peer.PathEvent.Overheard;
import io.fairway.cluster.peer.PathEvent.PeerTimers;
import io.fairway.cluster.peer.PathEvent.Start;
import io.fairway.cluster.peer.PathEvent.Tick;
import io.fairway.model.wire.peer.BfdHeader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 5880 section 6 case by case, and where we differ from it. */
class PathMonitorTest {
    private static final long MS = 1_000_000;
    private static final int US = 7;
    private static final int PEER = 9;

    private long nowNs = Long.MAX_VALUE - 500 * MS; // The clock wraps while we look.
    private double random;
    private PathTimers timers = new PathTimers(300 * MS, 500 * MS, 3, 5_000 * MS);
    private PeerTimers peerTimers = new PeerTimers(4, 1_000 * MS, 200 * MS);
    private PathMonitor monitor = started(false);

    private PathMonitor started(final boolean succeeding) {
        final PathMonitor fresh = new PathMonitor(timers, US, () -> random);
        final List<PathAction> first = fresh.on(new Start(succeeding), nowNs);
        assertThat(first).hasSize(succeeding ? 0 : 1);
        return fresh;
    }

    private List<PathAction> hear(final PathState state) {
        return hear(state, false, false);
    }

    private List<PathAction> hear(final PathState state, final boolean poll, final boolean isFinal) {
        return monitor.on(new Heard(PEER, state, poll, isFinal, peerTimers), nowNs);
    }

    private List<PathAction> pass(final long ms) {
        final List<PathAction> actions = new ArrayList<>();
        for (long left = ms; left > 0; left -= 10) {
            nowNs += 10 * MS;
            actions.addAll(monitor.on(new Tick(), nowNs));
        }
        return actions;
    }

    private void up() {
        hear(PathState.DOWN);
        hear(PathState.INIT);
        hear(PathState.UP, false, true);
        assertThat(monitor.state()).isEqualTo(PathState.UP);
    }

    @ParameterizedTest(name = "in {0} the peer is {1}: {2}")
    @CsvSource({
        "DOWN, ADMIN_DOWN, DOWN",
        "DOWN, DOWN, INIT",
        "DOWN, INIT, UP",
        "DOWN, UP, DOWN",
        "INIT, ADMIN_DOWN, DOWN",
        "INIT, DOWN, INIT",
        "INIT, INIT, UP",
        "INIT, UP, UP",
        "UP, ADMIN_DOWN, DOWN",
        "UP, DOWN, DOWN",
        "UP, INIT, UP",
        "UP, UP, UP",
        "ADMIN_DOWN, DOWN, ADMIN_DOWN",
        "ADMIN_DOWN, UP, ADMIN_DOWN"
    })
    void followsTheTable(final PathState before, final PathState heard, final PathState after) {
        switch (before) {
            case DOWN -> {
                // As it begins.
            }
            case INIT -> hear(PathState.DOWN);
            case UP -> up();
            case ADMIN_DOWN -> monitor.on(new Administer(false), nowNs);
        }
        assertThat(monitor.state()).isEqualTo(before);
        hear(heard);
        assertThat(monitor.state()).isEqualTo(after);
        if (before == PathState.UP && after == PathState.DOWN) {
            assertThat(monitor.diagnostic()).isEqualTo(BfdHeader.NEIGHBOR_SIGNALED_DOWN);
        }
    }

    @Test
    void aChangeIsToldAtOnce() {
        assertThat(hear(PathState.DOWN))
                .containsExactly(new Become(PathState.INIT, "the peer is heard"), new Speak(false));
        assertThat(hear(PathState.INIT))
                .containsExactly(new Become(PathState.UP, "the peer hears us"), new AnnounceUp(), new Speak(false));
        assertThat(hear(PathState.UP)).isEmpty();
        assertThat(monitor.isAnnounced()).isTrue();
    }

    @Test
    void speaksSlowlyUntilUpThenAsAgreed() {
        assertThat(pass(2_990)).filteredOn(Speak.class::isInstance).hasSize(2);
        assertThat(monitor.desiredTxUs()).isEqualTo(1_000_000);
        up();
        assertThat(monitor.desiredTxUs()).isEqualTo(300_000);
        assertThat(pass(3_000)).as("our 300 ms are longer than the peer's 200").hasSize(10);
        peerTimers = new PeerTimers(4, 1_000 * MS, 600 * MS);
        hear(PathState.UP);
        pass(600);
        assertThat(pass(3_000))
                .as("the peer cannot listen more often than every 600 ms")
                .hasSize(5);
    }

    @Test
    void aSlowSpeakerIsNotHurriedByTheSlowStart() {
        timers = new PathTimers(60_000 * MS, 500 * MS, 3, 5_000 * MS);
        monitor = started(false);
        assertThat(monitor.desiredTxUs()).isEqualTo(60_000_000);
        up();
        assertThat(monitor.isPolling()).isFalse();
    }

    @Test
    void jitterShortensByUpToAQuarter() {
        up();
        random = 0.999_999;
        pass(300);
        assertThat(pass(2_250)).filteredOn(Speak.class::isInstance).hasSizeBetween(9, 10);
    }

    @Test
    void aPeerThatDoesNotListenIsNotSpokenTo() {
        up();
        peerTimers = new PeerTimers(200, 1_000 * MS, 0);
        hear(PathState.UP);
        assertThat(pass(5_000)).isEmpty();
    }

    @Test
    void silenceIsFoundInThePeersDetectionTime() {
        up();
        hear(PathState.UP);
        assertThat(pass(3_980)).allMatch(Speak.class::isInstance);
        assertThat(monitor.state()).isEqualTo(PathState.UP);
        final List<PathAction> actions = pass(20);
        assertThat(actions)
                .as("4 times the slower of its 1,000 ms and our 500")
                .containsSubsequence(
                        new AnnounceDown("the peer was not heard in time"),
                        new Become(PathState.DOWN, "the peer was not heard in time"),
                        new Speak(false));
        assertThat(monitor.diagnostic()).isEqualTo(BfdHeader.DETECTION_TIME_EXPIRED);
        assertThat(monitor.peerDiscriminator()).isZero();
        assertThat(monitor.desiredTxUs()).isEqualTo(1_000_000);
    }

    @Test
    void ourOwnRequirementSlowsDetection() {
        peerTimers = new PeerTimers(2, 100 * MS, 100 * MS);
        up();
        pass(980);
        assertThat(monitor.state()).isEqualTo(PathState.UP);
        pass(20);
        assertThat(monitor.state()).isEqualTo(PathState.DOWN);
    }

    @Test
    void pollsUntilThePeerConfirms() {
        assertThat(monitor.isPolling()).isFalse();
        hear(PathState.INIT);
        assertThat(monitor.isPolling()).isTrue();
        hear(PathState.UP);
        assertThat(monitor.isPolling()).isTrue();
        hear(PathState.UP, false, true);
        assertThat(monitor.isPolling()).isFalse();
    }

    @Test
    void answersAPoll() {
        up();
        assertThat(hear(PathState.UP, true, false)).containsExactly(new Speak(true));
    }

    @Test
    void aPathThatFellIsHeldDown() {
        up();
        hear(PathState.DOWN);
        assertThat(monitor.isAnnounced()).isFalse();
        hear(PathState.DOWN);
        final List<PathAction> actions = hear(PathState.UP);
        assertThat(monitor.state()).isEqualTo(PathState.UP);
        assertThat(actions).noneMatch(AnnounceUp.class::isInstance);
        for (int i = 0; i < 49; i++) {
            assertThat(pass(100)).allMatch(Speak.class::isInstance);
            hear(PathState.UP);
        }
        assertThat(pass(100)).contains(new AnnounceUp());
    }

    @Test
    void aPathThatFallsWhileHeldDownIsNotAnnouncedTwice() {
        up();
        hear(PathState.DOWN);
        hear(PathState.DOWN);
        hear(PathState.UP);
        assertThat(hear(PathState.DOWN)).noneMatch(AnnounceDown.class::isInstance);
    }

    @Test
    void whoDoesNotNameUsIsAnsweredButMovesNothing() {
        up();
        nowNs += 100 * MS;
        assertThat(monitor.on(new Overheard(99, PathState.DOWN, true), nowNs)).containsExactly(new Speak(false));
        assertThat(monitor.state()).isEqualTo(PathState.UP);
        assertThat(monitor.peerDiscriminator()).isEqualTo(PEER);
        assertThat(monitor.on(new Overheard(98, PathState.DOWN, true), nowNs + 19 * MS))
                .as("not so often")
                .isEmpty();
    }

    @Test
    void whoHearsUsIsRememberedWhileThereAreNoKeys() {
        nowNs += 100 * MS;
        assertThat(monitor.on(new HearsUs(PEER), nowNs)).containsExactly(new Speak(false));
        assertThat(monitor.peerDiscriminator()).isEqualTo(PEER);
        assertThat(monitor.on(new HearsUs(PEER), nowNs)).isEmpty();
        assertThat(monitor.state()).isEqualTo(PathState.DOWN);
        pass(3_000);
        assertThat(monitor.peerDiscriminator()).isZero();
    }

    @Test
    void whoHearsUsDoesNotDisplaceThePeer() {
        up();
        nowNs += 100 * MS;
        assertThat(monitor.on(new HearsUs(99), nowNs)).containsExactly(new Speak(false));
        assertThat(monitor.peerDiscriminator()).isEqualTo(PEER);
    }

    @Test
    void aSuccessorListensFirstAndGoesOnWithoutAFall() {
        monitor = started(true);
        assertThat(pass(900)).isEmpty();
        assertThat(monitor.on(new Overheard(PEER, PathState.UP, true), nowNs))
                .hasSize(2)
                .contains(new Speak(false))
                .first()
                .isInstanceOfSatisfying(
                        Become.class, become -> assertThat(become.state()).isEqualTo(PathState.INIT));
        assertThat(monitor.peerDiscriminator()).isEqualTo(PEER);
        assertThat(hear(PathState.UP)).contains(new AnnounceUp()).noneMatch(AnnounceDown.class::isInstance);
    }

    @Test
    void aSuccessorIsNotMovedByWhatNobodyVouchesFor() {
        monitor = started(true);
        pass(100);
        monitor.on(new Overheard(PEER, PathState.UP, false), nowNs);
        assertThat(monitor.state()).isEqualTo(PathState.DOWN);
        assertThat(hear(PathState.UP)).contains(new Speak(false));
        assertThat(monitor.state()).isEqualTo(PathState.INIT);
    }

    @Test
    void aSuccessorThatHearsNothingSpeaksAndSaysSo() {
        monitor = started(true);
        assertThat(pass(1_490)).isEmpty();
        assertThat(pass(10)).hasSize(2).contains(new Speak(false)).first().isInstanceOf(AnnounceDown.class);
        assertThat(pass(5_000)).noneMatch(AnnounceDown.class::isInstance);
    }

    @Test
    void aSuccessorThatHearsThatThePathIsDownSpeaksAtOnce() {
        monitor = started(true);
        pass(100);
        assertThat(monitor.on(new Overheard(PEER, PathState.DOWN, true), nowNs))
                .hasSize(2)
                .contains(new Speak(false))
                .first()
                .isInstanceOf(AnnounceDown.class);
    }

    @Test
    void anOperatorTakesThePathDownAndUp() {
        up();
        assertThat(monitor.on(new Administer(false), nowNs))
                .containsExactly(
                        new AnnounceDown("somebody wants the path not to be used"),
                        new Become(PathState.ADMIN_DOWN, "somebody wants the path not to be used"),
                        new Speak(false));
        assertThat(monitor.diagnostic()).isEqualTo(BfdHeader.ADMINISTRATIVELY_DOWN);
        assertThat(pass(3_000))
                .as("the peer is told again")
                .filteredOn(Speak.class::isInstance)
                .hasSize(3);
        assertThat(monitor.on(new Administer(false), nowNs)).isEmpty();
        monitor.on(new Administer(true), nowNs);
        assertThat(monitor.state()).isEqualTo(PathState.DOWN);
        hear(PathState.INIT);
        assertThat(monitor.state()).isEqualTo(PathState.UP);
    }

    @Test
    void theDeadlineIsWhenSomethingHappens() {
        up();
        long deadlineNs = monitor.deadlineNs(nowNs);
        for (int i = 0; i < 20; i++) {
            assertThat(monitor.on(new Tick(), deadlineNs - 1)).isEmpty();
            nowNs = deadlineNs;
            assertThat(monitor.on(new Tick(), nowNs)).isNotEmpty();
            deadlineNs = monitor.deadlineNs(nowNs);
        }
        assertThat(monitor.state()).isEqualTo(PathState.DOWN);
    }
}
