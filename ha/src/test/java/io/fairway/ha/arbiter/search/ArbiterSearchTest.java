package io.fairway.ha.arbiter.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairway.ha.arbiter.PairAction;
import io.fairway.ha.arbiter.PartnerBeat;
import io.fairway.ha.arbiter.search.Move.Kind;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * All that can happen to a pair in so many events ({@code -Dsearch.depth=}): two nodes, two fabric links, the data
 * network; links down and up, also one way only, cables out and in, kill, freeze, thaw, restart, death notices early
 * and late, time, copies that are made, operators' orders; with a witness that can or cannot be reached, and with a
 * fence that works or does not, and without both. Every state keeps S1, S2 and rising epochs, and leads home when it is
 * healed (L3). {@link StateKey} says which states count as one, {@link Search} what else is left out.
 */
final class ArbiterSearchTest {
    /** How many events; 0: as many as a few seconds allow. */
    private static final int DEPTH = Integer.getInteger("search.depth", 0);

    /** Searches with more kinds of moves than this usually go one event less deep. */
    private static final int FEW_KINDS = 14;

    private static final String ONLY = System.getProperty("search.only", "");

    private static SearchSetup links(final SearchBuild build) {
        return new SearchSetup("links", Move.faultsAnd(Kind.LINK_DOWN, Kind.LINK_UP), false, false, build);
    }

    private static List<SearchSetup> setups() {
        final SearchBuild build = new SearchBuild();
        final Set<Kind> links = Move.faultsAnd(Kind.LINK_DOWN, Kind.LINK_UP);
        return List.of(
                links(build),
                new SearchSetup("one way", Move.faultsAnd(Kind.ONE_WAY_DOWN, Kind.ONE_WAY_UP), false, false, build),
                new SearchSetup(
                        "witness",
                        Move.faultsAnd(Kind.LINK_DOWN, Kind.LINK_UP, Kind.WITNESS_LOST, Kind.WITNESS_BACK),
                        false,
                        false,
                        build),
                new SearchSetup("fence", links, true, true, build),
                new SearchSetup("fence fails", links, true, false, build),
                new SearchSetup(
                        "cables and orders",
                        Move.faultsAnd(
                                Kind.UNPLUG,
                                Kind.PLUG,
                                Kind.LINK_DOWN,
                                Kind.LINK_UP,
                                Kind.STOP_MOVING,
                                Kind.RESUME,
                                Kind.DECLARED_DEAD),
                        false,
                        false,
                        build));
    }

    @Test
    void everySequenceKeepsTheInvariants() {
        for (final SearchSetup setup : setups()) {
            if (setup.name().startsWith(ONLY)) {
                final long beginNs = System.nanoTime();
                final Search.Result result = new Search(setup, depth(setup)).run();
                System.out.printf("search: %s; %.1f s%n", result, (System.nanoTime() - beginNs) / 1e9);
                assertThat(result.states()).isGreaterThan(100);
            }
        }
    }

    private static int depth(final SearchSetup setup) {
        if (DEPTH > 0) {
            return DEPTH;
        }
        return setup.moves().size() > FEW_KINDS ? 4 : 5;
    }

    /** A gate that goes by its lease alone: who has given a bucket away under a higher epoch goes on. */
    private static final class WithoutEpochs extends SearchBuild {
        @Override
        boolean gateFollows(final PairAction action) {
            return !(action instanceof PairAction.GiveBucket);
        }
    }

    /** Only the fabric counts: when it is silent, the partner is taken for dead. */
    private static final class FabricOnly extends SearchBuild {
        @Override
        boolean hears(final boolean fabric) {
            return fabric;
        }
    }

    /** Every beat of the partner renews the lease, whether or not it hears this node. */
    private static final class WithoutEcho extends SearchBuild {
        @Override
        PartnerBeat told(final PartnerBeat beat, final long nowNs) {
            return new PartnerBeat(beat.incarnation(), beat.report(), true, nowNs);
        }
    }

    private static void isFound(final SearchBuild build, final String invariants) {
        assertThatThrownBy(() -> new Search(links(build), 4).run())
                .isInstanceOfSatisfying(
                        Violation.class, violation -> assertThat(invariants).contains(violation.invariant()));
    }

    @Test
    void aGateWithoutEpochsIsFound() {
        isFound(new WithoutEpochs(), "S1 S2");
    }

    @Test
    void aTakeoverOnSilenceOfTheFabricIsFound() {
        isFound(new FabricOnly(), "S1");
    }

    @Test
    void aLeaseRenewedWithoutAnEchoIsFound() {
        isFound(new WithoutEcho(), "S1 S2");
    }
}
