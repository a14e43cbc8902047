package io.fairway.model.config;

import io.fairway.model.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The paths from one router to the others: for each pair of interfaces that {@link Neighborhoods} lets peer, one for
 * IPv4 and one for IPv6, as far as both have an address of the family.
 */
final class PeerPaths {
    private static final String V6_SUFFIX = "-v6";

    private final Instance authority;
    private final Instance router;
    private final List<Router.PeerPath> paths = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private PeerPaths(final Instance authority, final Instance router) {
        this.authority = authority;
        this.router = router;
    }

    /** The paths in the order of the configuration. */
    static List<Router.PeerPath> of(final Instance authority, final Instance router) {
        final PeerPaths all = new PeerPaths(authority, router);
        final List<Instance> ports = router.entries("interface");
        for (int i = 0; i < ports.size(); i++) {
            all.addFrom(i, ports.get(i));
        }
        return all.paths;
    }

    private void addFrom(final int interfaceIndex, final Instance local) {
        for (final Instance peer : authority.entries("router")) {
            if (peer.text("name").equals(router.text("name"))) {
                continue;
            }
            for (final Instance remote : peer.entries("interface")) {
                if (Neighborhoods.meet(local, remote)) {
                    addBetween(interfaceIndex, local, peer, remote);
                }
            }
        }
    }

    private void addBetween(
            final int interfaceIndex, final Instance local, final Instance peer, final Instance remote) {
        final Router.InterfaceAddress localV4 = RouterRules.v4(local);
        final Router.InterfaceAddress remoteV4 = RouterRules.v4(remote);
        final Router.InterfaceAddress localV6 = RouterRules.v6(local);
        final Router.InterfaceAddress remoteV6 = RouterRules.v6(remote);
        final boolean both = localV4 != null && remoteV4 != null;
        if (!both && (localV6 == null || remoteV6 == null)) {
            return;
        }
        final String shortName = local.text("name") + '-' + peer.text("name");
        final String name = names.add(shortName) ? shortName : shortName + '-' + remote.text("name");
        if (both) {
            add(name, interfaceIndex, peer, localV4.address(), remoteV4.address());
        }
        if (localV6 != null && remoteV6 != null) {
            add(both ? name + V6_SUFFIX : name, interfaceIndex, peer, localV6.address(), remoteV6.address());
        }
    }

    private void add(
            final String name,
            final int interfaceIndex,
            final Instance peer,
            final IpAddress local,
            final IpAddress remote) {
        paths.add(new Router.PeerPath(
                name, peer.text("name"), interfaceIndex, local, remote, peer.number("security-id")));
    }
}
