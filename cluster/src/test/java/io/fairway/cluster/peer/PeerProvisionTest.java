package io.fairway.cluster.peer;

import static io.fairway.cluster.peer.PeerWorld.MS;
import static io.fairway.cluster.peer.PeerWorld.S;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.peer.exchange.TestPki;
import io.fairway.cluster.peer.exchange.TestPki.Wanted;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What router b signs in advance keeps its paths up while none of its processes speaks. */
class PeerProvisionTest {
    private static final long SEED = Long.getLong("seed", 1);

    @TempDir
    private Path directory;

    private PeerWorld up(final boolean certified) {
        final TestPki ca = new TestPki(directory, "ca", "EC");
        final PeerWorld world = certified
                ? PeerWorld.certified(SEED, ca.issue("a", new Wanted("a"), ca), ca.issue("b", new Wanted("b"), ca))
                : PeerWorld.shared(SEED);
        world.provisionNs = 3 * S;
        world.boot().run(5 * S);
        assertThat(world.bothUp()).as(world.story()).isTrue();
        assertThat(world.saidForB).as("b speaks itself").isZero();
        assertThat(world.provided).isNotEmpty();
        return world;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProcessThatStartsAgainInTimeIsNotMissed(final boolean certified) {
        final PeerWorld world = up(certified);
        final PeerHandover handover = world.b.session.handover();
        world.b.session = null;
        world.run(2 * S);
        assertThat(world.saidForB).isBetween(18, 30);
        world.b.boot(true, handover);
        final int said = world.saidForB;
        world.run(5 * S);
        assertThat(world.a.told).as(world.story()).containsExactly("up");
        assertThat(world.bothUp()).as(world.story()).isTrue();
        assertThat(world.saidForB - said).as("until it says so itself").isLessThan(10);
        assertThat(world.a.row().quality().loss()).isZero();
        assertThat(world.keysAgree()).isEqualTo(certified);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aProcessThatWasFrozenGoesOn(final boolean certified) {
        final PeerWorld world = up(certified);
        final PeerSession frozen = world.b.session;
        world.b.session = null;
        world.run(180 * MS);
        assertThat(world.saidForB).isPositive();
        world.b.session = frozen;
        world.run(5 * S);
        assertThat(world.a.told).as(world.story()).containsExactly("up");
        assertThat(world.bothUp()).as(world.story()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoNeverComesBackIsMissed(final boolean certified) {
        final PeerWorld world = up(certified);
        world.b.session = null;
        world.run(5 * S);
        assertThat(world.a.told).containsExactly("up", "down");
        assertThat(world.saidForB).isLessThanOrEqualTo(30);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPathThatIsDownIsNotSaidToBeUp(final boolean certified) {
        final PeerWorld world = up(certified);
        world.loss = 1;
        world.run(2 * S);
        assertThat(world.b.row().state()).isEqualTo(PathState.DOWN);
        assertThat(world.provided).isEmpty();
    }
}
