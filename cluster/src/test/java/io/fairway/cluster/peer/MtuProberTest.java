package io.fairway.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.peer.MtuAction.Become;
import io.fairway.cluster.peer.MtuAction.Found;
import io.fairway.cluster.peer.MtuAction.Probe;
import io.fairway.cluster.peer.MtuEvent.Answered;
import io.fairway.cluster.peer.MtuEvent.PathDown;
import io.fairway.cluster.peer.MtuEvent.PathUp;
import io.fairway.cluster.peer.MtuEvent.Tick;
import io.fairway.cluster.peer.exchange.PeerSeeds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** The search for a path's MTU, named cases and against any path. */
class MtuProberTest {
    private static final long S = 1_000_000_000L;

    private long nowNs = Long.MAX_VALUE - 5 * S;

    /** Runs a prober over a path that carries so much and loses some; returns the sizes probed. */
    private List<Integer> run(
            final MtuProber prober, final int pathBytes, final double loss, final SplittableRandom random) {
        final List<Integer> probed = new ArrayList<>();
        List<MtuAction> actions = prober.on(new PathUp(), nowNs);
        while (prober.state() == MtuState.SEARCHING) {
            List<MtuAction> next = List.of();
            for (final MtuAction action : actions) {
                if (action instanceof Probe(final int bytes)) {
                    probed.add(bytes);
                    if (bytes <= pathBytes && random.nextDouble() >= loss) {
                        next = prober.on(new Answered(bytes), nowNs + S / 10);
                    }
                }
            }
            if (next.isEmpty()) {
                nowNs = prober.deadlineNs(nowNs);
                next = prober.on(new Tick(), nowNs);
            }
            actions = next;
        }
        return probed;
    }

    @Property(tries = 2_000, shrinking = ShrinkingMode.OFF)
    void findsWhatThePathCarries(@ForAll(supplier = PeerSeeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final int interfaceBytes = random.nextInt(576, 10_000);
        final int pathBytes = random.nextInt(1_280, 10_000);
        final MtuProber prober = new MtuProber(interfaceBytes);
        final List<Integer> probed = run(prober, pathBytes, 0, random);
        assertThat(prober.mtuBytes()).as("seed %d", seed).isEqualTo(Math.min(interfaceBytes, pathBytes));
        assertThat(probed).as("seed %d", seed).hasSizeLessThanOrEqualTo(3 * 15);
        assertThat(probed).allMatch(bytes -> bytes <= interfaceBytes);
    }

    @Property(tries = 2_000, shrinking = ShrinkingMode.OFF)
    void lossMayHideBytesButNeverInventsThem(@ForAll(supplier = PeerSeeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final int interfaceBytes = random.nextInt(1_280, 10_000);
        final int pathBytes = random.nextInt(1_280, 10_000);
        final MtuProber prober = new MtuProber(interfaceBytes);
        run(prober, pathBytes, 0.5, random);
        assertThat(prober.mtuBytes()).as("seed %d", seed).isBetween(1_280, Math.min(interfaceBytes, pathBytes));
    }

    @Test
    void triesTheInterfaceFirst() {
        final MtuProber prober = new MtuProber(1_500);
        assertThat(prober.mtuBytes()).isEqualTo(1_280);
        assertThat(prober.on(new PathUp(), nowNs))
                .containsExactly(new Become(MtuState.SEARCHING, "the path came up"), new Probe(1_500));
        assertThat(prober.on(new Answered(1_500), nowNs)).contains(new Found(1_500));
        assertThat(prober.state()).isEqualTo(MtuState.SEARCH_COMPLETE);
    }

    @Test
    void threeProbesWithoutAnAnswerAreTooBig() {
        final MtuProber prober = new MtuProber(1_500);
        prober.on(new PathUp(), nowNs);
        assertThat(prober.on(new Tick(), nowNs + S - 1)).isEmpty();
        assertThat(prober.on(new Tick(), nowNs + S)).containsExactly(new Probe(1_500));
        assertThat(prober.on(new Tick(), nowNs + 2 * S)).containsExactly(new Probe(1_500));
        assertThat(prober.on(new Tick(), nowNs + 3 * S)).containsExactly(new Found(1_280), new Probe(1_390));
        assertThat(prober.on(new Answered(1_500), nowNs + 3 * S)).as("too late").isEmpty();
        assertThat(prober.on(new Answered(1_390), nowNs + 3 * S)).containsExactly(new Found(1_390), new Probe(1_445));
    }

    @Test
    void looksAgainAfterTenMinutes() {
        final MtuProber prober = new MtuProber(1_500);
        run(prober, 1_500, 0, new SplittableRandom(1));
        final long foundNs = nowNs;
        assertThat(prober.on(new Tick(), foundNs + 600 * S)).isEmpty();
        assertThat(prober.on(new Tick(), foundNs + 601 * S)).contains(new Probe(1_500));
        assertThat(prober.mtuBytes()).as("known until something else is").isEqualTo(1_500);
        nowNs = foundNs + 601 * S;
        run(prober, 1_400, 0, new SplittableRandom(1));
        assertThat(prober.mtuBytes()).isEqualTo(1_400);
    }

    @Test
    void aSearchAnewKeepsWhatItDoesNotDisprove() {
        final MtuProber prober = new MtuProber(1_500);
        run(prober, 1_400, 0, new SplittableRandom(1));
        nowNs = prober.deadlineNs(nowNs);
        final List<Integer> known = new ArrayList<>();
        List<MtuAction> actions = prober.on(new Tick(), nowNs);
        while (prober.state() == MtuState.SEARCHING) {
            final int probed = ((Probe) actions.getLast()).packetBytes();
            nowNs += S;
            actions = prober.on(probed <= 1_350 ? new Answered(probed) : new Tick(), nowNs);
            known.add(prober.mtuBytes());
        }
        assertThat(known).as("1,500 failed, then 1,390").startsWith(1_400, 1_400, 1_400, 1_400, 1_400, 1_280);
        assertThat(known).endsWith(1_350).isSubsetOf(1_400, 1_280, 1_335, 1_348, 1_349, 1_350);
    }

    @Test
    void aPathThatIsDownIsNotProbed() {
        final MtuProber prober = new MtuProber(1_500);
        assertThat(prober.on(new PathDown(), nowNs)).isEmpty();
        prober.on(new PathUp(), nowNs);
        prober.on(new PathDown(), nowNs);
        assertThat(prober.state()).isEqualTo(MtuState.DISABLED);
        assertThat(prober.on(new Tick(), nowNs + 10 * S)).isEmpty();
        assertThat(prober.on(new Answered(1_500), nowNs)).isEmpty();
        assertThat(prober.mtuBytes()).isEqualTo(1_280);
    }
}
