package io.fairway.node.cli;

import com.google.gson.JsonElement;
import io.fairway.node.api.ControlClient;
import io.fairway.node.api.ControlException;
import io.fairway.node.api.ControlRequest;
import io.fairway.node.api.NodeDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which node a command speaks to: the options that all of them share. */
final class NodeOptions {
    private static final int ANSWER_TIMEOUT_MS = 10_000;

    @Mixin
    private StateOptions state;

    @Option(names = "--node", paramLabel = "NODE", description = "The node; may be left out where one node lives.")
    private String node;

    /** The directory of the node that is meant. */
    NodeDirectory directory() {
        if (node != null) {
            return NodeDirectory.of(state.root(), node);
        }
        final List<String> nodes = nodes();
        if (nodes.isEmpty()) {
            throw new CliException(
                    CliException.NOT_THERE,
                    "no node lives in " + state.root()
                            + "; start one with: fairway node start --config FILE --node NODE, or name another"
                            + " --state-dir");
        }
        if (nodes.size() > 1) {
            throw new CliException(
                    CliException.USAGE,
                    "several nodes live in " + state.root() + " (" + String.join(", ", nodes)
                            + "); say which one with --node");
        }
        return NodeDirectory.of(state.root(), nodes.getFirst());
    }

    /** Asks the node; a failure becomes what the user reads. */
    JsonElement ask(final ControlRequest request) {
        final NodeDirectory directory = directory();
        try {
            return ControlClient.ask(directory, request, ANSWER_TIMEOUT_MS);
        } catch (final ControlException e) {
            throw failure(directory, e);
        }
    }

    private CliException failure(final NodeDirectory directory, final ControlException e) {
        if (!e.isNotThere() || !e.getMessage().contains("not running")) {
            return new CliException(e.isNotThere() ? CliException.NOT_THERE : CliException.FAILED, e.getMessage());
        }
        return notRunning(directory);
    }

    /** What the user reads when the node does not run. */
    CliException notRunning(final NodeDirectory directory) {
        final Optional<ProcessHandle> controller = new NodeProcesses(directory).controller();
        if (controller.isPresent()) {
            return new CliException(
                    CliException.NOT_THERE,
                    "the forwarder of " + directory.node() + " does not run: nothing is forwarded, and its controller,"
                            + " process " + controller.get().pid() + ", waits for it");
        }
        return new CliException(
                CliException.NOT_THERE,
                directory.node() + " is not running (no answer on " + directory.controlSocket()
                        + "); start it with: fairway node start --config FILE --node " + directory.node()
                        + state.again());
    }

    /** Every directory that looks like a node's. */
    private List<String> nodes() {
        try (Stream<Path> entries = Files.list(state.root())) {
            return entries.filter(entry -> Files.exists(entry.resolve("lock")))
                    .map(entry -> entry.getFileName().toString())
                    .sorted()
                    .collect(Collectors.toList());
        } catch (final IOException e) {
            return List.of();
        }
    }
}
