package io.fairway.deploy.sim;

/** Makes a failing plan as small as it can: takes faults out one by one, then shortens those that are left. */
final class Shrinker {
    private static final int MOST_RUNS = 300;

    private final SimRun run;
    private final String broken;
    private int runs;

    /** @param broken the invariant that must still break */
    Shrinker(final SimRun run, final String broken) {
        this.run = run;
        this.broken = broken;
    }

    /** The smallest plan found that breaks the same. */
    Plan shrink(final Plan failing) {
        Plan smallest = failing;
        boolean smaller = true;
        while (smaller && runs < MOST_RUNS) {
            smaller = false;
            for (int i = smallest.faults().size() - 1; i >= 0; i--) {
                final Plan candidate = smallest.without(i);
                if (breaks(candidate)) {
                    smallest = candidate;
                    smaller = true;
                }
            }
        }
        for (int i = 0; i < smallest.faults().size(); i++) {
            smallest = shorten(smallest, i);
        }
        return smallest;
    }

    private Plan shorten(final Plan plan, final int index) {
        Plan shortest = plan;
        Fault fault = plan.faults().get(index);
        while (fault.forMs() > 1) {
            fault = new Fault(fault.atMs(), fault.forMs() / 2, fault.kind(), fault.where(), fault.amount());
            final Plan candidate = shortest.with(index, fault);
            if (!breaks(candidate)) {
                break;
            }
            shortest = candidate;
        }
        return shortest;
    }

    private boolean breaks(final Plan plan) {
        return runs++ < MOST_RUNS && broken.equals(run.run(plan).broken());
    }
}
