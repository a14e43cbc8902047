package io.fairway.deploy.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The meter sees what is missing, late or double. */
final class SequenceMeterTest {
    private static final long MS = 1_000_000;

    private final SequenceMeter meter = new SequenceMeter();

    @Test
    void missingPacketsAreAnOutageAndLost() {
        packets(0, 10);
        packets(60, 70);
        assertThat(meter.figures())
                .containsEntry("received", 20L)
                .containsEntry("lost", 50L)
                .containsEntry("longestGapMs", 51.0)
                .containsEntry("longestOutageMs", 51.0);
    }

    @Test
    void aSecondCopyIsADuplicateAndNotReceivedTwice() {
        packets(0, 10);
        packets(5, 7);
        assertThat(meter.figures()).containsEntry("received", 10L).containsEntry("duplicated", 2L);
    }

    @Test
    void packetsOutOfOrderAreNotLost() {
        packets(0, 5);
        packets(7, 8);
        packets(5, 7);
        assertThat(meter.figures()).containsEntry("lost", 0L).containsEntry("duplicated", 0L);
    }

    @Test
    void aLateSenderMakesAGapButNoOutage() {
        meter.packet(0, 0, 0);
        meter.packet(1, 80 * MS, 80 * MS);
        assertThat(meter.figures()).containsEntry("longestGapMs", 80.0).containsEntry("longestOutageMs", 0.0);
    }

    private void packets(final int from, final int to) {
        for (int i = from; i < to; i++) {
            meter.packet(i, i * MS, i * MS);
        }
    }
}
