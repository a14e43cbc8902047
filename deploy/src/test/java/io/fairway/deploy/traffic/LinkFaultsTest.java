package io.fairway.deploy.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bad link is as bad as it says, and no worse. */
final class LinkFaultsTest {
    private static final int FRAMES = 10_000;
    private static final long SPACING_NS = 100;

    /** The numbers of the frames as they leave; one enters every {@link #SPACING_NS}. */
    private static List<Integer> through(final LinkFaults link) {
        final List<Integer> left = new ArrayList<>();
        for (int i = 0; i < 2 * FRAMES; i++) {
            final long nowNs = i * SPACING_NS;
            if (i < FRAMES) {
                link.enter(new byte[] {(byte) (i >>> 8), (byte) i}, nowNs);
            }
            for (byte[] frame = link.leave(nowNs); frame != null; frame = link.leave(nowNs)) {
                left.add((frame[0] & 0xff) << 8 | frame[1] & 0xff);
            }
        }
        return left;
    }

    @Test
    void aGoodLinkOnlyDelays() {
        final LinkFaults link = new LinkFaults(new LinkFaults.Rates(0, 0, 0, 1_000, 0), 1);
        link.enter(new byte[1], 0);
        assertThat(link.untilDueNs(0)).isEqualTo(1_000);
        assertThat(link.leave(999)).isNull();
        assertThat(link.leave(1_000)).hasSize(1);
        assertThat(link.untilDueNs(1_000)).isEqualTo(Long.MAX_VALUE);
        assertThat(through(link)).isSorted().hasSize(FRAMES);
    }

    @Test
    void figuresSayWhatBecameOfEveryFrame() {
        final LinkFaults link = new LinkFaults(new LinkFaults.Rates(5, 2, 10, 1_000, 5_000), 7);
        final List<Integer> left = through(link);
        final Map<String, Object> figures = link.figures();
        final long lost = (Long) figures.get("lost");
        final long duplicated = (Long) figures.get("duplicated");
        assertThat(figures).containsEntry("frames", (long) FRAMES);
        assertThat(lost).isBetween(400L, 600L);
        assertThat(duplicated).isBetween(130L, 260L);
        assertThat((Long) figures.get("held")).isBetween(800L, 1_200L);
        assertThat(left).hasSize((int) (FRAMES - lost + duplicated));
        assertThat(left.stream().distinct().count()).isEqualTo(FRAMES - lost);
    }

    /** No frame comes later than so many behind it as enter while it is held back. */
    @Test
    void whatIsHeldBackIsOvertakenByNoMoreThanItsTimeAllows() {
        final List<Integer> left = through(new LinkFaults(new LinkFaults.Rates(0, 0, 10, 1_000, 5_000), 7));
        int highest = 0;
        int furthest = 0;
        for (final int frame : left) {
            furthest = Math.max(furthest, highest - frame);
            highest = Math.max(highest, frame);
        }
        assertThat(furthest).isBetween(1, (int) (5_000 / SPACING_NS));
    }

    @Test
    void theSameSeedDoesTheSame() {
        final LinkFaults.Rates rates = new LinkFaults.Rates(5, 2, 10, 1_000, 5_000);
        assertThat(through(new LinkFaults(rates, 3))).isEqualTo(through(new LinkFaults(rates, 3)));
        assertThat(through(new LinkFaults(rates, 3))).isNotEqualTo(through(new LinkFaults(rates, 4)));
    }
}
