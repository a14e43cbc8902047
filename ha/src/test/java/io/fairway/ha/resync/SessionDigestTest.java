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
    private static final int CHECKSUM = 77;

    private static SessionDigest of(final List<Long> sessionIds) {
        final SessionDigest digest = new SessionDigest();
        sessionIds.forEach(id -> digest.add(id, id.intValue() & 7, CHECKSUM));
        return digest;
    }

    @Property(tries = 200)
    void isOrderFreeAndSeesEveryDifference(
            @ForAll @Size(min = 1, max = 50) final List<Long> sessionIds, @ForAll final long seed) {
        final List<Long> shuffled = new ArrayList<>(sessionIds);
        Collections.shuffle(shuffled, new Random(seed));
        final SessionDigest digest = of(sessionIds);
        final SessionDigest other = of(shuffled);
        assertThat(other.value()).isEqualTo(digest.value());
        final long changed = shuffled.getFirst();
        final int version = (int) changed & 7;
        other.remove(changed, version, CHECKSUM);
        assertThat(other.value()).isNotEqualTo(digest.value());
        other.add(changed, 99, CHECKSUM);
        assertThat(other.value()).isNotEqualTo(digest.value());
        other.remove(changed, 99, CHECKSUM);
        other.add(changed, version, CHECKSUM + 1);
        assertThat(other.value()).isNotEqualTo(digest.value());
        other.remove(changed, version, CHECKSUM + 1);
        other.add(changed, version, CHECKSUM);
        assertThat(other.value()).isEqualTo(digest.value());
    }
}
