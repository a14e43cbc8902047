package io.fairway.model.config;

import io.fairway.model.wire.IpProtocol;
import java.util.List;

/** What the YANG modules cannot say about the hierarchies of tenants and services, and about session types. */
final class ServiceRules {
    private static final int HIGHEST_PORT = 65535;

    private final Instance authority;
    private final Faults faults;

    ServiceRules(final Instance authority, final Faults faults) {
        this.authority = authority;
        this.faults = faults;
    }

    /** Adds the faults found. */
    void check() {
        authority.entries("tenant").forEach(tenant -> parent("tenant", tenant));
        authority.entries("service").forEach(service -> {
            parent("service", service);
            service.entries("transport").forEach(transport -> protocol(transport, faults));
            sessionType(service);
        });
        authority.entries("session-type").forEach(type -> {
            protocol(type, faults);
            ports(type, faults);
            if (type.has("opening-timeout-ms") && !type.text("protocol").equals("tcp")) {
                faults.add(
                        type.at("opening-timeout-ms"),
                        "nothing, for only tcp has an opening",
                        type.text("opening-timeout-ms"));
            }
        });
    }

    private void parent(final String list, final Instance child) {
        final String parent = DottedName.parent(child.text("name"));
        if (parent == null) {
            return;
        }
        if (list.equals("tenant") && parent.equals(Tenant.GLOBAL)) {
            faults.add(child.at("name"), "a tenant outside of \"global\", which has no children", quoted(child, ""));
        } else if (AuthorityRules.find(authority, list, parent) == null) {
            faults.add(
                    child.at("name"),
                    "a " + list + " whose parent is listed too",
                    quoted(child, ", whose parent \"" + parent + "\" is none"));
        }
    }

    private static String quoted(final Instance entry, final String more) {
        return '"' + entry.text("name") + '"' + more;
    }

    private void sessionType(final Instance service) {
        final String type = service.textOrNull("session-type");
        if (type != null && AuthorityRules.find(authority, "session-type", type) == null) {
            faults.add(service.at("session-type"), "the name of a session type", "\"" + type + "\", which is none");
        }
    }

    /** What has a name goes by it; of the rest, some stand where a protocol would but are none. */
    private static void protocol(final Instance transport, final Faults faults) {
        final String protocol = transport.text("protocol");
        if (IpProtocol.named(protocol) < 0 && !IpProtocol.hasSessions(Integer.parseInt(protocol))) {
            faults.add(
                    transport.at("protocol"),
                    "tcp, udp, icmp, gre, esp or the number of another protocol",
                    "\"" + protocol + "\"");
        }
    }

    /** Adds what is wrong with the ports of a transport or a session type. */
    static void ports(final Instance transport, final Faults faults) {
        final List<String> ports = transport.texts("port");
        final String protocol = transport.text("protocol");
        if (!protocol.equals("tcp") && !protocol.equals("udp") && !ports.isEmpty()) {
            faults.add(transport.at("port"), "nothing, for " + protocol + " has no ports", String.join(", ", ports));
            return;
        }
        for (int i = 0; i < ports.size(); i++) {
            final PortRange range = PortRange.parse(ports.get(i));
            if (range.first() < 1 || range.last() > HIGHEST_PORT || range.first() > range.last()) {
                faults.add(
                        transport.at("port") + '[' + (i + 1) + ']',
                        "ports from 1 to 65535, the lower one first",
                        "\"" + ports.get(i) + "\"");
            }
        }
    }
}
