package io.fairway.node.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.fairway.node.api.ArpRow;
import io.fairway.node.api.ControlRequest;
import io.fairway.node.api.CounterRow;
import io.fairway.node.api.DropRow;
import io.fairway.node.api.InterfaceRow;
import io.fairway.node.api.PairStatus;
import io.fairway.node.api.PeerRow;
import io.fairway.node.api.SessionDetail;
import io.fairway.node.api.SessionPage;
import io.fairway.node.api.SessionRow;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a running node knows. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows what a running node knows.",
        synopsisSubcommandLabel = "WHAT",
        subcommands = HelpCommand.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  fairway show sessions --tenant staff --proto tcp",
            "  fairway show session 0003000000000017",
            "  fairway show pair --node node0 -o json"
        })
final class ShowCommand {
    @Command(
            mixinStandardHelpOptions = true,
            description = "Sessions, two rows each: forward and reverse.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  fairway show sessions --service web --src 10.1.0.0/25",
                "  fairway show sessions --owner node1 -o json"
            })
    void sessions(@Mixin final ShowOptions options, @Mixin final SessionFilterOptions filter) {
        final JsonElement answer = options.ask(new ControlRequest(ControlRequest.SHOW_SESSIONS, null, filter.filter()));
        final JsonObject page = answer.getAsJsonObject();
        if (options.json()) {
            // Programs get the list itself; what the limit left out is said beside it.
            if (page.get("matching").getAsLong() > page.getAsJsonArray("rows").size()) {
                options.err()
                        .println("fairway: " + page.getAsJsonArray("rows").size() + " of " + page.get("matching")
                                + " sessions; --limit shows more");
            }
            options.show(page.get("rows"), SessionRow[].class, null);
        } else {
            options.show(answer, SessionPage.class, SessionTables::page);
        }
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Everything about one session.",
            footerHeading = "%nExample:%n",
            footer = "  fairway show session 0003000000000017")
    void session(
            @Mixin final ShowOptions options,
            @Parameters(paramLabel = "ID", description = "The session's id, as 'show sessions' prints it.")
                    final String id) {
        options.show(
                new ControlRequest(ControlRequest.SHOW_SESSION, sessionId(id), null),
                SessionDetail.class,
                SessionTables::detail);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "How the two nodes act as one: state, leases, leaders, paths, decisions.",
            footerHeading = "%nExample:%n",
            footer = "  fairway show pair --node node0")
    void pair(@Mixin final ShowOptions options) {
        options.show(ControlRequest.of(ControlRequest.SHOW_PAIR), PairStatus.class, ShowCommand::printPair);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "The logical interfaces, with their counters.",
            footerHeading = "%nExample:%n",
            footer = "  fairway show interfaces")
    void interfaces(@Mixin final ShowOptions options) {
        options.show(
                ControlRequest.of(ControlRequest.SHOW_INTERFACES), InterfaceRow[].class, ShowCommand::printInterfaces);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "The neighbours and their Ethernet addresses.",
            footerHeading = "%nExample:%n",
            footer = "  fairway show arp")
    void arp(@Mixin final ShowOptions options) {
        options.show(ControlRequest.of(ControlRequest.SHOW_ARP), ArpRow[].class, ShowCommand::printArp);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "The paths to other routers.",
            footerHeading = "%nExample:%n",
            footer = "  fairway show peers")
    void peers(@Mixin final ShowOptions options) {
        options.show(ControlRequest.of(ControlRequest.SHOW_PEERS), PeerRow[].class, ShowCommand::printPeers);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "What the node has counted.",
            footerHeading = "%nExample:%n",
            footer = "  fairway show counters -o json")
    void counters(@Mixin final ShowOptions options) {
        options.show(ControlRequest.of(ControlRequest.SHOW_COUNTERS), CounterRow[].class, ShowCommand::printCounters);
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Dropped packets by reason.",
            footerHeading = "%nExamples:%n",
            footer = {"  fairway show drops", "  fairway show drops --all -o json"})
    void drops(
            @Mixin final ShowOptions options,
            @Option(names = "--all", description = "Also the reasons that never happened; JSON always has them.")
                    final boolean all) {
        options.show(
                ControlRequest.of(ControlRequest.SHOW_DROPS),
                DropRow[].class,
                (rows, out) -> printDrops(rows, all, out));
    }

    /** Checks an id before any node is asked. */
    static String sessionId(final String text) {
        try {
            return SessionRow.id(SessionRow.parseId(text));
        } catch (final IllegalArgumentException e) {
            throw new CliException(CliException.USAGE, e.getMessage());
        }
    }

    private static void printPair(final PairStatus pair, final PrintWriter out) {
        final Facts facts = new Facts();
        facts.add("node", pair.node());
        facts.add(
                "release",
                pair.partnerRelease() == null
                        ? pair.release()
                        : pair.release() + "; the partner's is " + pair.partnerRelease());
        facts.add("state", pair.state() + (pair.meaning() == null ? "" : ": " + pair.meaning()));
        if (pair.partner() != null) {
            facts.add(
                    "partner",
                    pair.partner() + ", " + pair.partnerState() + ", incarnation " + pair.partnerIncarnation());
            if (pair.obstacle() != null) {
                facts.add("obstacle", pair.obstacle());
            }
            facts.add("lease", pair.leaseLeftMs() < 0 ? "none" : pair.leaseLeftMs() + " ms left");
            facts.add("replicated", SessionTables.yesNo(pair.replicated()) + ", " + pair.unsynced() + " to go");
            facts.add("copies", copies(pair.copies()));
            facts.add("journal", journal(pair.copies()));
        }
        facts.add(pair.processes());
        facts.add("owns", pair.ownBuckets() + " buckets, highest epoch " + pair.highestEpoch());
        if (pair.drained()) {
            facts.add("drained", "gives everything to its partner; 'fairway pair resume' ends it");
        }
        if (pair.frozen()) {
            facts.add("frozen", "nothing moves between the nodes by itself; 'fairway pair resume' ends it");
        }
        facts.print(out);
        if (!pair.homes().isEmpty()) {
            out.println();
            final Table homes = new Table("BUCKETS OF", "OWNER", "COUNT", "EPOCH");
            pair.homes().forEach(home -> homes.row(home.home(), home.owner(), home.buckets(), home.epoch()));
            homes.print(out);
        }
        if (!pair.leaders().isEmpty()) {
            out.println();
            final Table leaders = new Table("INTERFACE", "LEADER");
            pair.leaders().forEach(leader -> leaders.row(leader.networkInterface(), leader.node()));
            leaders.print(out);
        }
        if (!pair.paths().isEmpty()) {
            out.println();
            final Table paths = new Table("BEAT PATH", "STATE", "LAST BEAT");
            pair.paths().forEach(p -> paths.row(p.name(), p.alive() ? "alive" : "silent", ago(p.lastBeatAgeMs())));
            paths.print(out);
        }
        if (!pair.decisions().isEmpty()) {
            out.println();
            final Table decisions = new Table("DECIDED", "WHAT", "WHY");
            pair.decisions().forEach(d -> decisions.row(ago(d.ageMs()), d.what(), d.why()));
            decisions.print(out);
        }
    }

    private static String copies(final PairStatus.Copies copies) {
        return copies.equal()
                ? "equal, by their digests"
                : copies.differing() == 0 ? "not compared" : copies.differing() + " buckets differ";
    }

    private static String journal(final PairStatus.Copies copies) {
        return copies.lagBatches() + " batches not acknowledged, the oldest for " + copies.lagMs() + " ms"
                + (copies.laggingMs() < 0
                        ? ""
                        : "; sessions have not waited for the partner for " + Durations.of(copies.laggingMs()));
    }

    private static String ago(final long ms) {
        return ms < 0 ? "never" : Durations.of(ms) + " ago";
    }

    private static void printInterfaces(final InterfaceRow[] rows, final PrintWriter out) {
        final Table table = new Table(
                "NAME",
                "DEVICE",
                "STATE",
                "VLAN",
                "ADDRESS",
                "MAC",
                "VIRTUAL MAC",
                "LEADER",
                "GATEWAY",
                "MTU",
                "RX PACKETS",
                "RX BYTES",
                "TX PACKETS",
                "TX BYTES",
                "RX DROPS",
                "TX DROPS");
        for (final InterfaceRow row : rows) {
            table.row(
                    row.name(),
                    row.device(),
                    row.state(),
                    row.vlan(),
                    addresses(row),
                    row.hardwareMac(),
                    row.virtualMac(),
                    row.leader(),
                    row.gateway(),
                    row.mtuBytes(),
                    row.rxPackets(),
                    row.rxBytes(),
                    row.txPackets(),
                    row.txBytes(),
                    row.rxDrops(),
                    row.txDrops());
        }
        table.print(out);
    }

    private static String addresses(final InterfaceRow row) {
        return Stream.of(row.address(), row.addressV6())
                .filter(Objects::nonNull)
                .collect(Collectors.joining(", "));
    }

    private static void printArp(final ArpRow[] rows, final PrintWriter out) {
        final Table table = new Table("INTERFACE", "IP", "MAC", "STATE", "AGE", "FROM");
        for (final ArpRow row : rows) {
            table.row(row.networkInterface(), row.ip(), row.mac(), row.state(), Durations.of(row.ageMs()), row.from());
        }
        table.print(out);
    }

    private static void printPeers(final PeerRow[] rows, final PrintWriter out) {
        final Table table = new Table(
                "PEER",
                "PATH",
                "INTERFACE",
                "LOCAL",
                "REMOTE",
                "STATE",
                "SINCE",
                "LATENCY",
                "JITTER",
                "LOSS",
                "MOS",
                "MTU",
                "TCP",
                "SEEN AT",
                "NAT",
                "KEY",
                "SESSIONS");
        for (final PeerRow row : rows) {
            final PeerRow.Quality quality = row.quality();
            table.row(
                    row.peer(),
                    row.path(),
                    row.networkInterface(),
                    row.localWaypoint(),
                    row.remoteWaypoint(),
                    row.state(),
                    row.stateMs() < 0 ? null : Durations.of(row.stateMs()),
                    quality == null ? null : quality.latencyMs() + " ms",
                    quality == null ? null : quality.jitterMs() + " ms",
                    quality == null ? null : quality.lossPercent() + " %",
                    quality == null ? null : quality.mos(),
                    row.mtuBytes(),
                    row.tcp(),
                    row.seen(),
                    row.nat(),
                    row.keys().kind() + " " + row.keys().inUse(),
                    row.sessions());
        }
        table.print(out);
        printRefused(rows, out);
    }

    private static void printRefused(final PeerRow[] rows, final PrintWriter out) {
        final Table table = new Table("PATH", "REFUSED", "COUNT", "MEANING");
        boolean any = false;
        for (final PeerRow row : rows) {
            for (final PeerRow.Refused refused : row.counters().refused()) {
                any = true;
                table.row(row.path(), refused.reason(), refused.count(), refused.sentence());
            }
        }
        if (any) {
            out.println();
            table.print(out);
        }
    }

    private static void printCounters(final CounterRow[] rows, final PrintWriter out) {
        final Table table = new Table("COUNTER", "VALUE");
        for (final CounterRow row : rows) {
            table.row(row.name(), row.value());
        }
        table.print(out);
    }

    private static void printDrops(final DropRow[] rows, final boolean all, final PrintWriter out) {
        final Table table = new Table("REASON", "COUNT", "MEANING");
        for (final DropRow row : rows) {
            if (all || row.count() != 0) {
                table.row(row.reason(), row.count(), row.sentence());
            }
        }
        table.print(out);
    }
}
