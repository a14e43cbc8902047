package io.fairway.deploy.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.deploy.traffic.FailoverReport.Fault;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outages, losses and percentiles are what they are said to be. All times in microseconds, a packet every 1,000. */
final class FailoverReportTest {
    private static final long MS = 1_000;
    private static final long TRIP = 200;
    private static final long FAULT = 5_000 * MS;
    private static final List<Fault> FAULTS =
            List.of(new Fault("node0", FAULT, FAULT + 1_000 * MS, FAULT + 2_000 * MS));

    @Test
    void aPercentileIsTheNearestRank() {
        final Distribution hundred =
                Distribution.of(LongStream.rangeClosed(1, 100).toArray());
        assertThat(hundred.percentile(50)).isEqualTo(50);
        assertThat(hundred.percentile(99)).isEqualTo(99);
        assertThat(hundred.percentile(100)).isEqualTo(100);
        assertThat(Distribution.of(3, 1, 2).percentile(50)).isEqualTo(2);
        assertThat(Distribution.of(7).percentile(99)).isEqualTo(7);
        assertThat(Distribution.of().percentile(99)).isZero();
        assertThat(Distribution.of(9_000, 1_000, 5_000).milliseconds())
                .containsEntry("min", 1.0)
                .containsEntry("median", 5.0)
                .containsEntry("max", 9.0);
    }

    @Test
    void missingPacketsAreAnOutageFromTheLastBeforeToTheFirstAfter() {
        final Crossings log = stream(n -> n < 5_003 || n >= 5_011);
        assertThat(log.stream(FAULT - 20 * MS, FAULT + 1_000 * MS)).isEqualTo(new Crossings.Stream(9 * MS, 8, 0));
        assertThat(log.longestSilenceUs(FAULT, FAULT + 1_000 * MS)).isEqualTo(9 * MS);
        assertThat(log.stream(FAULT + 100 * MS, FAULT + 1_000 * MS)).isEqualTo(new Crossings.Stream(0, 0, 0));
    }

    @Test
    void whatNeverComesBackLastsUntilTheEnd() {
        final Crossings log = stream(n -> n < 5_003);
        assertThat(log.stream(FAULT, FAULT + 1_000 * MS).outageUs()).isEqualTo(998 * MS);
        assertThat(log.stream(FAULT + 500 * MS, FAULT + 1_000 * MS).outageUs()).isEqualTo(500 * MS);
    }

    @Test
    void whatComesTwiceOrLateIsNotLost() {
        final Crossings log = Crossings.of(
                1,
                FAULT,
                FAULT + 5,
                3,
                FAULT + 2 * MS,
                FAULT + 3 * MS,
                2,
                FAULT + MS,
                FAULT + 4 * MS,
                3,
                FAULT + 2 * MS,
                FAULT + 9 * MS);
        assertThat(log.stream(FAULT, FAULT + 10 * MS)).isEqualTo(new Crossings.Stream(0, 0, 1));
    }

    @Test
    void anAnswerThatWasWaitedForDuringTheFaultCounts() {
        final Crossings log = Crossings.of(
                1,
                FAULT - 300 * MS,
                FAULT - 299 * MS,
                2,
                FAULT - 10 * MS,
                FAULT + 210 * MS,
                3,
                FAULT + MS,
                CrossingLog.NEVER,
                4,
                FAULT + 1_500 * MS,
                CrossingLog.NEVER);
        assertThat(FailoverReport.answers(FAULTS, log))
                .containsEntry("messages", 2L)
                .containsEntry("lost", 1L)
                .containsEntry("mendingLost", 1L)
                .extractingByKey("longestMs")
                .isInstanceOfSatisfying(
                        Map.class, longest -> assertThat(longest.get("max")).isEqualTo(220.0));
    }

    @Test
    void aYoungSessionWithoutAnAnswerIsLost() {
        final Crossings questions =
                Crossings.of(1, 0, FAULT - 200 * MS, 2, 0, FAULT - 50 * MS, 3, 0, FAULT - MS, 4, 0, FAULT + MS);
        final Crossings answers = Crossings.of(3, 0, FAULT + 999 * MS);
        assertThat(FailoverReport.young(FAULTS, questions, answers))
                .containsEntry("sessions", 2L)
                .containsEntry("lost", 1L);
    }

    @Test
    void aLogIsReadAsItWasWritten(@TempDir final Path folder) throws Exception {
        final Path file = folder.resolve("log");
        final InstantSource clock = () -> Instant.ofEpochSecond(7, 500_000);
        try (CrossingLog log = new CrossingLog(file.toString(), clock)) {
            log.arrived(1, 1_000_000, 1_200_000);
            log.arrived(2, 1_000_000, 1_000_000);
            log.lost(3, 1_000_000, 1_200_000);
        }
        final Crossings read = Crossings.read(file);
        assertThat(read.answers(0, Long.MAX_VALUE)).isEqualTo(new Crossings.Answers(3, 200, 1));
        assertThat(read.arrivedBetween(7_000_500, 7_000_501)).containsExactlyInAnyOrder(1L, 2L);
    }

    /** Ten seconds of packets, of which these arrive. */
    private static Crossings stream(final LongPredicate arrives) {
        return Crossings.of(LongStream.range(0, 10_000)
                .filter(arrives)
                .flatMap(n -> LongStream.of(n, n * MS, n * MS + TRIP))
                .toArray());
    }
}
