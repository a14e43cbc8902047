package io.fairway.dataplane.svr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The window against a set of all numbers that came. */
class ReplayWindowTest {
    private static final int OFFSET = 8;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[OFFSET + ReplayWindow.LENGTH + 8]);

    @Test
    void nothingComesTwiceAndNothingYoungIsRefused() {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            ReplayWindow.reset(buffer, OFFSET);
            final Set<Long> seen = new HashSet<>();
            long highest = 1 + random.nextLong(1L << 62);
            for (int i = 0; i < 3000; i++) {
                final long number = Math.max(1, highest + random.nextInt(1200) - (random.nextInt(9) == 0 ? 0 : 1150));
                final boolean may = ReplayWindow.mayCome(buffer, OFFSET, number);
                if (seen.contains(number)) {
                    assertThat(may).as("seed %d: %d again", seed, number).isFalse();
                } else if (number > highest - ReplayWindow.SPAN) {
                    assertThat(may)
                            .as("seed %d: %d, highest %d", seed, number, highest)
                            .isTrue();
                }
                if (may) {
                    ReplayWindow.note(buffer, OFFSET, number);
                    seen.add(number);
                    highest = Math.max(highest, number);
                }
            }
        }
        assertThat(buffer.getLong(0)).isZero();
        assertThat(buffer.getLong(OFFSET + ReplayWindow.LENGTH)).isZero();
    }
}
