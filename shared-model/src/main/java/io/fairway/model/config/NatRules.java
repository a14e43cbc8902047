package io.fairway.model.config;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Prefix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the YANG modules cannot say about one router's address translation, and its typed view. */
final class NatRules {
    private static final String POOL = "source-nat-pool";

    private final Instance router;
    private final Faults faults;
    private final Map<SourceNatPool.Range, String> claims = new HashMap<>();

    NatRules(final Instance router, final Faults faults) {
        this.router = router;
        this.faults = faults;
    }

    /** Adds this router's faults. */
    void check() {
        for (final Instance pool : router.entries(POOL)) {
            ports(pool);
            addresses(pool);
        }
        for (final Instance port : router.entries("interface")) {
            reference(port);
            if (lendsItself(port) && own(port) == null) {
                faults.add(port.at("source-nat"), "an IPv4 address to lend, for only IPv4 is translated", "none");
            }
        }
        for (final Instance route : router.entries("service-route")) {
            reference(route);
            if (route.has("peer")) {
                noTargetTowardsPeers(route);
            } else if (route.has("nat-target")) {
                target(route.container("nat-target"));
            }
        }
    }

    /** The pool that an interface or a service route names, or the interface's own address, or null for neither. */
    static SourceNatPool pool(final Instance router, final Instance holder) {
        final String name = holder.textOrNull(POOL);
        if (name != null) {
            final Instance pool = AuthorityRules.find(router, POOL, name);
            final PortRange ports = PortRange.parse(pool.text("port-range"));
            return new SourceNatPool(name, ranges(pool), ports.first(), ports.last());
        }
        return lendsItself(holder) ? SourceNatPool.of(holder.text("name"), own(holder)) : null;
    }

    private static boolean lendsItself(final Instance holder) {
        return holder.has("source-nat") && holder.flag("source-nat") && !holder.has(POOL);
    }

    private static IpAddress own(final Instance port) {
        final Router.InterfaceAddress v4 = RouterRules.v4(port);
        return v4 == null ? null : v4.address();
    }

    private static List<SourceNatPool.Range> ranges(final Instance pool) {
        return pool.texts("address").stream().map(NatRules::range).toList();
    }

    private static SourceNatPool.Range range(final String text) {
        final int dash = text.indexOf('-');
        if (dash >= 0) {
            return new SourceNatPool.Range(
                    IpAddress.parse(text.substring(0, dash)), IpAddress.parse(text.substring(dash + 1)));
        }
        final int slash = text.indexOf('/');
        final IpAddress first = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        final int hostBits = slash < 0 ? 0 : 32 - Integer.parseInt(text.substring(slash + 1));
        return new SourceNatPool.Range(first, new IpAddress(0, first.low() | (1L << hostBits) - 1));
    }

    private void ports(final Instance pool) {
        final PortRange range = PortRange.parse(pool.text("port-range"));
        final int nodes = router.entries("node").size();
        if (range.first() < 1 || range.last() > SourceNatPool.LAST_PORT || range.last() - range.first() + 1 < nodes) {
            faults.add(
                    pool.at("port-range"),
                    "ports from 1 to 65535, the lower one first" + (nodes > 1 ? ", one for each node at least" : ""),
                    "\"" + pool.text("port-range") + "\"");
        }
    }

    private void addresses(final Instance pool) {
        final List<String> texts = pool.texts("address");
        long size = 0;
        for (int i = 0; i < texts.size(); i++) {
            final String path = pool.at("address") + '[' + (i + 1) + ']';
            final SourceNatPool.Range range = range(texts.get(i));
            if (range.first().compareTo(range.last()) > 0 || hasHostBits(texts.get(i))) {
                faults.add(
                        path,
                        "a range with the lower address first, or a prefix whose host bits are zero",
                        "\"" + texts.get(i) + "\"");
                return;
            }
            size += range.size();
            unclaimed(pool.text("name"), path, range);
            usable(path, range);
        }
        if (size > SourceNatPool.MAX_ADDRESSES) {
            faults.add(pool.at("address"), "at most " + SourceNatPool.MAX_ADDRESSES + " addresses", "" + size);
        }
    }

    private static boolean hasHostBits(final String text) {
        if (text.indexOf('/') < 0) {
            return false;
        }
        try {
            Prefix.parse(text);
            return false;
        } catch (final IllegalArgumentException e) {
            return true;
        }
    }

    /** The halves of two nodes are disjoint only within one pool. */
    private void unclaimed(final String pool, final String path, final SourceNatPool.Range range) {
        claims.forEach((other, owner) -> {
            if (other.contains(range.first()) || range.contains(other.first())) {
                faults.add(path, "addresses that are listed once", "addresses of pool " + owner);
            }
        });
        claims.put(range, pool);
    }

    private void usable(final String path, final SourceNatPool.Range range) {
        for (final Instance port : router.entries("interface")) {
            if (lendsItself(port) && own(port) != null && range.contains(own(port))) {
                faults.add(
                        path,
                        "addresses that no interface lends itself",
                        "the address of interface " + port.text("name"));
            }
            for (final IpAddress other : RouterRules.othersOn(port)) {
                if (range.contains(other)) {
                    faults.add(
                            path,
                            "addresses of no other host on interface " + port.text("name") + ", nor of its network",
                            other.toString());
                }
            }
        }
    }

    private void reference(final Instance holder) {
        final String name = holder.textOrNull(POOL);
        if (name != null && AuthorityRules.find(router, POOL, name) == null) {
            faults.add(
                    holder.at(POOL),
                    "the name of a source NAT pool of router " + router.text("name"),
                    "\"" + name + "\", which is none");
        }
    }

    /** Who translates destinations is the router where the sessions leave. */
    private void noTargetTowardsPeers(final Instance route) {
        if (route.has("nat-target")) {
            faults.add(route.at("nat-target"), "nothing, for the route leads to a peer", "a translation");
        }
    }

    private void target(final Instance target) {
        final IpAddress address = IpAddress.parse(target.text("address"));
        for (final Instance port : router.entries("interface")) {
            if (address.equals(own(port))) {
                faults.add(
                        target.at("address"),
                        "another host's address",
                        "\"" + address + "\", the address of interface " + port.text("name"));
            }
        }
    }
}
