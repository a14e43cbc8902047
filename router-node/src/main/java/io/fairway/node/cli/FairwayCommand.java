package io.fairway.node.cli;

import io.fairway.model.Release;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command {@code fairway}: everything a person asks of Fairway's nodes. Runs in a process of its own. */
@Command(
        name = "fairway",
        mixinStandardHelpOptions = true,
        versionProvider = FairwayCommand.Version.class,
        description = "Starts, stops and looks into the nodes of a session-aware router.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  fairway config check lab.json",
            "  fairway node start --config lab.json --node node0",
            "  fairway show sessions --service web",
            "  fairway show drops -o json",
            "",
            "Exit codes: 0 done, 1 failed, 2 typed wrongly, 3 the node is not there.",
            "A node's files are in STATE_ROOT/NODE; the root is --state-dir, else FAIRWAY_STATE,",
            "else /var/lib/fairway. --node may be left out where one node lives."
        },
        subcommands = {
            NodeCommand.class,
            ShowCommand.class,
            DeleteCommand.class,
            PairCommand.class,
            WitnessCommand.class,
            ConfigCommand.class,
            CompletionCommand.class,
            ShellCommand.class,
            CommandLine.HelpCommand.class
        })
public final class FairwayCommand {
    private FairwayCommand() {}

    /** What {@code --version} says. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"fairway " + Release.NAME};
        }
    }

    public static void main(final String[] arguments) {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "logback-cli.xml");
        }
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command line, ready to execute. */
    static CommandLine commandLine() {
        final CommandLine commandLine = new CommandLine(new FairwayCommand());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setUsageHelpAutoWidth(true);
        commandLine.setExecutionExceptionHandler(FairwayCommand::failed);
        commandLine.setParameterExceptionHandler(FairwayCommand::typedWrongly);
        return commandLine;
    }

    private static int failed(
            final Exception failure, final CommandLine command, final CommandLine.ParseResult parsed) {
        if (failure instanceof final CliException known) {
            known.getMessage().lines().forEach(line -> command.getErr().println("fairway: " + line));
            return known.exitCode();
        }
        command.getErr().println("fairway: unexpected failure, please report it: " + failure);
        failure.printStackTrace(command.getErr());
        return CliException.FAILED;
    }

    private static int typedWrongly(final ParameterException fault, final String[] arguments) {
        final CommandLine command = fault.getCommandLine();
        command.getErr().println("fairway: " + fault.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(fault, command.getErr());
        command.getErr().println("fairway: try '" + command.getCommandSpec().qualifiedName() + " --help'");
        return CliException.USAGE;
    }
}
