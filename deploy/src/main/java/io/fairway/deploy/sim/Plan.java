package io.fairway.deploy.sim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What happens to a pair: the workload is the seed's, the faults are named, so that a plan stays repeatable when faults
 * are taken out.
 *
 * @param seed of all streams of numbers but the faults'
 * @param faults in the order of their beginning
 */
record Plan(long seed, List<Fault> faults) {
    /** When faults begin, ms. */
    static final long CALM_MS = 6_000;

    /** When the storm is over and a core is healed, ms. */
    static final long STORM_END_MS = 36_000;

    private static final int MOST_FAULTS = 14;
    private static final long[] LENGTHS_MS = {5, 15, 30, 60, 200, 600, 2_000, 6_000, 15_000};
    private static final int[] AMOUNTS = {10_000, 100_000, 300_000, 600_000};

    Plan {
        faults = faults.stream().sorted(Comparator.comparingLong(Fault::atMs)).toList();
    }

    /** The storm of a seed: a few kinds of faults of its own, sometimes close together. */
    static Plan of(final long seed) {
        final SimRandom random = new SimRandom(seed, "faults");
        final List<Fault.Kind> kinds = new ArrayList<>();
        final Fault.Kind[] all = Fault.Kind.values();
        for (int i = 1 + random.below(6); i > 0; i--) {
            kinds.add(all[random.below(all.length)]);
        }
        // Nothing is proved where no process ever ends.
        kinds.add(random.below(2) == 0 ? Fault.Kind.KILL : Fault.Kind.POWER_LOST);
        final boolean crowded = random.below(3) == 0;
        final List<Fault> faults = new ArrayList<>();
        long atMs = CALM_MS;
        for (int i = 1 + random.below(MOST_FAULTS); i > 0; i--) {
            atMs = crowded ? atMs + random.between(0, 700) : random.between(CALM_MS, STORM_END_MS - 1_000);
            faults.add(fault(random, kinds.get(random.below(kinds.size())), Math.min(atMs, STORM_END_MS - 1_000)));
        }
        return new Plan(seed, Stream.concat(Recipes.of(seed), faults.stream()).toList());
    }

    private static Fault fault(final SimRandom random, final Fault.Kind kind, final long atMs) {
        final long forMs = kind.isMomentary() ? 0 : LENGTHS_MS[random.below(LENGTHS_MS.length)];
        final int amount =
                switch (kind) {
                    case LOSE, REPEAT, CORRUPT, REORDER, REPLAY -> AMOUNTS[random.below(AMOUNTS.length)];
                    case DELAY -> 1 << random.below(9);
                    case FLAP -> 1 + random.below(50);
                    case WALL_JUMP -> (int) random.between(-7_200_000, 7_200_000);
                    default -> 0;
                };
        return new Fault(atMs, forMs, kind, kind.onPath() ? random.below(12) : random.below(2), amount);
    }

    /** Without the fault at this place. */
    Plan without(final int index) {
        final List<Fault> left = new ArrayList<>(faults);
        left.remove(index);
        return new Plan(seed, left);
    }

    /** With another fault at this place. */
    Plan with(final int index, final Fault fault) {
        final List<Fault> changed = new ArrayList<>(faults);
        changed.set(index, fault);
        return new Plan(seed, changed);
    }

    /** A line for the seed and one per fault. */
    String text() {
        return "seed " + seed + "\n" + faults.stream().map(Fault::toString).collect(Collectors.joining("\n"));
    }

    /** Reads {@link #text}. */
    static Plan parse(final String text) {
        final List<String> lines =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return new Plan(
                Long.parseLong(lines.getFirst().replace("seed ", "")),
                lines.stream().skip(1).map(Fault::parse).toList());
    }
}
