package io.fairway.ha.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.pair.BucketId;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What moves between two living nodes, and what an operator may want, on two arbiters (ha-design.md, sections 2, 4).
 */
final class LivingPairTest {
    private static final long MS = PairWorld.MS;

    @Test
    void restartedNode_getsItsHomeBackAfterTheHoldDown() {
        final PairWorld world = PairWorld.paired();
        world.kill(0, true);
        world.run(10 * MS);
        world.rejoin(0);
        assertThat(world.nodes[0].owned(0)).isZero();
        assertThat(world.nodes[0].leaders).isZero();
        assertThat(world.runUntil(() -> world.nodes[0].owned(0) > 100, 5_000 * MS))
                .isTrue();
        assertThat(world.nodes[0].leaders).isEqualTo(0b01);
        assertThat(world.nodes[1].owned(0)).isBetween(100, 156);
        assertThat(world.runUntil(() -> world.nodes[0].owned(0) == BucketId.PER_NODE, 5_000 * MS))
                .isTrue();
        world.run(20 * MS);
        assertThat(world.served()).isTrue();
        assertThat(world.nodes[1].owned(1)).isEqualTo(BucketId.PER_NODE);
        assertThat(world.nodes[0].arbiter.report().home0().runs()).hasSize(1);
    }

    @Test
    void eitherKilledAmidHandback_theOtherServesAll() {
        for (int victim = 0; victim < 2; victim++) {
            for (int extra = 0; extra < 6; extra++) {
                final PairWorld world = PairWorld.paired();
                world.kill(0, true);
                world.run(10 * MS);
                world.rejoin(0);
                world.runUntil(() -> world.nodes[0].owned(0) > 20, 5_000 * MS);
                world.run(extra * PairWorld.STEP_NS);
                world.kill(victim, extra % 2 == 0);
                world.run(50 * MS);
                assertThat(world.served()).as(world.story()).isTrue();
            }
        }
    }

    @Test
    void giftThatCameBackUnheard_holdsUpNothing() {
        final PairWorld world = PairWorld.paired();
        world.kill(1, true);
        world.run(10 * MS);
        world.rejoin(1);
        assertThat(world.runUntil(() -> world.nodes[1].owned(1) > 0, 5_000 * MS))
                .isTrue();
        // That it was taken is lost on the way, and so is what follows, until it is back.
        world.nodes[0].inbox.clear();
        world.nodes[0].deaf = true;
        world.order(1, PairEvent.Order.DRAIN);
        world.run(20 * MS);
        world.nodes[0].deaf = false;
        world.run(10 * MS);
        assertThat(world.nodes[0].owned(1)).isEqualTo(BucketId.PER_NODE);
        world.order(1, PairEvent.Order.RESUME);
        assertThat(world.runUntil(() -> world.nodes[1].owned(1) == BucketId.PER_NODE, 8_000 * MS))
                .as(world.story())
                .isTrue();
    }

    @Test
    void giftToAnEarlierProcess_isNotTakenByTheNext() {
        final PairWorld world = PairWorld.paired();
        world.kill(0, false);
        world.boot(0);
        world.freeze(0);
        world.order(1, PairEvent.Order.DRAIN);
        world.run(15 * MS);
        assertThat(world.nodes[1].owned(1)).as("one is given").isEqualTo(BucketId.PER_NODE - 1);
        world.thaw(0);
        world.run(50 * MS);
        assertThat(world.served()).as(world.story()).isTrue();
        assertThat(world.state(0)).isEqualTo(PairState.SYNCING);
    }

    @Test
    void leaderWithoutBuckets_yieldsToAPartnerThatCameToServeAloneMeanwhile() {
        final PairWorld world = PairWorld.paired();
        world.kill(1, true);
        world.run(10 * MS);
        world.rejoin(1);
        assertThat(world.runUntil(() -> world.nodes[1].leaders == 0b10, 5_000 * MS))
                .isTrue();
        assertThat(world.nodes[1].owned(1)).isZero();
        world.kill(0, false);
        world.boot(0);
        world.freeze(1);
        world.run(PairWorld.COLD_START_NS + 10 * MS);
        assertThat(world.state(0)).isEqualTo(PairState.SOLO);
        world.thaw(1);
        world.run(20 * MS);
        assertThat(world.story()).contains("RestartSelf[why=the partner took over while this node did not run]");
        world.run(100 * MS);
        assertThat(world.served()).as(world.story()).isTrue();
    }

    @Test
    void handover_givesEverythingAndTheNextProcessGetsItBack() {
        final PairWorld world = PairWorld.paired();
        assertThat(world.order(0, PairEvent.Order.HANDOVER)).hasOnlyElementsOfType(PairAction.Note.class);
        assertThat(world.runUntil(() -> world.nodes[0].owned(0) == 0, 5_000 * MS))
                .isTrue();
        world.run(500 * MS);
        assertThat(world.nodes[0].leaders).isZero();
        assertThat(world.nodes[1].leaders).isEqualTo(PairWorld.ALL);
        assertThat(world.served()).isTrue();
        world.kill(0, true);
        world.run(10 * MS);
        world.rejoin(0);
        assertThat(world.runUntil(() -> world.nodes[0].owned(0) == BucketId.PER_NODE, 8_000 * MS))
                .as(world.story())
                .isTrue();
    }

    @Test
    void frozenPartner_isCutOffAndReplaced() {
        final PairWorld world = PairWorld.pairedWithFence();
        world.freeze(1);
        world.run(PairWorld.LEASE_NS + 2 * PairWorld.STEP_NS);
        assertThat(world.nodes[0].fences).isEqualTo(1);
        assertThat(world.nodes[1].arbiter).as("it is cut off").isNull();
        assertThat(world.served()).as(world.story()).isTrue();
        assertThat(world.story()).contains("the partner is fenced off: off");
    }

    @Test
    void partnerThatCannotBeCutOff_isReplacedWhenItsLeaseIsOver() {
        final PairWorld world = PairWorld.pairedWithFence();
        world.fenceWorks = false;
        world.freeze(1);
        world.run(50 * MS);
        assertThat(world.nodes[0].fences).as("not again and again").isEqualTo(1);
        assertThat(world.served()).as(world.story()).isTrue();
        assertThat(world.story()).contains("could not be fenced off: no power switch", "lease expired");
    }

    @Test
    void twoThatDoNotHearEachOther_areNotBothCutOff() {
        final PairWorld world = PairWorld.pairedWithFence();
        world.nodes[0].deaf = true;
        world.nodes[1].deaf = true;
        world.run(10_000 * MS);
        assertThat(world.nodes[0].fences).isEqualTo(1);
        assertThat(world.nodes[1].fences).isZero();
        assertThat(world.served()).as(world.story()).isTrue();
    }

    /** Without the witness nobody serves alone; the fence is tried until it works. */
    @Test
    void fenceIsTriedAgain_whileTheWitnessIsGone() {
        final PairWorld world = PairWorld.pairedWithFence(true);
        world.witnessGone = true;
        world.fenceWorks = false;
        world.freeze(0);
        world.run(4_000 * MS);
        assertThat(world.nodes[1].fences)
                .as("the second node waited for its turn")
                .isEqualTo(1);
        assertThat(world.served()).isFalse();
        world.fenceWorks = true;
        assertThat(world.runUntil(world::served, 10_000 * MS)).as(world.story()).isTrue();
    }

    @Test
    void partnerThatIsHeardAgain_isNotReplacedByALateFence() {
        final PairWorld world = PairWorld.pairedWithFence();
        final long incarnation = world.nodes[0].incarnation;
        world.nodes[1].fenced = new PairEvent.Fenced(incarnation, true, "off");
        world.run(50 * MS);
        assertThat(world.state(1)).as(world.story()).isEqualTo(PairState.PAIRED);
        assertThat(world.served()).isTrue();
    }

    @Test
    void drainedNode_takesOverAllTheSame() {
        final PairWorld world = PairWorld.paired();
        world.order(0, PairEvent.Order.DRAIN);
        world.runUntil(() -> world.nodes[0].owned(0) == 0, 5_000 * MS);
        assertThat(world.order(1, PairEvent.Order.DRAIN)).hasOnlyElementsOfType(PairAction.Refuse.class);
        world.kill(1, false);
        world.run(50 * MS);
        assertThat(world.served()).isTrue();
    }

    @Test
    void frozen_nothingGoesBackUntilResumed() {
        final PairWorld world = PairWorld.paired();
        world.kill(0, true);
        world.run(10 * MS);
        world.boot(0);
        world.order(0, PairEvent.Order.FREEZE);
        world.run(50 * MS);
        world.synced(0);
        world.run(2_000 * MS);
        assertThat(world.nodes[0].owned(0)).isZero();
        assertThat(world.nodes[1].leaders).isEqualTo(PairWorld.ALL);
        world.order(0, PairEvent.Order.RESUME);
        assertThat(world.runUntil(() -> world.nodes[0].owned(0) == BucketId.PER_NODE, 5_000 * MS))
                .isTrue();
    }

    @Test
    void manyChangesOfOwner_freezeHandback() {
        final PairWorld world = PairWorld.paired();
        for (int i = 0; i < 4; i++) {
            world.kill(0, true);
            world.run(10 * MS);
            world.rejoin(0);
        }
        assertThat(world.nodes[1].arbiter.report().frozen()).isTrue();
        world.run(20_000 * MS);
        assertThat(world.nodes[0].owned(0)).isZero();
        assertThat(world.served()).isTrue();
        world.order(1, PairEvent.Order.RESUME);
        assertThat(world.runUntil(() -> world.nodes[0].owned(0) == BucketId.PER_NODE, 5_000 * MS))
                .isTrue();
    }

    @Test
    void fence_isForSilentPartnersOnly() {
        final PairWorld world = PairWorld.paired();
        assertThat(world.order(0, PairEvent.Order.FENCE)).hasOnlyElementsOfType(PairAction.Refuse.class);
        final PairWorld alone = new PairWorld();
        alone.boot(0);
        alone.run(100 * MS);
        assertThat(alone.state(0)).isEqualTo(PairState.STARTING);
        alone.order(0, PairEvent.Order.FENCE);
        alone.run(5 * MS);
        assertThat(alone.served()).isTrue();
        assertThat(alone.order(0, PairEvent.Order.FENCE)).hasOnlyElementsOfType(PairAction.Refuse.class);
    }

    @Test
    void sickInterface_isLedByThePartnerWhileTheNodeStaysUp() {
        final PairWorld world = PairWorld.paired();
        world.nodes[0].sick = 0b01;
        world.run(1_500 * MS);
        assertThat(world.nodes[0].leaders).as("its partner may hear it next").isEqualTo(0b01);
        world.run(1_000 * MS);
        assertThat(world.nodes[1].leaders).isEqualTo(PairWorld.ALL);
        assertThat(world.nodes[0].owned(0)).isEqualTo(BucketId.PER_NODE);
        assertThat(world.served()).isTrue();
        world.nodes[0].sick = 0;
        assertThat(world.runUntil(() -> world.nodes[0].leaders == 0b01, 1_000 * MS))
                .isTrue();
        world.nodes[0].sick = 0b11;
        world.nodes[1].sick = 0b11;
        world.run(50 * MS);
        assertThat(world.nodes[0].leaders).isEqualTo(0b01);
        assertThat(world.nodes[1].leaders).isEqualTo(0b10);
    }

    @Test
    void gatewayThatDiesForBoth_changesNothing() {
        final PairWorld world = PairWorld.paired();
        for (int first = 0; first < 2; first++) {
            world.nodes[first].sick = 0b01;
            world.run(1_000 * MS);
            world.nodes[1 - first].sick = 0b01;
            world.run(10_000 * MS);
            assertLedAsAtTheStart(world);
            world.nodes[first].sick = 0;
            world.run(1_000 * MS);
            world.nodes[1 - first].sick = 0;
            world.run(10_000 * MS);
            assertLedAsAtTheStart(world);
        }
        assertThat(changes(world)).isZero();
    }

    @Test
    void gatewayOfOneThenOfTheOther_movesOnceAndHomeOnce() {
        final PairWorld world = PairWorld.paired();
        world.nodes[0].sick = 0b01;
        world.run(5_000 * MS);
        assertThat(world.nodes[1].leaders).isEqualTo(PairWorld.ALL);
        world.nodes[1].sick = 0b01;
        world.run(10_000 * MS);
        assertThat(world.nodes[1].leaders).as("neither is better").isEqualTo(PairWorld.ALL);
        world.nodes[0].sick = 0;
        world.nodes[1].sick = 0;
        world.run(10_000 * MS);
        assertLedAsAtTheStart(world);
        assertThat(changes(world)).isEqualTo(2);
    }

    @Test
    void gatewayThatComesAndGoes_doesNotMoveItsInterface() {
        final PairWorld world = PairWorld.paired();
        for (int i = 0; i < 60; i++) {
            world.nodes[0].sick = 0b01;
            world.run(1_000 * MS);
            world.nodes[0].sick = 0;
            world.run(50 * MS);
        }
        assertThat(changes(world)).isZero();
    }

    @Test
    void lostLink_outweighsAGatewayThatIsSilent() {
        final PairWorld world = PairWorld.paired();
        world.nodes[1].sick = 0b01;
        world.run(5_000 * MS);
        world.nodes[0].unlinked = 0b01;
        world.run(50 * MS);
        assertThat(world.nodes[1].leaders).isEqualTo(PairWorld.ALL);
        world.nodes[0].sick = 0b01;
        world.nodes[1].unlinked = 0b01;
        world.nodes[0].unlinked = 0;
        world.run(50 * MS);
        assertThat(world.nodes[0].leaders).as("and back").isEqualTo(0b01);
    }

    private static void assertLedAsAtTheStart(final PairWorld world) {
        assertThat(world.nodes[0].leaders).isEqualTo(0b01);
        assertThat(world.nodes[1].leaders).isEqualTo(0b10);
    }

    /** How often an interface was given away. */
    private static long changes(final PairWorld world) {
        return Stream.of(world.nodes)
                .flatMap(node -> node.log.stream())
                .filter(line -> line.contains("ReleaseInterfaces"))
                .count();
    }

    @Test
    void perfectSplitWithAWitness_leavesOneServing() {
        final PairWorld world = PairWorld.paired(true);
        world.nodes[0].deaf = true;
        world.nodes[1].deaf = true;
        world.run(3_000 * MS);
        assertThat(world.served()).as(world.story()).isTrue();
        final boolean first = world.state(0) == PairState.SOLO;
        assertThat(world.state(first ? 1 : 0)).isEqualTo(PairState.PAIRED);
        assertThat(world.nodes[first ? 0 : 1].log).anyMatch(line -> line.contains("the witness agrees"));
        world.nodes[0].deaf = false;
        world.nodes[1].deaf = false;
        world.run(500 * MS);
        assertThat(world.nodes[first ? 1 : 0].log).anyMatch(line -> line.contains("RestartSelf"));
    }

    @Test
    void withoutTheWitnesssGrant_aLoneNodeStopsAtTheEndOfItsLease() {
        final PairWorld world = PairWorld.paired(true);
        world.kill(1, true);
        world.run(50 * MS);
        assertThat(world.served()).isTrue();
        world.witnessGone = true;
        world.run(PairWorld.COLD_START_NS);
        assertThat(world.nodes[0].validUntilNs - world.nowNs).isNegative();
        world.witnessGone = false;
        world.run(100 * MS);
        assertThat(world.served()).isTrue();
    }

    @Test
    void fencedPartner_isReplacedAtOnce() {
        final PairWorld world = PairWorld.paired();
        world.nodes[1].deaf = true;
        world.kill(1, false);
        world.run(32 * MS);
        final PairArbiter arbiter = world.nodes[0].arbiter;
        assertThat(arbiter.on(new PairEvent.Fenced(1, false, "no answer"), world.nowNs))
                .containsExactly(new PairAction.Note("the partner could not be fenced off: no answer"));
        assertThat(arbiter.on(new PairEvent.Fenced(1, true, "port is down"), world.nowNs))
                .as("it may have drawn an epoch for what is at home here before it was cut off")
                .contains(new PairAction.PersistEpoch(0, 4))
                .contains(new PairAction.Become(PairState.SOLO, "the partner is fenced off: port is down"));
    }
}
