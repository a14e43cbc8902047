package io.fairway.node.cli;

import io.fairway.node.api.ControlClient;
import io.fairway.node.api.ControlException;
import io.fairway.node.api.ControlRequest;
import io.fairway.node.api.NodeDirectory;
import io.fairway.node.api.NodeStatus;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Starts a node's sentinel, which starts the node, and waits until the node answers. */
final class NodeLauncher {
    private static final String SENTINEL_MAIN = "io.fairway.ha.sentinel.SentinelMain";
    private static final String NODE_MAIN = "io.fairway.node.NodeMain";
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long POLL_MS = 100;
    private static final long PROGRESS_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long STOP_TIMEOUT_S = 10;
    private static final int ANSWER_TIMEOUT_MS = 1000;
    private static final int LOG_LINES = 8;

    private final NodeDirectory directory;
    private final NodeProcesses processes;
    private final Path config;
    private final Kind kind;
    private final PrintWriter err;
    private final Mains mains;

    NodeLauncher(final NodeDirectory directory, final Path config, final Kind kind, final PrintWriter err) {
        this(directory, config, kind, err, new Mains(SENTINEL_MAIN, NODE_MAIN));
    }

    /**
     * What the configuration says of the node's processes.
     *
     * @param seals whether payload is sealed, which needs the second compiler (docs/decisions/009)
     * @param split whether the controller is a process of its own
     */
    record Kind(boolean seals, boolean split) {}

    /** The classes of the two programs. */
    record Mains(String sentinel, String node) {}

    /** With other programs in the place of sentinel and node. */
    NodeLauncher(
            final NodeDirectory directory,
            final Path config,
            final Kind kind,
            final PrintWriter err,
            final Mains mains) {
        this.directory = directory;
        this.config = config.toAbsolutePath();
        this.kind = kind;
        this.err = err;
        this.mains = mains;
        processes = new NodeProcesses(directory);
    }

    /** Starts the node as a daemon; returns what it says of itself once it answers. */
    NodeStatus start() {
        prepare();
        final long logBegin = logLength();
        final List<String> command = sentinelCommand();
        if (Files.isExecutable(SETSID)) {
            // A session of its own: closing the terminal must not end the node.
            command.addFirst(SETSID.toString());
        }
        final ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.log().toFile()));
        try {
            return await(builder.start(), logBegin);
        } catch (final IOException e) {
            throw new CliException(CliException.FAILED, "the sentinel cannot be started: " + e.getMessage());
        }
    }

    /** Runs the node under this terminal until it ends; returns the sentinel's exit code. */
    int runInForeground() {
        prepare();
        try {
            final Process sentinel =
                    new ProcessBuilder(sentinelCommand()).inheritIO().start();
            final Thread stopper = new Thread(() -> stopAndWait(sentinel));
            Runtime.getRuntime().addShutdownHook(stopper);
            return sentinel.waitFor();
        } catch (final IOException e) {
            throw new CliException(CliException.FAILED, "the sentinel cannot be started: " + e.getMessage());
        } catch (final InterruptedException e) {
            throw interrupted();
        }
    }

    private void prepare() {
        try {
            Files.createDirectories(directory.path());
            final String holder = processes
                    .node()
                    .map(node -> "process " + node.pid() + " holds ")
                    .orElse("held: ");
            // A node that lost its sentinel gets another one; both kinds of starting agree on who it is by its files.
            if (processes.locked()
                    && (processes.sentinel().isPresent() || processes.node().isEmpty())) {
                throw new CliException(
                        CliException.FAILED,
                        directory.node() + " is already running (" + holder
                                + directory.lock() + "); stop it with: fairway node stop --node " + directory.node()
                                + " --state-dir " + directory.path().getParent());
            }
            if (processes.sentinel().isPresent()) {
                throw new CliException(
                        CliException.FAILED,
                        directory.node() + " is already started: its sentinel," + " process "
                                + processes.sentinel().get().pid() + ", is about to start it again");
            }
            if (!processes.locked()) {
                Files.deleteIfExists(directory.controlSocket());
                Files.deleteIfExists(directory.nodePid());
            }
            Files.deleteIfExists(directory.sentinelPid());
        } catch (final AccessDeniedException e) {
            throw new CliException(
                    CliException.FAILED,
                    "the state directory " + directory.path()
                            + " may not be written; name another one with --state-dir," + " or be root");
        } catch (final IOException e) {
            throw new CliException(
                    CliException.FAILED, "the state directory " + directory.path() + " cannot be used: " + e);
        }
    }

    private List<String> sentinelCommand() {
        final JvmFlags flags = JvmFlags.read();
        final List<String> command = java(flags, "fairway.sentinel.flags", mains.sentinel());
        command.addAll(nodeArguments());
        if (kind.split()) {
            command.addAll(nodeCommand(flags, "--role", "forwarder"));
            command.addAll(nodeCommand(flags, "--role", "controller"));
        } else {
            command.addAll(nodeCommand(flags));
        }
        return command;
    }

    /** What the sentinel is to start, after a separator. */
    private List<String> nodeCommand(final JvmFlags flags, final String... role) {
        final List<String> node = java(flags, "fairway.node.flags", mains.node());
        node.addAll(1, nodeOptions());
        node.addAll(1, flags.get(kind.seals() ? "fairway.sealing.flags" : "fairway.clear.flags"));
        node.addAll(nodeArguments());
        node.addAll(List.of(role));
        node.addFirst("--");
        return node;
    }

    /** What the launcher adds for the node's JVM: where its ahead-of-time cache is (JEP 514). */
    private static List<String> nodeOptions() {
        final String options = System.getenv("FAIRWAY_NODE_OPTIONS");
        return options == null || options.isBlank()
                ? List.of()
                : List.of(options.strip().split("\\s+"));
    }

    private static List<String> java(final JvmFlags flags, final String ownFlags, final String mainClass) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags.get("fairway.jvm.flags"));
        command.addAll(flags.get(ownFlags));
        command.add("-cp");
        command.add(Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator)));
        command.add(mainClass);
        return command;
    }

    private List<String> nodeArguments() {
        return List.of(
                "--state-dir", directory.path().toString(), "--node", directory.node(), "--config", config.toString());
    }

    private NodeStatus await(final Process sentinel, final long logBegin) {
        final long beginNs = System.nanoTime();
        long nextProgressNs = beginNs + PROGRESS_NS;
        while (System.nanoTime() - beginNs < START_TIMEOUT_NS) {
            if (ended(sentinel)) {
                throw failed("ended before it answered", logBegin);
            }
            try {
                final NodeStatus status = ControlClient.ask(
                        directory, ControlRequest.of(ControlRequest.NODE_STATUS), ANSWER_TIMEOUT_MS, NodeStatus.class);
                if (status.processes().controller() != null) {
                    return status;
                }
            } catch (final ControlException e) {
                // Not yet, or never: the sentinel tells which. It restarts a node that its partner overtook meanwhile.
            }
            if (System.nanoTime() - nextProgressNs >= 0) {
                err.println("fairway: waiting for " + directory.node() + " ...");
                err.flush();
                nextProgressNs += PROGRESS_NS;
            }
        }
        stopAndWait(sentinel);
        throw failed("did not answer within 60 s and was stopped", logBegin);
    }

    private static boolean ended(final Process sentinel) {
        try {
            return sentinel.waitFor(POLL_MS, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            throw interrupted();
        }
    }

    private static void stopAndWait(final Process sentinel) {
        sentinel.destroy();
        try {
            if (!sentinel.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS)) {
                sentinel.destroyForcibly();
            }
        } catch (final InterruptedException e) {
            throw interrupted();
        }
    }

    private static CliException interrupted() {
        Thread.currentThread().interrupt();
        return new CliException(CliException.FAILED, "interrupted");
    }

    private CliException failed(final String how, final long logBegin) {
        return new CliException(
                CliException.FAILED,
                directory.node() + " " + how + "; the whole log is " + directory.log() + "\n"
                        + String.join("\n", lastWords(logBegin)));
    }

    private long logLength() {
        try {
            return Files.exists(directory.log()) ? Files.size(directory.log()) : 0;
        } catch (final IOException e) {
            return 0;
        }
    }

    /** The lines that say why, without stack traces: from the first "cannot start" on, else the last ones. */
    private List<String> lastWords(final long logBegin) {
        try {
            final byte[] log = Files.readAllBytes(directory.log());
            final int begin = (int) Math.min(logBegin, log.length);
            final List<String> lines = new String(log, begin, log.length - begin, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.matches("\\s+(at |\\.\\.\\. ).*|WARNING: .*"))
                    .toList();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).contains("cannot start")) {
                    return lines.subList(i, Math.min(lines.size(), i + LOG_LINES));
                }
            }
            return lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size());
        } catch (final IOException e) {
            return List.of("its log cannot be read: " + e);
        }
    }
}
