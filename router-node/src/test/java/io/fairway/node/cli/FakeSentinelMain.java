package io.fairway.node.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Starts what stands behind "--", and ends it when told to end; never starts it again. */
final class FakeSentinelMain {
    private FakeSentinelMain() {}

    public static void main(final String[] arguments) throws IOException, InterruptedException {
        final List<String> words = Arrays.asList(arguments);
        final Path directory = Path.of(words.get(words.indexOf("--state-dir") + 1));
        Files.writeString(
                directory.resolve("sentinel.pid"),
                Long.toString(ProcessHandle.current().pid()));
        final Process node = new ProcessBuilder(words.subList(words.indexOf("--") + 1, words.size()))
                .inheritIO()
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            node.destroy();
            node.onExit().join();
        }));
        node.waitFor();
        if (node.exitValue() == 78) {
            // As the real one: starting again would fail again.
            Runtime.getRuntime().halt(78);
        }
    }
}
