package io.fairway.dataplane.svr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against a map that forgets nothing: no copy passes in time, and what is new always does. */
class RecentMetadataTest {
    @Test
    void copiesAreToldAsLongAsTheyCouldBeBelieved() {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        final RecentMetadata recent = new RecentMetadata();
        final Map<Long, Long> cameAtNs = new HashMap<>();
        long nowNs = 0;
        for (int i = 0; i < 200_000; i++) {
            nowNs += random.nextInt(1_000_000);
            final long mac = mac(1 + random.nextInt(30_000));
            final Long earlierNs = cameAtNs.get(mac);
            final boolean isNew = recent.isNew(mac, nowNs);
            if (earlierNs == null) {
                assertThat(isNew).as("seed %d", seed).isTrue();
            } else if (nowNs - earlierNs < RecentMetadata.KEPT_NS) {
                assertThat(isNew).as("seed %d", seed).isFalse();
            } else if (nowNs - earlierNs > 2 * RecentMetadata.KEPT_NS + 1_000_000) {
                assertThat(isNew).as("seed %d", seed).isTrue();
            }
            if (isNew) {
                cameAtNs.put(mac, nowNs);
            }
        }
    }

    /** More than it holds makes it forget the oldest; it never fills. */
    @Test
    void aFloodPushesTheOldestOut() {
        final RecentMetadata recent = new RecentMetadata();
        final long macs = 5L * RecentMetadata.HELD;
        for (long i = 1; i <= macs; i++) {
            assertThat(recent.isNew(mac(i), 0)).isTrue();
        }
        assertThat(recent.isNew(mac(macs), 0)).isFalse();
        assertThat(recent.isNew(mac(1), 0)).isTrue();
    }

    private static long mac(final long i) {
        return i * 0x9e37_79b9_7f4a_7c15L;
    }

    @Test
    void zeroIsAnHmacLikeAnyOther() {
        final RecentMetadata recent = new RecentMetadata();
        assertThat(recent.isNew(0, -5)).isTrue();
        assertThat(recent.isNew(0, -5)).isFalse();
    }
}
