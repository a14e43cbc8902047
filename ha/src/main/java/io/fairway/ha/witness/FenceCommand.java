package io.fairway.ha.witness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Result(false, command.getFirst() + " did not end within " + LIMIT_S + " s");
            }
            final String said =
                    new String(process.getInputStream().readNBytes(64 * 1024), StandardCharsets.UTF_8).strip();
            final String last = said.substring(said.lastIndexOf('\n') + 1);
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
}
