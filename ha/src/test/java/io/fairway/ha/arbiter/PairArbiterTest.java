package io.fairway.ha.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.ha.arbiter.PairAction.AdoptBuckets;
import io.fairway.ha.arbiter.PairAction.Become;
import io.fairway.ha.arbiter.PairAction.CloseGate;
import io.fairway.ha.arbiter.PairAction.DeclarePartnerDead;
import io.fairway.ha.arbiter.PairAction.LeadInterfaces;
import io.fairway.ha.arbiter.PairAction.PersistEpoch;
import io.fairway.ha.arbiter.PairAction.RestartSelf;
import io.fairway.ha.arbiter.PairAction.SetLease;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The named cases of ha-design.md, section 1, on two arbiters. */
final class PairArbiterTest {
    private static final long MS = PairWorld.MS;

    private static PartnerBeat beat(
            final PairState state, final long dead, final HomeClaim home0, final HomeClaim home1, final long nowNs) {
        final NodeReport report = new NodeReport(state, dead, 1, home0, home1, 0, 0, 0b11, 0b11, true, false, false);
        return new PartnerBeat(1, report, true, nowNs);
    }

    @Test
    void bothStartCold_eachOwnsItsHomeAndLeadsItsInterfaces() {
        final PairWorld world = PairWorld.paired();
        for (int id = 0; id < 2; id++) {
            assertThat(world.nodes[0].arbiter.report().home(id).isAllOf(id)).isTrue();
            assertThat(world.nodes[1].arbiter.report().home(id).isAllOf(id)).isTrue();
            assertThat(world.nodes[id].leaders).isEqualTo(1L << id);
        }
    }

    @Test
    void oneStartsColdAlone_servesEverythingAfterTheColdStartTime() {
        final PairWorld world = new PairWorld();
        world.boot(0);
        world.run(PairWorld.COLD_START_NS - 10 * MS);
        assertThat(world.state(0)).isEqualTo(PairState.STARTING);
        world.run(20 * MS);
        assertThat(world.state(0)).isEqualTo(PairState.SOLO);
        assertThat(world.served()).isTrue();
        world.rejoin(1);
        assertThat(world.nodes[0].leaders).isEqualTo(PairWorld.ALL);
        assertThat(world.nodes[1].leaders).isZero();
    }

    @Test
    void deathNotice_takesOverAtOnce() {
        final PairWorld world = PairWorld.paired();
        final PairArbiter arbiter = world.nodes[0].arbiter;
        final List<PairAction> actions = arbiter.on(new PairEvent.DeathNotice(1), world.nowNs);
        assertThat(actions)
                .containsExactly(
                        new PersistEpoch(1, 2),
                        new AdoptBuckets(BucketRange.all(1), 2),
                        new SetLease(world.nowNs + PairWorld.COLD_START_NS / 2),
                        new LeadInterfaces(0b10),
                        new DeclarePartnerDead(1, "death notice of incarnation 1"),
                        new Become(PairState.SOLO, "death notice of incarnation 1"));
        assertThat(arbiter.on(new PairEvent.DeathNotice(1), world.nowNs)).isEmpty();
    }

    @Test
    void deathNoticeOfAnEarlierProcess_isIgnored() {
        final PairWorld world = PairWorld.paired();
        world.kill(1, true);
        world.run(10 * MS);
        world.rejoin(1);
        assertThat(world.nodes[0].arbiter.on(new PairEvent.DeathNotice(1), world.nowNs))
                .isEmpty();
    }

    /** It may have been late while the next process came to serve alone, or have been sent again by somebody. */
    @Test
    void deathNoticeToANodeThatNeverHeardItsPartner_provesNothing() {
        final PairWorld world = new PairWorld();
        world.boot(0);
        world.kill(0, false);
        world.boot(0);
        world.run(PairWorld.COLD_START_NS + 10 * MS);
        assertThat(world.state(0)).isEqualTo(PairState.SOLO);
        world.boot(1);
        assertThat(world.nodes[1].arbiter.on(new PairEvent.DeathNotice(1), world.nowNs))
                .isEmpty();
        world.run(50 * MS);
        assertThat(world.state(1)).as(world.story()).isEqualTo(PairState.SYNCING);
    }

    /** It echoes a beat from before the sleep, and its sender came to serve alone since. */
    @Test
    void beatOfANewProcessThatWaitedDuringASleep_provesNothing() {
        final PairWorld world = PairWorld.paired();
        world.kill(0, false);
        world.boot(0);
        world.freeze(0);
        world.run(PairWorld.STEP_NS);
        world.freeze(1);
        world.thaw(0);
        world.run(2 * PairWorld.STEP_NS);
        // Its socket is full.
        world.nodes[1].deaf = true;
        world.run(PairWorld.COLD_START_NS);
        assertThat(world.state(0)).isEqualTo(PairState.SOLO);
        world.nodes[1].deaf = false;
        world.thaw(1);
        world.run(100 * MS);
        assertThat(world.served()).as(world.story()).isTrue();
        assertThat(world.state(0)).isEqualTo(PairState.SOLO);
    }

    @Test
    void aPartnerThatCannotBeUnderstood_isNoSilence() {
        final PairWorld world = new PairWorld();
        world.boot(0);
        hearUnreadable(world, 1, 3 * PairWorld.COLD_START_NS);
        assertThat(world.state(0)).as("it may own everything").isEqualTo(PairState.STARTING);
        world.run(PairWorld.COLD_START_NS + 10 * MS);
        assertThat(world.state(0)).as("it fell silent").isEqualTo(PairState.SOLO);
        hearUnreadable(world, 2, 3 * PairWorld.COLD_START_NS);
        assertThat(world.state(0)).as("it came late").isEqualTo(PairState.SOLO);
        assertThat(world.served()).isTrue();
    }

    @Test
    void aNewProcessThatCannotBeUnderstood_isTheEndOfTheOneBefore() {
        final PairWorld world = PairWorld.paired();
        world.kill(1, false);
        final List<PairAction> actions =
                world.nodes[0].arbiter.on(new PairEvent.UnreadableBeat(2, world.nowNs), world.nowNs);
        assertThat(actions).contains(new AdoptBuckets(BucketRange.all(1), 2));
        assertThat(world.state(0)).isEqualTo(PairState.SOLO);
        assertThat(world.nodes[0].arbiter.partner().deadIncarnation()).isOne();
    }

    private static void hearUnreadable(final PairWorld world, final long incarnation, final long forNs) {
        for (long ns = 0; ns < forNs; ns += 2 * MS) {
            final List<PairAction> actions =
                    world.nodes[0].arbiter.on(new PairEvent.UnreadableBeat(incarnation, world.nowNs), world.nowNs);
            assertThat(actions).isEmpty();
            world.run(2 * MS);
        }
    }

    @Test
    void silence_takesOverAfterLeaseAndDriftNotBefore() {
        final PairWorld world = PairWorld.paired();
        world.kill(1, false);
        world.run(30 * MS);
        assertThat(world.state(0)).isEqualTo(PairState.PAIRED);
        world.run(10 * MS);
        assertThat(world.state(0)).isEqualTo(PairState.SOLO);
        assertThat(world.served()).isTrue();
    }

    @Test
    void silenceOnTheFabricOnly_isNoEvidence() {
        final PairWorld world = PairWorld.paired();
        final PairArbiter arbiter = world.nodes[0].arbiter;
        // Beats went on over the data network until now; the fabric has been silent for a second.
        final List<PairAction> actions = arbiter.on(
                new PairEvent.Tick(
                        world.nowNs, world.nowNs - 2_000 * MS, 0, world.nowNs - 1_000 * MS, 0b11, 0b11, true),
                world.nowNs);
        assertThat(actions).containsExactly(new PairAction.MarkFabric(false));
        assertThat(arbiter.state()).isEqualTo(PairState.PAIRED);
    }

    @Test
    void silenceEverywhereWithoutOwnLinks_stopsAtTheLeasesEnd() {
        final PairWorld world = PairWorld.paired();
        world.nodes[0].carriers = false;
        world.run(100 * MS);
        assertThat(world.state(0)).isEqualTo(PairState.ISOLATED);
        assertThat(world.nodes[0].validUntilNs - world.nowNs).isNegative();
        assertThat(world.state(1)).isEqualTo(PairState.SOLO);
        assertThat(world.served()).isTrue();
        world.nodes[0].carriers = true;
        world.run(20 * MS);
        assertThat(world.nodes[0].log.getLast()).contains("RestartSelf");
    }

    @Test
    void frozenThenThawed_findsAClosedGateAndRestarts() {
        final PairWorld world = PairWorld.paired();
        world.freeze(0);
        world.run(100 * MS);
        assertThat(world.state(1)).isEqualTo(PairState.SOLO);
        assertThat(world.nodes[0].validUntilNs - world.nowNs).isNegative();
        world.thaw(0);
        world.run(STEPS_TO_RESTART);
        assertThat(world.nodes[0].log.getLast()).contains("RestartSelf");
        world.run(100 * MS);
        assertThat(world.state(0)).as(world.story()).isEqualTo(PairState.SYNCING);
        assertThat(world.nodes[1].leaders).isEqualTo(PairWorld.ALL);
    }

    private static final long STEPS_TO_RESTART = 2 * PairWorld.STEP_NS;

    @Test
    void shortFreeze_changesNothing() {
        final PairWorld world = PairWorld.paired();
        world.freeze(0);
        world.run(20 * MS);
        world.thaw(0);
        world.run(50 * MS);
        assertThat(world.state(0)).isEqualTo(PairState.PAIRED);
        assertThat(world.state(1)).isEqualTo(PairState.PAIRED);
        assertThat(world.served()).isTrue();
    }

    @Test
    void alternateKills_ownershipFollowsTheSurvivorWithRisingEpochs() {
        final PairWorld world = PairWorld.paired();
        final int[] epochs = new int[2];
        for (int round = 0; round < 10; round++) {
            final int victim = round & 1;
            world.kill(victim, true);
            world.run(10 * MS);
            assertThat(world.served()).as(world.story()).isTrue();
            final HomeClaim claim = world.nodes[1 - victim].arbiter.report().home(victim);
            assertThat(claim.isAllOf(1 - victim)).isTrue();
            assertThat(claim.epoch()).isGreaterThan(epochs[victim]);
            epochs[victim] = claim.epoch();
            world.rejoin(victim);
        }
    }

    @Test
    void ownerKilledWhileThePartnerCopies_partnerTakesOver() {
        final PairWorld world = PairWorld.paired();
        world.kill(0, true);
        world.run(10 * MS);
        world.boot(0);
        world.run(50 * MS);
        assertThat(world.state(0)).isEqualTo(PairState.SYNCING);
        world.kill(1, true);
        world.run(10 * MS);
        assertThat(world.state(0)).isEqualTo(PairState.SOLO);
        assertThat(world.served()).isTrue();
    }

    @Test
    void partnersProcessStartedAnewWithoutANotice_isEvidence() {
        final PairWorld world = PairWorld.paired();
        world.kill(1, false);
        world.boot(1);
        world.run(50 * MS);
        assertThat(world.nodes[0].leaders).isEqualTo(PairWorld.ALL);
        assertThat(world.state(1)).as(world.story()).isEqualTo(PairState.SYNCING);
        assertThat(world.served()).isTrue();
    }

    @Test
    void lonelyNodeFrozenForLong_wakesBehindAClosedGate() {
        final PairWorld world = PairWorld.paired();
        world.kill(1, true);
        world.run(10 * MS);
        world.freeze(0);
        world.boot(1);
        world.run(PairWorld.COLD_START_NS + 50 * MS);
        assertThat(world.state(1)).isEqualTo(PairState.SOLO);
        assertThat(world.served()).isTrue();
        world.thaw(0);
        world.run(STEPS_TO_RESTART);
        assertThat(world.nodes[0].log.getLast()).contains("RestartSelf");
    }

    @Test
    void bothServedAloneInAForcedSplit_oneYieldsAfterHealing() {
        final PairWorld world = PairWorld.paired();
        world.checking = false;
        world.nodes[0].deaf = true;
        world.nodes[1].deaf = true;
        world.run(200 * MS);
        assertThat(world.state(0)).isEqualTo(PairState.SOLO);
        assertThat(world.state(1)).isEqualTo(PairState.SOLO);
        world.nodes[0].deaf = false;
        world.nodes[1].deaf = false;
        world.run(20 * MS);
        world.checking = true;
        world.run(500 * MS);
        assertThat(world.served()).as(world.story()).isTrue();
        final long restarts = world.nodes[0].log.stream()
                        .filter(l -> l.contains("RestartSelf"))
                        .count()
                + world.nodes[1].log.stream()
                        .filter(l -> l.contains("RestartSelf"))
                        .count();
        assertThat(restarts).as(world.story()).isOne();
    }

    @Test
    void oneEpochTwoOwners_stopsLoudly() {
        final PairWorld world = PairWorld.paired();
        final NodeReport report = world.nodes[0].arbiter.report();
        final HomeClaim twin = HomeClaim.of(1, report.home0().epoch());
        final PartnerBeat beat = beat(PairState.PAIRED, 0, twin, report.home1(), world.nowNs);
        final List<PairAction> actions =
                world.nodes[0].arbiter.on(new PairEvent.BeatHeard(beat, world.nowNs), world.nowNs);
        assertThat(actions).hasAtLeastOneElementOfType(CloseGate.class);
        assertThat(world.state(0)).isEqualTo(PairState.CONFLICT);
        assertThat(world.nodes[0].arbiter.on(new PairEvent.DeathNotice(1), world.nowNs))
                .isEmpty();
    }

    @Test
    void lostIncarnation_isLearnedFromThePartner() {
        final PairWorld world = PairWorld.paired();
        world.kill(0, true);
        world.run(10 * MS);
        world.rejoin(0);
        world.kill(0, true);
        world.run(10 * MS);
        world.nodes[0].incarnation = 0;
        world.nodes[0].epochs[0] = 0;
        world.nodes[0].epochs[1] = 0;
        world.boot(0);
        world.run(300 * MS);
        assertThat(world.nodes[0].incarnation).isEqualTo(3);
        assertThat(world.state(0)).as(world.story()).isEqualTo(PairState.SYNCING);
    }

    @Test
    void finalStates_stayFinal() {
        final PairWorld world = PairWorld.paired();
        final NodeReport report = world.nodes[0].arbiter.report();
        final PartnerBeat deposed = beat(PairState.SOLO, 1, report.home0(), report.home1(), world.nowNs);
        final List<PairAction> actions =
                world.nodes[0].arbiter.on(new PairEvent.BeatHeard(deposed, world.nowNs), world.nowNs);
        assertThat(actions).hasAtLeastOneElementOfType(RestartSelf.class);
        assertThat(world.nodes[0].arbiter.state()).isEqualTo(PairState.RESTARTING);
        assertThat(world.nodes[0].arbiter.on(new PairEvent.Tick(world.nowNs, 0, 0, 0, 1, 1, true), world.nowNs))
                .isEmpty();
    }
}
