package io.fairway.node.cli;

import io.fairway.model.config.Authority;
import io.fairway.model.config.ConfigException;
import io.fairway.model.config.ConfigReader;
import io.fairway.model.config.Router;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at configuration files. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Looks at configuration files.",
        synopsisSubcommandLabel = "WHAT",
        subcommands = HelpCommand.class,
        footerHeading = "%nExample:%n",
        footer = "  fairway config check lab.json")
final class ConfigCommand {
    @Spec
    private CommandSpec spec;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Checks a file: says what it describes, or what is wrong and where.",
            footerHeading = "%nExample:%n",
            footer = "  fairway config check lab.json")
    void check(@Parameters(paramLabel = "FILE", description = "The authority's file.") final Path file) {
        final Authority authority = read(file);
        final PrintWriter out = spec.commandLine().getOut();
        out.println(file + ": authority " + authority.name() + ", "
                + authority.tenants().size() + " tenants, "
                + authority.services().size() + " services");
        for (final Router router : authority.routers()) {
            out.println("router " + router.name() + ": "
                    + (router.pair() == null ? "node " : "a pair of nodes ")
                    + router.nodes().stream().map(Router.Node::name).collect(Collectors.joining(", ")) + "; interfaces "
                    + router.interfaces().stream()
                            .map(Router.NetworkInterface::name)
                            .collect(Collectors.joining(", ")));
        }
        out.flush();
    }

    /** The authority of this file; every fault becomes a line that names the file. */
    static Authority read(final Path file) {
        try {
            return ConfigReader.read(file);
        } catch (final ConfigException e) {
            throw new CliException(
                    CliException.FAILED,
                    e.faults().stream()
                            .map(fault -> fault.startsWith(file.toString()) ? fault : file + ": " + fault)
                            .collect(Collectors.joining("\n")));
        }
    }
}
