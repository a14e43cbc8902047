package io.fairway.model.config;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Prefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the YANG modules cannot say about one router's interfaces and service routes. */
final class RouterRules {
    /** Networks with fewer host bits have no network and broadcast address of their own (RFC 3021). */
    private static final int LONGEST_WITH_BROADCAST = 30;

    private final Instance authority;
    private final Instance router;
    private final Faults faults;

    RouterRules(final Instance authority, final Instance router, final Faults faults) {
        this.authority = authority;
        this.router = router;
        this.faults = faults;
    }

    /** Adds this router's faults. */
    void check() {
        securityKey();
        for (final Instance port : router.entries("interface")) {
            address(port, network(port));
            tenant(port);
            devices(port);
        }
        sharedAddresses();
        sharedDevices();
        for (final Instance route : router.entries("service-route")) {
            route(route);
        }
    }

    /** An interface's own address. */
    static IpAddress address(final Instance port) {
        final String text = port.text("address");
        return IpAddress.parse(text.substring(0, text.indexOf('/')));
    }

    /** The length of an interface's connected network. */
    static int prefixLength(final Instance port) {
        final String text = port.text("address");
        return Integer.parseInt(text.substring(text.indexOf('/') + 1));
    }

    private static Prefix network(final Instance port) {
        return Prefix.of(address(port), prefixLength(port));
    }

    /** Addresses of the connected network that are no address of ours and of which none may be lent. */
    static List<IpAddress> othersOn(final Instance port) {
        final List<IpAddress> others = new ArrayList<>();
        if (prefixLength(port) <= LONGEST_WITH_BROADCAST) {
            others.add(network(port).address());
            others.add(broadcast(network(port)));
        }
        if (port.has("gateway")) {
            others.add(IpAddress.parse(port.text("gateway")));
        }
        return others;
    }

    private void securityKey() {
        final int id = router.number("security-id");
        if (authority.entries("security-key").stream().noneMatch(key -> key.number("id") == id)) {
            faults.add(router.at("security-id"), "the id of a security key", id + ", which is none");
        }
    }

    private void address(final Instance port, final Prefix network) {
        final IpAddress own = address(port);
        if (prefixLength(port) <= LONGEST_WITH_BROADCAST) {
            if (own.equals(network.address()) || own.equals(broadcast(network))) {
                faults.add(
                        port.at("address"),
                        "a host's address in " + network,
                        "\"" + port.text("address") + "\", the network's own or its broadcast address");
            }
        }
        final String gateway = port.textOrNull("gateway");
        if (gateway != null && outside(port, gateway)) {
            faults.add(port.at("gateway"), "another host's address in " + network, "\"" + gateway + "\"");
        }
    }

    private static IpAddress broadcast(final Prefix network) {
        final int hostBits = 128 - network.length128();
        return IpAddress.v4(network.address().v4Bits() | (int) ((1L << hostBits) - 1));
    }

    private static boolean outside(final Instance port, final String host) {
        final IpAddress address = IpAddress.parse(host);
        return !network(port).contains(address) || address.equals(address(port));
    }

    private void tenant(final Instance port) {
        final String tenant = port.textOrNull("tenant");
        if (tenant != null
                && !tenant.equals(Tenant.GLOBAL)
                && AuthorityRules.find(authority, "tenant", tenant) == null) {
            faults.add(port.at("tenant"), "the name of a tenant", "\"" + tenant + "\", which is none");
        }
    }

    private void devices(final Instance port) {
        final Set<String> served = new HashSet<>();
        for (final Instance device : port.entries("device")) {
            served.add(device.text("node"));
            if (AuthorityRules.find(router, "node", device.text("node")) == null) {
                faults.add(device.path(), "a node of router " + router.text("name"), "\"" + device.text("node") + "\"");
            }
        }
        for (final Instance node : router.entries("node")) {
            if (!served.contains(node.text("name"))) {
                faults.add(port.at("device"), "a device on every node", "none on node " + node.text("name"));
            }
        }
    }

    private void sharedAddresses() {
        final Map<IpAddress, String> owners = new HashMap<>();
        for (final Instance port : router.entries("interface")) {
            final String first = owners.putIfAbsent(address(port), port.text("name"));
            if (first != null) {
                faults.add(
                        port.at("address"),
                        "an address that no other interface has",
                        "the address of interface " + first);
            }
        }
    }

    private void sharedDevices() {
        final Map<List<Object>, String> owners = new HashMap<>();
        for (final Instance port : router.entries("interface")) {
            for (final Instance device : port.entries("device")) {
                final List<Object> key = List.of(device.text("node"), device.text("device"), port.number("vlan"));
                final String first = owners.putIfAbsent(key, port.text("name"));
                if (first != null) {
                    faults.add(
                            device.at("device"),
                            "a device and VLAN that no other interface has",
                            "those of interface " + first);
                }
            }
        }
    }

    private void route(final Instance route) {
        final String service = route.text("service");
        if (AuthorityRules.find(authority, "service", service) == null) {
            faults.add(route.at("service"), "the name of a service", "\"" + service + "\", which is none");
        }
        if (route.has("peer")) {
            peer(route);
        } else {
            way(route);
        }
    }

    private void peer(final Instance route) {
        final String name = route.text("peer");
        final Instance peer = AuthorityRules.find(authority, "router", name);
        if (peer == null || name.equals(router.text("name"))) {
            faults.add(
                    route.at("peer"),
                    "the name of another router",
                    "\"" + name + (peer == null ? "\", which is none" : "\", which is this one"));
        } else if (neighborhoods(router).stream().noneMatch(neighborhoods(peer)::contains)) {
            faults.add(
                    route.at("peer"),
                    "a router that shares a neighborhood with " + router.text("name"),
                    "\"" + name + "\", which shares none");
        }
    }

    private static List<String> neighborhoods(final Instance router) {
        final List<String> labels = new ArrayList<>();
        router.entries("interface").forEach(port -> labels.addAll(port.texts("neighborhood")));
        return labels;
    }

    private void way(final Instance route) {
        final String name = route.text("interface");
        final Instance port = AuthorityRules.find(router, "interface", name);
        if (port == null) {
            faults.add(
                    route.at("interface"),
                    "an interface of router " + router.text("name"),
                    "\"" + name + "\", which is none");
        } else if (route.has("next-hop") && outside(port, route.text("next-hop"))) {
            faults.add(
                    route.at("next-hop"),
                    "another host's address in " + network(port),
                    "\"" + route.text("next-hop") + "\"");
        }
    }
}
