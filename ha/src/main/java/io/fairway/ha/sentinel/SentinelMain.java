package io.fairway.ha.sentinel;

import io.fairway.dataplane.io.ThreadScheduling;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * {@code SentinelMain --state-dir DIR --node NAME [--config FILE] -- COMMAND... [-- COMMAND...]}: starts the command,
 * which is the node, watches it and starts it again; of a node in two processes the first command is the forwarder, the
 * second the controller. SIGTERM stops all. Exits with 0 after a stop, with 78 if the node did so.
 */
public final class SentinelMain {
    private static final int REAL_TIME_PRIORITY = 40;
    private static final int FAILED = 1;
    private static final int USAGE = 64;

    private SentinelMain() {}

    /** What the command line says. */
    private record Arguments(Path stateDirectory, String node, List<String> command, List<String> controller) {
        static Arguments parse(final List<String> args) {
            Path stateDirectory = null;
            String node = "node";
            final int split = args.indexOf("--");
            if (split < 0 || split + 1 == args.size() || split % 2 != 0) {
                return null;
            }
            for (int i = 0; i < split; i += 2) {
                switch (args.get(i)) {
                    case "--state-dir" -> stateDirectory = Path.of(args.get(i + 1));
                    case "--node" -> node = args.get(i + 1);
                    case "--config" -> {
                        // The node's own business; what the sentinel needs of it stands in the node's plan.
                    }
                    default -> {
                        return null;
                    }
                }
            }
            final List<String> commands = args.subList(split + 1, args.size());
            final int second = commands.indexOf("--");
            final int end = second < 0 ? commands.size() : second;
            final List<String> controller = second < 0 ? List.of() : commands.subList(second + 1, commands.size());
            return stateDirectory == null || end == 0
                    ? null
                    : new Arguments(stateDirectory, node, commands.subList(0, end), controller);
        }
    }

    /** Runs until the node is not to be started again. */
    public static void main(final String[] args) throws IOException, InterruptedException {
        final Arguments arguments = Arguments.parse(List.of(args));
        if (arguments == null) {
            System.err.println("usage: --state-dir DIR --node NAME [--config FILE] -- COMMAND... [-- COMMAND...]");
            System.exit(USAGE);
            return;
        }
        final StateDirectory state = new StateDirectory(arguments.stateDirectory());
        Files.createDirectories(state.path());
        final FileLock lock = state.lockSentinel();
        if (lock == null) {
            log(arguments.node(), "another sentinel watches " + state.path());
            System.exit(FAILED);
            return;
        }
        Files.writeString(state.sentinelPid(), ProcessHandle.current().pid() + "\n");
        final Supervisor supervisor =
                new Supervisor(state, arguments.command(), arguments.controller(), line -> log(arguments.node(), line));
        final Thread hook = new Thread(() -> stop(supervisor), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        ThreadScheduling.realTime(REAL_TIME_PRIORITY);
        ThreadScheduling.timerSlackNs(1);
        final int exitCode = run(supervisor, arguments.node());
        // After a signal the hook is waiting for this thread's end, and ends the process itself.
        if (exitCode != 0) {
            System.out.flush();
            Runtime.getRuntime().halt(exitCode);
        }
        lock.release();
    }

    private static int run(final Supervisor supervisor, final String node) throws InterruptedException {
        try {
            return supervisor.run();
        } catch (final IOException e) {
            log(node, e.getMessage());
            return FAILED;
        }
    }

    private static void stop(final Supervisor supervisor) {
        try {
            supervisor.stop();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static void log(final String node, final String line) {
        System.out.println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS) + " sentinel of " + node
                + ": " + line);
    }
}
