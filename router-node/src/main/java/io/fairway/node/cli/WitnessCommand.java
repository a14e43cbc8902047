package io.fairway.node.cli;

import io.fairway.ha.witness.WitnessServer;
import io.fairway.model.config.Authority;
import io.fairway.model.wire.IpAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The third voter of pairs. */
@Command(
        name = "witness",
        mixinStandardHelpOptions = true,
        description = "The third voter of the pairs of an authority, on any machine that both nodes reach.",
        synopsisSubcommandLabel = "WHAT",
        subcommands = HelpCommand.class,
        footerHeading = "%nExample:%n",
        footer = "  fairway witness run --config authority.json --listen 192.0.2.7")
final class WitnessCommand {
    private static final int PORT = 8793;

    @Spec
    private CommandSpec spec;

    @Command(
            mixinStandardHelpOptions = true,
            description =
                    "Answers until it is interrupted or terminated. Keeps nothing on disk; after a start it grants"
                            + " nothing for as long as it may have granted before.")
    int run(
            @Option(names = "--config", paramLabel = "FILE", required = true, description = "The authority's file.")
                    final Path config,
            @Option(
                            names = "--listen",
                            paramLabel = "ADDRESS",
                            defaultValue = "0.0.0.0",
                            description = "The address to listen on; all of IPv4 by default.")
                    final String address,
            @Option(
                            names = "--port",
                            paramLabel = "PORT",
                            defaultValue = "" + PORT,
                            description = "The UDP port; ${DEFAULT-VALUE} by default.")
                    final int port) {
        final Authority authority = ConfigCommand.read(config);
        final PrintWriter out = spec.commandLine().getOut();
        try (WitnessServer server = WitnessServer.open(
                new InetSocketAddress(
                        InetAddress.getByAddress(IpAddress.parse(address).bytes()), port),
                authority,
                SystemNanoClock.INSTANCE,
                line -> {
                    out.println(line);
                    out.flush();
                })) {
            if (server.pairs() == 0) {
                throw new CliException(CliException.FAILED, config + " has no router with a pair");
            }
            out.println("witness for " + server.pairs() + (server.pairs() == 1 ? " pair" : " pairs") + " on "
                    + server.address().getAddress().getHostAddress() + ", port "
                    + server.address().getPort());
            out.flush();
            server.run();
            return 0;
        } catch (final IOException e) {
            throw new CliException(
                    CliException.FAILED, "the witness on " + address + ", port " + port + ": " + e.getMessage());
        } catch (final IllegalArgumentException e) {
            throw new CliException(CliException.USAGE, "--listen: " + e.getMessage());
        }
    }
}
