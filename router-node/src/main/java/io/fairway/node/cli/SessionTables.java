package io.fairway.node.cli;

import io.fairway.model.wire.IpAddress;
import io.fairway.node.api.SessionDetail;
import io.fairway.node.api.SessionPage;
import io.fairway.node.api.SessionRow;
import java.io.PrintWriter;

/** Sessions in columns: two rows per session, or everything about one. */
final class SessionTables {
    private SessionTables() {}

    static void page(final SessionPage page, final PrintWriter out) {
        final Table table = new Table(
                "ID",
                "DIR",
                "SERVICE",
                "TENANT",
                "INTERFACE",
                "VLAN",
                "PROTO",
                "SRC IP",
                "SRC PORT",
                "DST IP",
                "DST PORT",
                "NAT IP",
                "NAT PORT",
                "OWNER",
                "SYNCED",
                "TIMEOUT",
                "UPTIME");
        for (final SessionRow session : page.rows()) {
            row(table, session, "fwd", session.forward());
            row(table, session, "rev", session.reverse());
        }
        table.print(out);
        out.println();
        out.println(
                page.rows().size() == page.matching()
                        ? page.matching() + " sessions"
                        : page.rows().size() + " of " + page.matching() + " sessions; --limit shows more");
    }

    private static void row(
            final Table table, final SessionRow session, final String direction, final SessionRow.FlowRow flow) {
        table.row(
                session.id(),
                direction,
                session.service(),
                session.tenant(),
                flow.networkInterface(),
                flow.vlan(),
                flow.protocol(),
                flow.sourceIp(),
                flow.sourcePort(),
                flow.destinationIp(),
                flow.destinationPort(),
                flow.natIp(),
                flow.natIp() == null ? "" : Integer.toString(flow.natPort()),
                session.owner(),
                yesNo(session.synced()),
                Durations.of(session.timeoutMs()),
                Durations.of(session.uptimeMs()));
    }

    static void detail(final SessionDetail detail, final PrintWriter out) {
        final SessionRow session = detail.session();
        final Facts facts = new Facts();
        facts.add("session", session.id());
        facts.add("uuid", detail.uuid());
        facts.add("service", session.service());
        facts.add("tenant", session.tenant());
        facts.add("state", detail.state());
        facts.add("owner", session.owner());
        facts.add("synced", yesNo(session.synced()));
        facts.add(
                "record", "version " + detail.version() + ", bucket " + detail.bucket() + ", epoch " + detail.epoch());
        facts.add("peer", detail.peer());
        facts.add("path", detail.path());
        facts.add("handshake", detail.handshakeDone() ? "done" : "not done");
        facts.add("created", detail.created() + " (" + Durations.of(session.uptimeMs()) + " ago)");
        facts.add("timeout", Durations.of(session.timeoutMs()) + " left of " + Durations.of(detail.idleTimeoutMs()));
        facts.print(out);
        flow(out, "forward", session.forward(), detail.forward());
        flow(out, "reverse", session.reverse(), detail.reverse());
    }

    private static void flow(
            final PrintWriter out,
            final String direction,
            final SessionRow.FlowRow flow,
            final SessionDetail.FlowDetail detail) {
        out.println();
        out.println(direction);
        final Facts facts = new Facts();
        facts.add("  arrives", on(flow.networkInterface(), flow.vlan()));
        facts.add(
                "  packet",
                flow.protocol() + " " + end(flow.sourceIp(), flow.sourcePort()) + " > "
                        + end(flow.destinationIp(), flow.destinationPort()));
        facts.add("  leaves", on(detail.egressInterface(), detail.egressVlan()) + " to " + detail.nextHop());
        facts.add("  packet then", detail.outSource() + " > " + detail.outDestination());
        facts.add("  nat", flow.natIp() == null ? "" : end(flow.natIp(), flow.natPort()));
        facts.add("  carried", detail.transport() + ", metadata " + detail.metadata());
        facts.add(
                "  seen",
                detail.packets() + " packets, " + detail.bytes() + " bytes, the last " + Durations.of(detail.idleMs())
                        + " ago");
        facts.print(out);
    }

    private static String end(final String ip, final int port) {
        return IpAddress.parse(ip).withPort(port);
    }

    private static String on(final String networkInterface, final int vlan) {
        return vlan == 0 ? networkInterface : networkInterface + " vlan " + vlan;
    }

    static String yesNo(final boolean value) {
        return value ? "yes" : "no";
    }
}
