package io.fairway.ha.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Two nodes that share two interfaces and have one each that the other does not have. */
class OwnInterfaceTest {
    private static final long MS = 1_000_000;
    private static final long OWN_0 = 0b0100;
    private static final long OWN_1 = 0b1000;

    private static PairWorld paired() {
        final PairWorld world = new PairWorld();
        world.own[0] = OWN_0;
        world.own[1] = OWN_1;
        world.boot(0);
        world.boot(1);
        world.run(50 * MS);
        assertThat(world.state(0)).isEqualTo(PairState.PAIRED);
        assertThat(world.served()).isTrue();
        return world;
    }

    @Test
    void eachLeadsWhatItAloneHas() {
        final PairWorld world = paired();
        assertThat(world.nodes[0].leaders).isEqualTo(0b01 | OWN_0);
        assertThat(world.nodes[1].leaders).isEqualTo(0b10 | OWN_1);
    }

    @Test
    void survivorLeadsEverythingButWhatItDoesNotHave() {
        final PairWorld world = paired();
        world.kill(1, true);
        world.run(10 * MS);
        assertThat(world.nodes[0].leaders).isEqualTo(PairWorld.ALL | OWN_0);
        world.boot(1);
        world.run(50 * MS);
        assertThat(world.state(1)).isEqualTo(PairState.SYNCING);
        assertThat(world.nodes[1].leaders)
                .as("nobody else could lead it meanwhile")
                .isEqualTo(OWN_1);
    }

    @Test
    void drainedNode_givesOnlyWhatItsPartnerHas() {
        final PairWorld world = paired();
        world.order(0, PairEvent.Order.DRAIN);
        world.runUntil(() -> world.nodes[0].owned(0) == 0, 5_000 * MS);
        world.run(100 * MS);
        assertThat(world.nodes[0].leaders).isEqualTo(OWN_0);
        assertThat(world.nodes[1].leaders).isEqualTo(PairWorld.ALL | OWN_1);
    }

    @Test
    void linkThatThePartnerIsNotBehind_isNoEvidenceOfBeingConnected() {
        final PairWorld world = paired();
        world.nodes[0].carriers = false;
        world.run(100 * MS);
        assertThat(world.state(0)).isEqualTo(PairState.ISOLATED);
        assertThat(world.state(1)).isEqualTo(PairState.SOLO);
        assertThat(world.served()).isTrue();
    }
}
