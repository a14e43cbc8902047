package io.fairway.node.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what lets a shell complete commands and options. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Prints what lets your shell complete commands and options.",
        synopsisSubcommandLabel = "SHELL",
        subcommands = HelpCommand.class,
        footerHeading = "%nExample:%n",
        footer = "  source <(fairway completion bash)")
final class CompletionCommand {
    @Spec
    private CommandSpec spec;

    @Command(
            mixinStandardHelpOptions = true,
            description = "For bash (and zsh with bashcompinit).",
            footerHeading = "%nExample:%n",
            footer = "  source <(fairway completion bash)")
    void bash() {
        spec.commandLine()
                .getOut()
                .println(AutoComplete.bash("fairway", spec.root().commandLine()));
        spec.commandLine().getOut().flush();
    }
}
