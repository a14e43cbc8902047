package io.fairway.model.config;

import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Prefix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the typed view of services and session types. What a service has none of its own it inherits from its parent,
 * so that nobody else needs to know the hierarchy for it.
 */
final class ServiceBuilder {
    private static final int HIGHEST_PORT = 65535;

    private final Instance authority;
    private final Map<String, SecurityPolicy> policies;
    private final Map<String, SessionType> types = new HashMap<>();

    ServiceBuilder(final Instance authority, final Map<String, SecurityPolicy> policies) {
        this.authority = authority;
        this.policies = policies;
        sessionTypes().forEach(type -> types.put(type.name(), type));
    }

    private List<SessionType> sessionTypes() {
        return authority.entries("session-type").stream()
                .map(type -> new SessionType(
                        type.text("name"),
                        transports(type),
                        type.numberOr("timeout-ms", 0),
                        type.numberOr("opening-timeout-ms", 0),
                        type.flag("nat-keep-alive")))
                .toList();
    }

    /** Every service, in the order of the configuration. */
    List<Service> services() {
        return authority.entries("service").stream().map(this::service).toList();
    }

    private Service service(final Instance service) {
        final List<Instance> line = line(service);
        return new Service(
                service.text("name"),
                service.texts("prefix").stream().map(Prefix::parse).toList(),
                inherited(line, "transport").stream()
                        .flatMap(transport -> transports(transport).stream())
                        .toList(),
                accessPolicies(inherited(line, "access-policy")),
                policies.get(inheritedText(line, "security")),
                "public".equals(inheritedText(line, "scope")),
                types.get(inheritedText(line, "session-type")),
                enforcement(inheritedText(line, "tcp-state-enforcement")));
    }

    /** A service and its ancestors, the nearest first. */
    private List<Instance> line(final Instance service) {
        final List<Instance> line = new ArrayList<>();
        Instance next = service;
        while (next != null) {
            line.add(next);
            final String parent = DottedName.parent(next.text("name"));
            next = parent == null ? null : AuthorityRules.find(authority, "service", parent);
        }
        return line;
    }

    private static List<Instance> inherited(final List<Instance> line, final String list) {
        return line.stream()
                .map(service -> service.entries(list))
                .filter(entries -> !entries.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private static String inheritedText(final List<Instance> line, final String leaf) {
        return line.stream()
                .filter(service -> service.has(leaf))
                .map(service -> service.text(leaf))
                .findFirst()
                .orElse(null);
    }

    private static List<Service.Transport> transports(final Instance holder) {
        final int protocol = protocol(holder.text("protocol"));
        final List<String> ports = holder.texts("port");
        if (protocol == IpProtocol.ICMP) {
            return List.of(
                    new Service.Transport(protocol, 0, HIGHEST_PORT),
                    new Service.Transport(IpProtocol.ICMPV6, 0, HIGHEST_PORT));
        }
        if (ports.isEmpty()) {
            return List.of(new Service.Transport(protocol, 0, HIGHEST_PORT));
        }
        return ports.stream()
                .map(PortRange::parse)
                .map(range -> new Service.Transport(protocol, range.first(), range.last()))
                .toList();
    }

    private static int protocol(final String nameOrNumber) {
        final int named = IpProtocol.named(nameOrNumber);
        return named >= 0 ? named : Integer.parseInt(nameOrNumber);
    }

    private static List<Service.AccessPolicy> accessPolicies(final List<Instance> entries) {
        final List<Service.AccessPolicy> policies = new ArrayList<>();
        for (final Instance entry : entries) {
            final boolean allow = entry.text("permission").equals("allow");
            final List<Prefix> sources =
                    entry.texts("source-prefix").stream().map(Prefix::parse).toList();
            for (final Prefix source : sources.isEmpty() ? Collections.<Prefix>singletonList(null) : sources) {
                policies.add(new Service.AccessPolicy(entry.text("tenant"), source, allow));
            }
        }
        return policies;
    }

    private static TcpEnforcement enforcement(final String label) {
        return label == null ? TcpEnforcement.BLOCK : TcpEnforcement.named(label);
    }
}
