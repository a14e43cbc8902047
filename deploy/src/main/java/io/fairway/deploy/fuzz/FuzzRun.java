package io.fairway.deploy.fuzz;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Runs one target over a range of inputs on some threads, each with a target of its own. An input is made of the seed
 * and its number alone, so that it can be run again by itself.
 */
final class FuzzRun {
    private static final int CHUNK = 1024;
    private static final long PROGRESS_MS = TimeUnit.SECONDS.toMillis(5);

    /**
     * What went wrong first.
     *
     * @param input the input's number
     * @param packets its bytes
     * @param cause what was thrown
     */
    record Failure(long input, List<byte[]> packets, Throwable cause) {}

    private final String name;
    private final Supplier<FuzzTarget> targets;
    private final long seed;
    private final long first;
    private final long inputs;
    private final AtomicLong claimed = new AtomicLong();
    private final LongAdder done = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    private final AtomicReference<Failure> failure = new AtomicReference<>();

    /**
     * @param name of the target, for people
     * @param first the first input's number
     * @param inputs how many
     */
    FuzzRun(
            final String name,
            final Supplier<FuzzTarget> targets,
            final long seed,
            final long first,
            final long inputs) {
        this.name = name;
        this.targets = targets;
        this.seed = seed;
        this.first = first;
        this.inputs = inputs;
    }

    /**
     * Runs all inputs, or until one fails; says on standard error how far it is.
     *
     * @return the failure, or null
     */
    Failure run(final int threads) throws InterruptedException {
        final long beginNs = System.nanoTime();
        final List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(Thread.ofPlatform().name("fuzz-" + i).start(this::work));
        }
        for (final Thread worker : workers) {
            while (!worker.join(Duration.ofMillis(PROGRESS_MS))) {
                System.err.printf("%s: %,d of %,d inputs%n", name, done.sum(), inputs);
            }
        }
        final double seconds = (System.nanoTime() - beginNs) / 1e9;
        if (failure.get() == null) {
            System.out.printf(
                    "%-12s %,d inputs, %.0f %% accepted, none failed; %.1f s, %,.0f inputs/s; seed %d%n",
                    name, inputs, 100.0 * accepted.sum() / inputs, seconds, inputs / seconds, seed);
        }
        return failure.get();
    }

    private void work() {
        final FuzzRandom random = new FuzzRandom();
        try (FuzzTarget target = targets.get()) {
            long begin = claimed.getAndAdd(CHUNK);
            while (begin < inputs && failure.get() == null) {
                final long end = Math.min(inputs, begin + CHUNK);
                accepted.add(runChunk(target, random, first + begin, first + end));
                done.add(end - begin);
                begin = claimed.getAndAdd(CHUNK);
            }
        }
    }

    private int runChunk(final FuzzTarget target, final FuzzRandom random, final long begin, final long end) {
        int good = 0;
        for (long input = begin; input < end; input++) {
            random.begin(seed, input);
            try {
                good += target.run(random) ? 1 : 0;
            } catch (final RuntimeException | Error e) {
                failure.compareAndSet(null, new Failure(input, target.input(), e));
                return good;
            }
        }
        return good;
    }

    /** Says on standard output what failed, and how to run it again. */
    void print(final Failure failed) {
        System.out.printf("%s FAILED: seed %d, input %d: %s%n", name, seed, failed.input(), failed.cause());
        for (final byte[] packet : failed.packets()) {
            System.out.println("  " + HexFormat.of().formatHex(packet));
        }
        System.out.printf(
                "again: deploy/bench/fuzz --target %s --seed %d --first %d --inputs 1%n", name, seed, failed.input());
        failed.cause().printStackTrace(System.out);
    }
}
