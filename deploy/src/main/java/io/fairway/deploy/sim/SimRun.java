package io.fairway.deploy.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs plans, one after the other, in a folder of its own for the nodes' gates. */
final class SimRun {
    private final Path folder;
    private final Build build;

    /** @param folder must exist, best in memory */
    SimRun(final Path folder, final Build build) {
        this.folder = folder;
        this.build = build;
    }

    /**
     * What came of a plan.
     *
     * @param plan it
     * @param simulatedNs how long it lasted for the pair
     * @param hash of all that was seen
     * @param broken the invariant that broke, or null
     * @param what in a sentence, or null
     * @param evidence what was reached, and how often
     * @param story the last decisions
     */
    record Result(
            Plan plan,
            long simulatedNs,
            long hash,
            String broken,
            String what,
            Map<String, Integer> evidence,
            List<String> story) {}

    /** Lives through a plan. */
    Result run(final Plan plan) {
        clear();
        try (World world = new World(plan, build, folder)) {
            String broken = null;
            String what = null;
            try {
                world.run();
            } catch (final BrokenInvariant e) {
                broken = e.invariant();
                what = e.getMessage();
            } catch (final RuntimeException | AssertionError e) {
                broken = "defect";
                what = e.toString() + " at " + (e.getStackTrace().length == 0 ? "?" : e.getStackTrace()[0]);
            }
            final List<String> story = new ArrayList<>();
            world.story().forEach(story::add);
            return new Result(
                    plan,
                    world.timeline().nowNs(),
                    world.trace().hash(),
                    broken,
                    what == null ? null : what + ", at " + world.timeline().nowNs() / 1_000_000 + " ms",
                    Map.copyOf(world.evidence()),
                    story);
        }
    }

    /** The gates of the run before would say who owned what. */
    private void clear() {
        try {
            for (int i = 0; i < 2; i++) {
                Files.deleteIfExists(folder.resolve("gate" + i));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("the folder for the gates cannot be used", e);
        }
    }
}
