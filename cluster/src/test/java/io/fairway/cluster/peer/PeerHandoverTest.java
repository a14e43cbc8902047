package io.fairway.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairway.cluster.directory.PathCondition;
import io.fairway.cluster.peer.exchange.KeyGeneration;
import io.fairway.cluster.peer.exchange.PeerKeys;
import io.fairway.model.config.Secret;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.peer.Endpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What the nodes of a router tell each other about a path, and the number of their sessions. */
class PeerHandoverTest {
    private static final Secret SENDING = Secret.ofHex("ab".repeat(32));
    private static final Secret RECEIVING = Secret.ofHex("cd".repeat(32));

    private static final Endpoint SEEN = new Endpoint(IpAddress.parse("2001:db8::9"), 51_280);

    private static PeerHandover handover() {
        final KeyGeneration old = new KeyGeneration(3, SENDING, RECEIVING, 77);
        final KeyGeneration newest = new KeyGeneration(4, RECEIVING, SENDING, KeyGeneration.NO_END);
        return new PeerHandover(new PeerKeys(4, List.of(old, newest)), 1_700_000_000_000L, SEEN);
    }

    @Test
    void arrivesAsItWas() {
        final PeerHandover read = PeerHandover.decode(handover().encode());
        assertThat(read.peerIncarnation()).isEqualTo(1_700_000_000_000L);
        assertThat(read.seen()).isEqualTo(SEEN);
        assertThat(read.keys().inUse()).isEqualTo(4);
        assertThat(read.keys().newest()).isEqualTo(4);
        assertThat(read.keys().find(3).ends()).isTrue();
        assertThat(read.keys().sending()).isEqualTo(handover().keys().sending());
        assertThat(PeerHandover.decode(PeerHandover.NONE.encode())).isEqualTo(PeerHandover.NONE);
    }

    @Test
    void aPathsConditionArrivesAsItWas() {
        final PathCondition narrow = PathCondition.UNKNOWN.down(true).mtu(1_400).tcp(5);
        assertThat(PathCondition.decode(narrow.encode())).isEqualTo(narrow);
        assertThat(PathCondition.decode(PathCondition.UNKNOWN.encode())).isEqualTo(PathCondition.UNKNOWN);
        assertThatThrownBy(() -> PathCondition.decode(new byte[1])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsCutShortIsRefused() {
        final byte[] whole = handover().encode();
        for (int length = 0; length < whole.length; length++) {
            final byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> PeerHandover.decode(cut)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatALaterReleaseAppendsIsNotRead() {
        final byte[] whole = handover().encode();
        final byte[] longer = Arrays.copyOf(whole, whole.length + 9);
        assertThat(PeerHandover.decode(longer)).isEqualTo(PeerHandover.decode(whole));
        final byte[] condition = PathCondition.UNKNOWN.mtu(1_400).encode();
        assertThat(PathCondition.decode(Arrays.copyOf(condition, condition.length + 1))
                        .encode())
                .isEqualTo(condition);
    }

    @Property(tries = 1_000)
    void anyBytesAreReadOrRefused(@ForAll final byte[] bytes) {
        try {
            assertThat(PeerHandover.decode(bytes).encode()).hasSizeLessThanOrEqualTo(bytes.length);
        } catch (final IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("handover");
        }
    }

    @Test
    void theOlderNumberIsTheRouters() {
        final List<Long> kept = new ArrayList<>();
        final Incarnation own = new Incarnation(2_000, kept::add);
        own.meet(3_000);
        assertThat(own.get()).isEqualTo(2_000);
        own.meet(1_000);
        assertThat(own.get()).isEqualTo(1_000);
        assertThat(kept).containsExactly(2_000L, 1_000L);
    }

    @Test
    void opinionScoresFallWithDelayAndLoss() {
        assertThat(new PeerPathRow.Quality(-1, 0, 0).mos()).isZero();
        assertThat(new PeerPathRow.Quality(1_000_000, 0, 0).mos()).isBetween(4.38, 4.42);
        assertThat(new PeerPathRow.Quality(300_000_000, 0, 0).mos()).isBetween(3.5, 3.8);
        assertThat(new PeerPathRow.Quality(1_000_000, 0, 1_000).mos()).isBetween(3.4, 3.6);
        assertThat(new PeerPathRow.Quality(2_000_000_000L, 0, 10_000).mos()).isEqualTo(1);
    }
}
