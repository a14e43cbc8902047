package io.fairway.deploy.sim;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Simulates the pair, seed after seed; {@code deploy/sim} starts it and explains its options. Exits 1 when an invariant
 * broke.
 */
public final class SimMain {
    private static final long PROGRESS_NS = 10_000_000_000L;

    /** A campaign of so many seeds must have reached everything. */
    private static final long CAMPAIGN_SEEDS = 1_000;

    private long seed = System.nanoTime();
    private long forNs = TimeUnit.MINUTES.toNanos(1);
    private long seeds = Long.MAX_VALUE;
    private Path planFile;
    private boolean goOn;
    private boolean story;

    private final Map<String, Integer> evidence = new TreeMap<>();
    private final Map<String, Integer> broken = new TreeMap<>();
    private long simulatedNs;
    private long done;
    private long lastHash;

    private SimMain() {}

    /**
     * Runs a campaign.
     *
     * @param words the options
     */
    public static void main(final String[] words) throws IOException {
        final SimMain main = new SimMain();
        try {
            main.options(words);
        } catch (final IllegalArgumentException e) {
            System.err.println("sim: " + e.getMessage());
            System.exit(2);
        }
        final Path shared = Path.of("/dev/shm");
        final Path folder =
                Files.createTempDirectory(Files.isWritable(shared) ? shared : Path.of("/tmp"), "fairway-sim");
        final boolean whole;
        try {
            whole = main.run(new SimRun(folder, new Build()));
        } finally {
            Files.deleteIfExists(folder.resolve("gate0"));
            Files.deleteIfExists(folder.resolve("gate1"));
            Files.deleteIfExists(folder);
        }
        System.exit(whole ? 0 : 1);
    }

    private void options(final String[] words) {
        for (int i = 0; i < words.length; i++) {
            final String word = words[i];
            if (word.equals("--go-on")) {
                goOn = true;
            } else if (word.equals("--story")) {
                story = true;
            } else if (i + 1 == words.length) {
                throw new IllegalArgumentException(word + " is no option, or needs a value");
            } else {
                option(word, words[++i]);
            }
        }
    }

    private void option(final String word, final String value) {
        switch (word) {
            case "--seed" -> seed = Long.parseLong(value);
            case "--seeds" -> seeds = Long.parseLong(value);
            case "--for" -> forNs = duration(value);
            case "--plan" -> planFile = Path.of(value);
            default -> throw new IllegalArgumentException("no such option: " + word);
        }
    }

    private static long duration(final String text) {
        final long number = Long.parseLong(text.substring(0, text.length() - 1));
        return switch (text.charAt(text.length() - 1)) {
            case 's' -> TimeUnit.SECONDS.toNanos(number);
            case 'm' -> TimeUnit.MINUTES.toNanos(number);
            case 'h' -> TimeUnit.HOURS.toNanos(number);
            default -> throw new IllegalArgumentException("a duration is 90s, 10m or 8h, not " + text);
        };
    }

    private boolean run(final SimRun run) throws IOException {
        if (planFile != null) {
            return report(run, run.run(Plan.parse(Files.readString(planFile))), false);
        }
        final long beginNs = System.nanoTime();
        long progressNs = beginNs;
        boolean whole = true;
        while (done < seeds && System.nanoTime() - beginNs < forNs && (whole || goOn)) {
            final SimRun.Result result = run.run(Plan.of(seed + done));
            count(result);
            whole &= report(run, result, !goOn);
            if (System.nanoTime() - progressNs > PROGRESS_NS) {
                progressNs = System.nanoTime();
                System.out.printf("sim: %d seeds, %.1f simulated hours%n", done, simulatedNs / 3.6e12);
            }
        }
        summary(System.nanoTime() - beginNs);
        return whole
                && (done < CAMPAIGN_SEEDS || Evidence.missing(evidence.keySet()).isEmpty());
    }

    private void count(final SimRun.Result result) {
        done++;
        simulatedNs += result.simulatedNs();
        lastHash = result.hash();
        result.evidence().forEach((what, times) -> evidence.merge(what, times, Integer::sum));
        if (result.broken() != null) {
            broken.merge(result.broken(), 1, Integer::sum);
        }
    }

    private boolean report(final SimRun run, final SimRun.Result result, final boolean shrink) {
        if (story) {
            result.story().forEach(line -> System.out.println("    " + line));
        }
        if (result.broken() == null) {
            return true;
        }
        System.out.println("BROKEN  " + result.what() + "; again: deploy/sim --seed "
                + result.plan().seed() + " --seeds 1");
        if (shrink) {
            System.out.println("sim: shrinking ...");
            System.out.println(new Shrinker(run, result.broken())
                    .shrink(result.plan())
                    .text()
                    .indent(4));
        }
        return false;
    }

    private void summary(final long tookNs) {
        System.out.printf(
                "sim: %d seeds (%d to %d), %.2f simulated hours in %d s; last trace hash %016x%n",
                done, seed, seed + done - 1, simulatedNs / 3.6e12, tookNs / 1_000_000_000, lastHash);
        final long cpuNs = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        System.out.printf("sim: %.0f times real time on one core%n", (double) simulatedNs / cpuNs);
        evidence.forEach((what, times) -> System.out.printf("%9d  %s%n", times, what));
        final List<String> missing = Evidence.missing(evidence.keySet());
        if (!missing.isEmpty()) {
            System.out.println("sim: not reached: " + String.join("; ", missing));
        }
        System.out.println(broken.isEmpty() ? "sim: no invariant broken" : "sim: broken " + broken);
    }
}
