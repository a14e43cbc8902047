package io.fairway.ha.resync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** The digest against its promise: order does not matter, everything else does. */
final class SessionDigestTest {
    private static SessionDigest of(final List<Long> sessionIds) {
        final SessionDigest digest = new SessionDigest();
        sessionIds.forEach(id -> digest.add(id, id.intValue() & 7));
        return digest;
    }

    @Property(tries = 200)
    void isOrderFreeAndSeesEveryDifference(
            @ForAll @Size(min = 1, max = 50) final List<Long> sessionIds, @ForAll final long seed) {
        final List<Long> shuffled = new ArrayList<>(sessionIds);
        Collections.shuffle(shuffled, new Random(seed));
        final SessionDigest digest = of(sessionIds);
        final SessionDigest other = of(shuffled);
        for (int home = 0; home < 2; home++) {
            assertThat(other.value(home)).isEqualTo(digest.value(home));
            assertThat(other.count(home)).isEqualTo(digest.count(home));
        }
        final long changed = shuffled.getFirst();
        final int home = (int) (changed >>> 56) & 1;
        other.remove(changed, (int) changed & 7);
        assertThat(other.value(home)).isNotEqualTo(digest.value(home));
        other.add(changed, 99);
        assertThat(other.value(home)).isNotEqualTo(digest.value(home));
        other.remove(changed, 99);
        other.add(changed, (int) changed & 7);
        assertThat(other.value(home)).isEqualTo(digest.value(home));
    }
}
