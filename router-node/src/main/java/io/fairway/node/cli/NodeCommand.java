package io.fairway.node.cli;

import io.fairway.model.config.Authority;
import io.fairway.model.config.Router;
import io.fairway.node.api.ControlRequest;
import io.fairway.node.api.NodeDirectory;
import io.fairway.node.api.NodeStatus;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts and stops nodes of this machine. */
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        description = "Starts and stops nodes on this machine.",
        synopsisSubcommandLabel = "WHAT",
        subcommands = HelpCommand.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  fairway node start --config lab.json --node node0",
            "  fairway node status",
            "  fairway node stop --node node0"
        })
final class NodeCommand {
    private static final long STOP_TIMEOUT_S = 20;

    @Spec
    private CommandSpec spec;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Starts a node and its sentinel, and waits until the node answers.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  fairway node start --config lab.json --node node0",
                "  fairway node start --config lab.json --node node0 --state-dir /tmp/fairway --foreground"
            })
    int start(
            @Option(names = "--config", required = true, paramLabel = "FILE", description = "The authority's file.")
                    final Path config,
            @Option(names = "--node", required = true, paramLabel = "NODE", description = "The node, as FILE names it.")
                    final String node,
            @Mixin final StateOptions state,
            @Option(names = "--foreground", description = "Stay, log to this terminal, end with the node.")
                    final boolean foreground) {
        final Authority authority = ConfigCommand.read(config);
        if (authority.routerOfNode(node) == null) {
            throw new CliException(
                    CliException.FAILED,
                    config + " describes no node " + node + "; its nodes are "
                            + authority.routers().stream()
                                    .flatMap(router -> router.nodes().stream())
                                    .map(Router.Node::name)
                                    .collect(Collectors.joining(", ")));
        }
        final NodeDirectory directory = NodeDirectory.of(state.root(), node);
        final NodeLauncher.Kind kind = new NodeLauncher.Kind(
                !authority.sealingPolicies().isEmpty(),
                authority.routerOfNode(node).processes() == Router.Processes.SPLIT);
        final NodeLauncher launcher =
                new NodeLauncher(directory, config, kind, spec.commandLine().getErr());
        if (foreground) {
            return launcher.runInForeground();
        }
        final NodeStatus status = launcher.start();
        say(status.node() + " of router " + status.router() + " is running (process " + status.processId() + ", "
                + directory.path() + ")");
        return 0;
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Stops a node and its sentinel; its partner takes over at once.",
            footerHeading = "%nExample:%n",
            footer = "  fairway node stop --node node0")
    void stop(@Mixin final NodeOptions options) {
        final NodeDirectory directory = options.directory();
        final NodeProcesses processes = new NodeProcesses(directory);
        final Optional<ProcessHandle> node = processes.node();
        final Optional<ProcessHandle> controller = processes.controller();
        final Optional<ProcessHandle> sentinel = processes.sentinel();
        if (sentinel.or(() -> node).or(() -> controller).isEmpty()) {
            throw options.notRunning(directory);
        }
        if (sentinel.isPresent()) {
            sentinel.get().destroy();
            awaitEnd(directory, sentinel.get());
        } else {
            controller.ifPresent(ProcessHandle::destroy);
            node.ifPresent(ProcessHandle::destroy);
        }
        node.ifPresent(process -> awaitEnd(directory, process));
        controller.ifPresent(process -> awaitEnd(directory, process));
        say(directory.node() + " is stopped");
    }

    private static void awaitEnd(final NodeDirectory directory, final ProcessHandle process) {
        try {
            process.onExit().get(STOP_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (final TimeoutException e) {
            throw new CliException(
                    CliException.FAILED,
                    directory.node() + " did not stop within " + STOP_TIMEOUT_S + " s; end it with: kill -9 "
                            + process.pid());
        } catch (final ExecutionException e) {
            throw new CliException(CliException.FAILED, "the end of process " + process.pid() + " was not seen: " + e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(CliException.FAILED, "interrupted");
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Says how a node is; exit code 3 if it is not there.",
            footerHeading = "%nExample:%n",
            footer = "  fairway node status -o json")
    void status(@Mixin final ShowOptions options) {
        options.show(ControlRequest.of(ControlRequest.NODE_STATUS), NodeStatus.class, NodeCommand::printStatus);
    }

    private static void printStatus(final NodeStatus status, final PrintWriter out) {
        final Facts facts = new Facts();
        facts.add("node", status.node());
        facts.add("release", status.release());
        facts.add("router", status.router());
        facts.add("authority", status.authority());
        facts.add("state", status.state());
        facts.add(status.processes());
        facts.add("uptime", Durations.of(status.uptimeMs()));
        facts.add("sessions", status.sessions() + " of at most " + status.maxSessions());
        facts.print(out);
    }

    private void say(final String sentence) {
        spec.commandLine().getOut().println(sentence);
        spec.commandLine().getOut().flush();
    }
}
