package io.fairway.ha.witness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Runs the configured program that cuts the partner off. May block for its time limit; never on the pair's thread. */
public final class FenceCommand {
    private static final int LIMIT_S = 30;
    private static final int LONGEST_ANSWER = 200;

    private FenceCommand() {}

    /**
     * What became of it.
     *
     * @param done whether it ended with 0
     * @param what its last line, or why there is none
     */
    public record Result(boolean done, String what) {}

    /** Runs the program with the partner's name behind its arguments, for 30 s at most. */
    public static Result run(final List<String> command, final String partner) {
        final List<String> words = new ArrayList<>(command);
        words.add(partner);
        try {
            final Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            final AtomicReference<String> lastLine = new AtomicReference<>("");
            final Thread reader = Thread.ofVirtual().name("fence-output").start(() -> read(process, lastLine));
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Result(false, command.getFirst() + " did not end within " + LIMIT_S + " s");
            }
            // Who inherited the output may keep it open for ever.
            reader.join(Duration.ofSeconds(1));
            final String last = lastLine.get();
            final String line = last.length() > LONGEST_ANSWER ? last.substring(0, LONGEST_ANSWER) : last;
            final int exit = process.exitValue();
            return new Result(
                    exit == 0,
                    exit == 0
                            ? line.isEmpty() ? command.getFirst() + " says so" : line
                            : command.getFirst() + " ended with " + exit + (line.isEmpty() ? "" : ": " + line));
        } catch (final IOException e) {
            return new Result(false, e.getMessage());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Result(false, "interrupted");
        }
    }

    /** As it comes, since a full pipe would hold the program up. */
    private static void read(final Process process, final AtomicReference<String> lastLine) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(lastLine::set);
        } catch (final IOException | UncheckedIOException e) {
            // The program is gone.
        }
    }
}
