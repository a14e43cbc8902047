package io.fairway.model.config;

import io.fairway.model.wire.MacAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the YANG modules cannot say about how a router's nodes belong together. */
final class PairRules {
    private static final int NODES = 2;
    private static final int FABRIC_LINKS = 2;
    private static final long MULTICAST_BIT = 1L << 40;

    /** A lease that misses this many beats in a row is no evidence of anything but bad luck. */
    private static final int BEATS_PER_LEASE = 2;

    private final Instance router;
    private final Faults faults;

    PairRules(final Instance router, final Faults faults) {
        this.router = router;
        this.faults = faults;
    }

    /** Adds this router's faults. */
    void check() {
        final List<Instance> nodes = router.entries("node");
        final boolean pair = router.has("pair");
        if (pair && nodes.size() != NODES) {
            faults.add(router.at("node"), "two nodes, for the router has a pair", "" + nodes.size());
            return;
        }
        if (!pair && nodes.size() != 1) {
            faults.add(router.at("pair"), "a pair, for the router has two nodes", "nothing");
            return;
        }
        for (final Instance node : nodes) {
            final int links = node.entries("fabric-link").size();
            if (links != (pair ? FABRIC_LINKS : 0)) {
                faults.add(
                        node.at("fabric-link"),
                        pair ? "two links to the partner" : "nothing, for the router has no pair",
                        links == 0 ? "nothing" : "" + links);
            }
        }
        if (pair) {
            fabricAddresses(nodes);
            lease(router.container("pair"));
        }
        for (final Instance port : router.entries("interface")) {
            leadership(port, pair);
            if (pair && !isShared(port, nodes)) {
                ofOneNode(port);
            }
        }
    }

    /** Whether an interface has a device on every node; in a pair it may belong to one of them. */
    static boolean isShared(final Instance port, final List<Instance> nodes) {
        return port.entries("device").size() >= nodes.size();
    }

    private void fabricAddresses(final List<Instance> nodes) {
        final Set<String> seen = new HashSet<>();
        for (final Instance node : nodes) {
            for (final Instance link : node.entries("fabric-link")) {
                if (!seen.add(link.text("address"))) {
                    faults.add(
                            link.at("address"),
                            "an address that no other end of a fabric link has",
                            "\"" + link.text("address") + "\"");
                }
            }
        }
    }

    private void lease(final Instance pair) {
        if (pair.number("lease-ms") * 1000L < (long) BEATS_PER_LEASE * pair.number("beat-interval-us")) {
            faults.add(
                    pair.at("lease-ms"),
                    "at least two beat intervals of " + pair.number("beat-interval-us") + " us",
                    pair.number("lease-ms") + " ms");
        }
    }

    private void leadership(final Instance port, final boolean pair) {
        final String mac = port.textOrNull("virtual-mac");
        final boolean shared = isShared(port, router.entries("node"));
        if (pair && !shared && mac != null) {
            faults.add(port.at("virtual-mac"), "nothing, for only one node has the interface", "\"" + mac + "\"");
        } else if (pair && shared && mac == null) {
            faults.add(port.at("virtual-mac"), "the Ethernet address that the nodes share", "nothing");
        } else if (!pair && mac != null) {
            faults.add(port.at("virtual-mac"), "nothing, for the router has no pair", "\"" + mac + "\"");
        } else if (mac != null && (MacAddress.parse(mac).bits() & MULTICAST_BIT) != 0) {
            faults.add(port.at("virtual-mac"), "a unicast Ethernet address", "\"" + mac + "\"");
        }
        final String leader = port.textOrNull("preferred-leader");
        if (leader != null && AuthorityRules.find(router, "node", leader) == null) {
            faults.add(
                    port.at("preferred-leader"),
                    "a node of router " + router.text("name"),
                    "\"" + leader + "\", which is none");
        }
    }

    private void ofOneNode(final Instance port) {
        final String leader = port.textOrNull("preferred-leader");
        if (leader != null
                && port.entries("device").stream()
                        .noneMatch(device -> device.text("node").equals(leader))) {
            faults.add(
                    port.at("preferred-leader"),
                    "the only node that has the interface, or nothing",
                    "\"" + leader + "\"");
        }
    }
}
