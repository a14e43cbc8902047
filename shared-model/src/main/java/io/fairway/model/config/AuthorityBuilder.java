package io.fairway.model.config;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.Prefix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the typed view of an instance in which no fault was found. */
final class AuthorityBuilder {
    private static final int MS_PER_SECOND = 1_000;

    private final Instance authority;
    private final Path directory;
    private final Map<String, SecurityPolicy> policies = new LinkedHashMap<>();

    private AuthorityBuilder(final Instance authority, final Path directory) {
        this.authority = authority;
        this.directory = directory;
    }

    /** The typed view; files are named as seen from this directory. */
    static Authority build(final Instance authority, final Path directory) {
        return new AuthorityBuilder(authority, directory).authority();
    }

    private Authority authority() {
        authority.entries("security-policy").forEach(p -> policies.put(p.text("name"), policy(p)));
        return new Authority(
                authority.text("name"),
                authority.entries("tenant").stream()
                        .map(t -> new Tenant(t.text("name"), prefixes(t, "source-prefix")))
                        .toList(),
                new ServiceBuilder(authority, policies).services(),
                List.copyOf(policies.values()),
                authority.entries("security-key").stream().map(this::key).toList(),
                authority.entries("router").stream().map(this::router).toList());
    }

    private static SecurityPolicy policy(final Instance policy) {
        final String mode = policy.text("hmac-mode");
        return new SecurityPolicy(
                policy.text("name"),
                SecurityPolicy.Encryption.named(policy.text("encryption")),
                mode.equals("disabled") ? SecurityPolicy.Hmac.NONE : SecurityPolicy.Hmac.named(policy.text("hmac")),
                mode.equals("time-based"),
                policy.flag("adaptive-encryption"));
    }

    private SecurityKey key(final Instance key) {
        return new SecurityKey(key.number("id"), policies.get(key.text("policy")), Secret.ofHex(key.text("hmac-key")));
    }

    private Router router(final Instance router) {
        final List<Instance> nodes = router.entries("node");
        final List<Instance> ports = router.entries("interface");
        final List<Router.PeerPath> paths = PeerPaths.of(authority, router);
        return new Router(
                router.text("name"),
                router.number("security-id"),
                nodes.stream()
                        .map(node -> node(nodes.indexOf(node), node, ports))
                        .toList(),
                ports.stream()
                        .map(port -> networkInterface(router, port, nodes))
                        .toList(),
                router.entries("service-route").stream()
                        .map(route -> route(router, route))
                        .toList(),
                paths,
                new PeeringBuilder(authority, router, directory).peering(paths),
                router.has("pair") ? pair(router.container("pair")) : null,
                limits(router.container("limits")),
                timers(router.container("timers"), router.container("session-recovery-detection")),
                router.text("processes").equals("split") ? Router.Processes.SPLIT : Router.Processes.EMBEDDED);
    }

    private static Router.Node node(final int id, final Instance node, final List<Instance> ports) {
        final List<String> devices = new ArrayList<>();
        for (final Instance port : ports) {
            devices.add(port.entries("device").stream()
                    .filter(device -> device.text("node").equals(node.text("name")))
                    .map(device -> device.text("device"))
                    .findFirst()
                    .orElse(Router.Node.NO_DEVICE));
        }
        return new Router.Node(
                node.text("name"),
                id,
                devices,
                node.entries("fabric-link").stream()
                        .map(link -> new Router.FabricLink(link.text("device"), address(link, "address")))
                        .toList(),
                node.has("jce-provider") ? node.text("jce-provider") : "");
    }

    private static Router.NetworkInterface networkInterface(
            final Instance router, final Instance port, final List<Instance> nodes) {
        final String wanted = PairRules.isShared(port, nodes)
                ? port.textOrNull("preferred-leader")
                : port.entries("device").getFirst().text("node");
        int leader = 0;
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).text("name").equals(wanted)) {
                leader = i;
            }
        }
        return new Router.NetworkInterface(
                port.text("name"),
                port.number("vlan"),
                RouterRules.v4(port),
                RouterRules.v6(port),
                port.textOrNull("tenant"),
                port.texts("neighborhood"),
                NatRules.pool(router, port),
                port.has("virtual-mac") ? MacAddress.parse(port.text("virtual-mac")) : null,
                leader,
                port.flag("revertive"),
                port.number("mtu"));
    }

    private static Router.ServiceRoute route(final Instance router, final Instance route) {
        return new Router.ServiceRoute(
                route.text("service"),
                route.textOrNull("peer"),
                route.textOrNull("interface"),
                address(route, "next-hop"),
                target(route.container("nat-target")),
                NatRules.pool(router, route));
    }

    private static Router.NatTarget target(final Instance target) {
        return target == null
                ? null
                : new Router.NatTarget(
                        IpAddress.parse(target.text("address")), target.numberOr("port", Router.NatTarget.SAME_PORT));
    }

    private static Router.Pair pair(final Instance pair) {
        return new Router.Pair(
                pair.number("beat-interval-us"),
                pair.number("lease-ms"),
                pair.number("drift-ms"),
                pair.number("commit-timeout-us"),
                pair.number("cold-start-ms"),
                pair.number("hold-down-ms"),
                Secret.ofHex(pair.text("secret")),
                pair.has("witness") ? witness(pair.container("witness")) : null,
                pair.has("fence-command")
                        ? List.of(pair.text("fence-command").strip().split("\\s+"))
                        : List.of(),
                pair.number("fabric-mtu"));
    }

    private static Router.Witness witness(final Instance witness) {
        return new Router.Witness(address(witness, "address"), witness.number("port"));
    }

    private static Router.Limits limits(final Instance limits) {
        return new Router.Limits(
                limits.number("max-sessions"), limits.number("max-pending"), limits.number("max-pending-packets"));
    }

    private static Router.Timers timers(final Instance timers, final Instance detection) {
        final boolean watches = detection.text("mode").equals("inactivity-based");
        return new Router.Timers(
                timers.number("tcp-ms"),
                timers.number("tcp-opening-ms"),
                timers.number("udp-ms"),
                timers.number("icmp-ms"),
                watches ? detection.number("inactivity-timeout") * MS_PER_SECOND : 0);
    }

    private static List<Prefix> prefixes(final Instance holder, final String leafList) {
        return holder.texts(leafList).stream().map(Prefix::parse).toList();
    }

    private static IpAddress address(final Instance holder, final String leaf) {
        return holder.has(leaf) ? IpAddress.parse(holder.text(leaf)) : null;
    }
}
