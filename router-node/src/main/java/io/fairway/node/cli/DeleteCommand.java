package io.fairway.node.cli;

import io.fairway.node.api.ControlRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Ends what a running node holds. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = "Ends what a running node holds.",
        synopsisSubcommandLabel = "WHAT",
        subcommands = HelpCommand.class,
        footerHeading = "%nExample:%n",
        footer = "  fairway delete session 0003000000000017")
final class DeleteCommand {
    @Spec
    private CommandSpec spec;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Ends a session on both nodes; its packets then need a new one.",
            footerHeading = "%nExample:%n",
            footer = "  fairway delete session 0003000000000017")
    void session(
            @Mixin final NodeOptions node,
            @Parameters(paramLabel = "ID", description = "The session's id, as 'show sessions' prints it.")
                    final String id) {
        final String session = ShowCommand.sessionId(id);
        node.ask(new ControlRequest(ControlRequest.DELETE_SESSION, session, null));
        spec.commandLine().getOut().println("session " + session + " is deleted");
        spec.commandLine().getOut().flush();
    }
}
