package io.fairway.node.cli;

import io.fairway.model.wire.Prefix;
import io.fairway.node.api.SessionFilter;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Which sessions to show. */
final class SessionFilterOptions {
    @Option(names = "--tenant", paramLabel = "NAME", description = "Only sessions of this tenant.")
    private String tenant;

    @Option(names = "--service", paramLabel = "NAME", description = "Only sessions of this service.")
    private String service;

    @Option(names = "--src", paramLabel = "PREFIX", description = "Only sessions from this address or prefix.")
    private String source;

    @Option(names = "--dst", paramLabel = "PREFIX", description = "Only sessions to this address or prefix.")
    private String destination;

    @Option(names = "--port", paramLabel = "PORT", description = "Only sessions to this port.")
    private int port;

    @Option(
            names = "--proto",
            paramLabel = "PROTOCOL",
            description = "Only sessions of this protocol: tcp, udp, icmp, icmpv6, gre, esp, or its number.")
    private String protocol;

    @Option(names = "--interface", paramLabel = "NAME", description = "Only sessions that arrive on this interface.")
    private String networkInterface;

    @Option(names = "--owner", paramLabel = "NODE", description = "Only sessions that this node owns.")
    private String owner;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "" + SessionFilter.DEFAULT_LIMIT,
            description = "At most so many sessions (default: ${DEFAULT-VALUE}).")
    private int limit;

    SessionFilter filter() {
        if (limit < 1) {
            throw new CliException(CliException.USAGE, "--limit needs a number from 1 on, not " + limit);
        }
        return new SessionFilter(
                tenant,
                service,
                prefix("--src", source),
                prefix("--dst", destination),
                port,
                protocol == null ? null : protocol.toLowerCase(Locale.ROOT),
                networkInterface,
                owner,
                limit);
    }

    private static String prefix(final String option, final String text) {
        try {
            return text == null ? null : Prefix.parse(text).toString();
        } catch (final IllegalArgumentException e) {
            throw new CliException(
                    CliException.USAGE, option + " needs an address or a prefix such as 10.1.0.0/24, not " + text);
        }
    }
}
