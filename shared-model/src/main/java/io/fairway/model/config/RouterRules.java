package io.fairway.model.config;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Ipv6Header;
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

    /** Longer networks have no anycast address of their routers (RFC 6164). */
    private static final int LONGEST_WITH_ANYCAST = 126;

    private static final String V4_LEAF = "address";
    private static final String V6_LEAF = "address-v6";

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
            addresses(port);
            tenant(port);
            devices(port);
        }
        sharedAddresses();
        sharedDevices();
        for (final Instance route : router.entries("service-route")) {
            route(route);
        }
    }

    /** An interface's IPv4 address, or null. */
    static Router.InterfaceAddress v4(final Instance port) {
        return interfaceAddress(port, V4_LEAF, "gateway");
    }

    /** An interface's IPv6 address, or null. */
    static Router.InterfaceAddress v6(final Instance port) {
        return interfaceAddress(port, V6_LEAF, "gateway-v6");
    }

    private static Router.InterfaceAddress interfaceAddress(
            final Instance port, final String leaf, final String gatewayLeaf) {
        if (!port.has(leaf)) {
            return null;
        }
        final String text = port.text(leaf);
        final int slash = text.indexOf('/');
        return new Router.InterfaceAddress(
                IpAddress.parse(text.substring(0, slash)),
                Integer.parseInt(text.substring(slash + 1)),
                port.has(gatewayLeaf) ? IpAddress.parse(port.text(gatewayLeaf)) : null);
    }

    /** IPv4 addresses of the connected network that are no address of ours and of which none may be lent. */
    static List<IpAddress> othersOn(final Instance port) {
        final Router.InterfaceAddress own = v4(port);
        final List<IpAddress> others = new ArrayList<>();
        if (own != null && own.prefixLength() <= LONGEST_WITH_BROADCAST) {
            others.add(own.network().address());
            others.add(broadcast(own.network()));
        }
        if (own != null && own.gateway() != null) {
            others.add(own.gateway());
        }
        return others;
    }

    private void securityKey() {
        final int id = router.number("security-id");
        if (authority.entries("security-key").stream().noneMatch(key -> key.number("id") == id)) {
            faults.add(router.at("security-id"), "the id of a security key", id + ", which is none");
        }
    }

    private void addresses(final Instance port) {
        final Router.InterfaceAddress v4 = v4(port);
        final Router.InterfaceAddress v6 = v6(port);
        if (v4 == null && v6 == null) {
            faults.add(port.path(), "an address or an address-v6", "neither");
        }
        if (v4 != null) {
            addressV4(port, v4);
        }
        if (v6 != null) {
            addressV6(port, v6);
        }
        gateway(port, "gateway", V4_LEAF, v4);
        gateway(port, "gateway-v6", V6_LEAF, v6);
    }

    private void addressV4(final Instance port, final Router.InterfaceAddress own) {
        final Prefix network = own.network();
        final boolean hasBroadcast = own.prefixLength() <= LONGEST_WITH_BROADCAST;
        if (hasBroadcast
                && (own.address().equals(network.address()) || own.address().equals(broadcast(network)))) {
            faults.add(
                    port.at(V4_LEAF),
                    "a host's address in " + network,
                    "\"" + own + "\", the network's own or its broadcast address");
        }
    }

    private static IpAddress broadcast(final Prefix network) {
        final int hostBits = 128 - network.length128();
        return IpAddress.v4(network.address().v4Bits() | (int) ((1L << hostBits) - 1));
    }

    private void addressV6(final Instance port, final Router.InterfaceAddress own) {
        final IpAddress address = own.address();
        if (address.isV4() || address.high() == 0 || address.high() >>> 56 == 0xff || address.isLinkLocal()) {
            faults.add(
                    port.at(V6_LEAF), "an address of one host, valid beyond the link", "\"" + port.text(V6_LEAF) + '"');
        } else if (own.prefixLength() <= LONGEST_WITH_ANYCAST
                && address.equals(own.network().address())) {
            faults.add(
                    port.at(V6_LEAF),
                    "a host's address in " + own.network(),
                    "\"" + port.text(V6_LEAF) + "\", the anycast address of its routers");
        }
        if (port.number("mtu") < Ipv6Header.MIN_MTU) {
            faults.add(
                    port.at("mtu"),
                    "at least " + Ipv6Header.MIN_MTU + ", for the interface has an IPv6 address",
                    "" + port.number("mtu"));
        }
    }

    private void gateway(
            final Instance port, final String leaf, final String addressLeaf, final Router.InterfaceAddress own) {
        final String gateway = port.textOrNull(leaf);
        if (gateway != null && own == null) {
            faults.add(port.at(leaf), "nothing, for the interface has no " + addressLeaf, "\"" + gateway + '"');
        } else if (gateway != null && outside(own, IpAddress.parse(gateway))) {
            faults.add(port.at(leaf), "another host's address in " + own.network(), "\"" + gateway + '"');
        }
    }

    private static boolean outside(final Router.InterfaceAddress own, final IpAddress host) {
        return !own.network().contains(host) && !host.isLinkLocal() || host.equals(own.address());
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
        final boolean ofOneNode = router.has("pair") && !served.isEmpty();
        for (final Instance node : router.entries("node")) {
            if (!ofOneNode && !served.contains(node.text("name"))) {
                faults.add(port.at("device"), "a device on every node", "none on node " + node.text("name"));
            }
        }
    }

    private void sharedAddresses() {
        final Map<IpAddress, String> owners = new HashMap<>();
        for (final Instance port : router.entries("interface")) {
            sharedAddress(port, V4_LEAF, v4(port), owners);
            sharedAddress(port, V6_LEAF, v6(port), owners);
        }
    }

    private void sharedAddress(
            final Instance port,
            final String leaf,
            final Router.InterfaceAddress own,
            final Map<IpAddress, String> owners) {
        final String first = own == null ? null : owners.putIfAbsent(own.address(), port.text("name"));
        if (first != null) {
            faults.add(port.at(leaf), "an address that no other interface has", "the address of interface " + first);
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
        } else if (!Neighborhoods.peers(router, peer)) {
            faults.add(
                    route.at("peer"),
                    "a router that peers with " + router.text("name"),
                    "\"" + name + "\", which does not in any neighborhood");
        } else if (PeerPaths.of(authority, router).stream()
                .noneMatch(path -> path.peer().equals(name))) {
            faults.add(
                    route.at("peer"),
                    "a router with an address of the same family in a common neighborhood",
                    "\"" + name + "\", which has none");
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
        } else if (route.has("next-hop")) {
            nextHop(route, port);
        }
    }

    private void nextHop(final Instance route, final Instance port) {
        final IpAddress nextHop = IpAddress.parse(route.text("next-hop"));
        final Router.InterfaceAddress own = nextHop.isV4() ? v4(port) : v6(port);
        if (own == null || outside(own, nextHop)) {
            faults.add(
                    route.at("next-hop"),
                    "another host's address in "
                            + (own == null ? "a network of interface " + port.text("name") : own.network()),
                    "\"" + route.text("next-hop") + '"');
        }
    }
}
