package io.fairway.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.wire.peer.BfdHeader;
import io.fairway.model.wire.peer.PeerMessage;
import io.fairway.model.wire.peer.PeerMessageParser;
import io.fairway.model.wire.peer.PeerMessageView;
import io.fairway.model.wire.peer.PeerMessageWriter;
import org.agrona.concurrent.UnsafeBuffer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Latency, jitter and loss, between clocks that know nothing of each other. */
class PathQualityTest {
    private static final long MS = 1_000_000;
    private static final long CLOCKS_APART_NS = -77_000_000_000L;

    private final PathQuality quality = new PathQuality();
    private long nowNs = 5_000 * MS;

    private record Clock(long count, long sentNs, long echoed, long echoedSentNs, long heldNs) {}

    private void note(final Clock clock, final int peerLoss, final boolean probe) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[2 * PeerMessage.SAFE_LENGTH]);
        final PeerMessageWriter writer = new PeerMessageWriter().begin(buffer, 0);
        BfdHeader.setMultiplier(buffer, 0, 3);
        BfdHeader.setDiscriminators(buffer, 0, 2, 1);
        writer.sender(1, "west", 1, 0)
                .clock(1, clock.count(), clock.sentNs())
                .echo(clock.echoed(), clock.echoedSentNs(), clock.heldNs(), peerLoss);
        final int length = (probe ? writer.mtuProbe(1_400, 1_372) : writer).end();
        final PeerMessageView view = new PeerMessageView();
        assertThat(PeerMessageParser.parse(buffer, 0, length, view)).isTrue();
        quality.note(view, nowNs);
    }

    private void note(final long count) {
        note(new Clock(count, 0, 0, 0, 0), 0, false);
    }

    @Test
    void latencyIsHalfOfTheRoundTripWithoutTheStay() {
        assertThat(quality.latencyNs()).isEqualTo(-1);
        note(new Clock(1, 0, 0, 0, 0), 0, false);
        assertThat(quality.latencyNs()).as("nothing came back").isEqualTo(-1);
        note(new Clock(2, 0, 8, nowNs - 140 * MS, 100 * MS), 0, false);
        assertThat(quality.latencyNs()).isEqualTo(20 * MS);
        note(new Clock(3, 0, 8, nowNs - 900 * MS, 100 * MS), 0, false);
        assertThat(quality.latencyNs()).as("measured once per message of ours").isEqualTo(20 * MS);
        note(new Clock(4, 0, 9, nowNs - 900 * MS, 100 * MS), 0, false);
        assertThat(quality.latencyNs()).as("smoothed by an eighth").isEqualTo((40 + 95) * MS / 2);
        note(new Clock(5, 0, 10, nowNs, 100 * MS), 0, false);
        assertThat(quality.latencyNs()).as("nothing comes before it is sent").isEqualTo((40 + 95) * MS / 2);
    }

    @Test
    void jitterIsHowMuchTransitDiffers() {
        for (int i = 0; i < 200; i++) {
            nowNs += 1_000 * MS;
            note(new Clock(i, nowNs - 30 * MS + CLOCKS_APART_NS, 0, 0, 0), 0, false);
        }
        assertThat(quality.jitterNs()).isZero();
        for (int i = 200; i < 400; i++) {
            nowNs += 1_000 * MS;
            note(new Clock(i, nowNs - (i % 2 == 0 ? 30 : 50) * MS + CLOCKS_APART_NS, 0, 0, 0), 0, false);
        }
        assertThat(quality.jitterNs()).isCloseTo(20 * MS, Offset.offset(MS / 10));
    }

    @Test
    void lossIsWhatIsMissingOfTheLastMessages() {
        assertThat(quality.loss()).isZero();
        for (int i = 1; i <= 1_000; i++) {
            if (i % 4 != 0) {
                note(i);
            }
        }
        assertThat(quality.loss()).isCloseTo(2_500, Offset.offset(80));
        note(1_000);
        assertThat(quality.loss()).as("one came late").isLessThan(2_500);
        for (int i = 1_001; i <= 1_000 + PathQuality.WINDOW; i++) {
            note(i);
        }
        assertThat(quality.loss()).isZero();
        note(5_000);
        assertThat(quality.loss()).isGreaterThan(9_900);
        note(3);
        assertThat(quality.loss()).as("far too late").isGreaterThan(9_900);
    }

    @Test
    void lossCountsOnlyWhatWasSent() {
        for (int i = 1; i <= 10; i++) {
            if (i != 5) {
                note(i);
            }
        }
        assertThat(quality.loss()).isEqualTo(1_000);
        quality.restart();
        note(1);
        assertThat(quality.loss()).isZero();
    }

    @Test
    void numbersMayWrap() {
        for (long i = (1L << 32) - 300; i < (1L << 32) + 300; i++) {
            if (i % 2 == 0) {
                note(i & 0xffff_ffffL);
            }
        }
        assertThat(quality.loss()).isCloseTo(5_000, Offset.offset(80));
    }

    @Test
    void probesAreMeantToGetLost() {
        note(1);
        note(new Clock(1, 0, 0, 0, 0), 0, true);
        note(2);
        assertThat(quality.loss()).isZero();
    }

    @Test
    void theWorseDirectionCounts() {
        note(new Clock(1, 0, 0, 0, 0), 300, false);
        assertThat(quality.loss()).isEqualTo(300);
        assertThat(quality.lossTowardsUs()).isZero();
    }
}
