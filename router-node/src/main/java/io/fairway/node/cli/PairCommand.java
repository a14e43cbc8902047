package io.fairway.node.cli;

import com.google.gson.Gson;
import io.fairway.node.api.ControlRequest;
import io.fairway.node.api.PairStatus;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What an operator may want of a pair. */
@Command(
        name = "pair",
        mixinStandardHelpOptions = true,
        description = "Moves sessions and interfaces between the two nodes of a router, or forbids it.",
        synopsisSubcommandLabel = "WHAT",
        subcommands = HelpCommand.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  fairway pair handover --node node0   before node0 is upgraded",
            "  fairway pair freeze --node node1     while somebody looks for a bad cable",
            "  fairway show pair --node node0       who owns and leads what, and why"
        })
final class PairCommand {
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    @Spec
    private CommandSpec spec;

    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "The node gives every session and interface to its partner, without a loss, and waits. When its"
                            + " process is started anew, what is at home there may come back.")
    void handover(@Mixin final NodeOptions node, @Mixin final Patience patience) {
        give(node, "handover", patience);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "As handover, but nothing comes back before 'resume', not even after a restart. A drained node"
                            + " still takes over if its partner dies.")
    void drain(@Mixin final NodeOptions node, @Mixin final Patience patience) {
        give(node, "drain", patience);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Nothing moves between the nodes by itself until 'resume'; who dies is still replaced.")
    void freeze(@Mixin final NodeOptions node) {
        order(node, "freeze");
    }

    @Command(mixinStandardHelpOptions = true, description = "Ends handover, drain and freeze of the node.")
    void resume(@Mixin final NodeOptions node) {
        order(node, "resume");
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "You say that the partner is dead or cut off for certain: the node takes over at once. If you"
                    + " are wrong, two nodes serve the same addresses.")
    void fence(@Mixin final NodeOptions node) {
        order(node, "fence");
    }

    /** How long a command waits for what it has begun. */
    static final class Patience {
        @Option(names = "--no-wait", description = "Do not wait until everything has moved.")
        private boolean noWait;

        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                defaultValue = "120",
                description = "Wait so long at most; ${DEFAULT-VALUE} by default.")
        private int seconds;
    }

    private void order(final NodeOptions node, final String order) {
        final PrintWriter out = spec.commandLine().getOut();
        out.println(node.ask(new ControlRequest(ControlRequest.ORDER_PAIR, order, null))
                .getAsString());
        out.flush();
    }

    private void give(final NodeOptions node, final String order, final Patience patience) {
        order(node, order);
        if (patience.noWait) {
            return;
        }
        final PrintWriter out = spec.commandLine().getOut();
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience.seconds);
        int shown = Integer.MAX_VALUE;
        while (true) {
            final PairStatus pair =
                    new Gson().fromJson(node.ask(ControlRequest.of(ControlRequest.SHOW_PAIR)), PairStatus.class);
            final long led = pair.leaders().stream()
                    .filter(leader -> pair.node().equals(leader.node()))
                    .count();
            if (pair.ownBuckets() == 0 && led == 0) {
                out.println(pair.partner() + " owns and leads everything");
                out.flush();
                return;
            }
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new CliException(
                        CliException.FAILED,
                        pair.ownBuckets() + " buckets and " + led + " interfaces are still with " + pair.node()
                                + " after " + patience.seconds + " s; see: fairway show pair");
            }
            if (pair.ownBuckets() <= shown - 64) {
                shown = pair.ownBuckets();
                out.println(shown + " buckets to go");
                out.flush();
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }
}
