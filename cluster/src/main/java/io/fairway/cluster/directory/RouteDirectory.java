package io.fairway.cluster.directory;

import io.fairway.model.config.DottedName;
import io.fairway.model.config.Router;
import io.fairway.model.config.SourceNatPool;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where services are, seen from one router: every service's ways in the order of the configuration, but paths of the
 * other node behind those that leave here, and those that are down behind all others. Any thread may ask.
 */
public final class RouteDirectory {
    private final Map<String, List<Route>> byService = new HashMap<>();
    private final PathStates paths;

    /** A way to a service. */
    public sealed interface Route {
        /**
         * Over another router.
         *
         * @param pathIndex the path's position in the router's list
         * @param path the way to that router
         * @param sourceNat what stands in for sources where sessions leave that way, or null for their own
         */
        record ToPeer(int pathIndex, Router.PeerPath path, SourceNatPool sourceNat) implements Route {
            /** The address that stands in for the client's, or null for its own; NAT is for IPv4 only. */
            public IpAddress standIn(final FiveTuple tuple) {
                return sourceNat == null || !tuple.source().isV4() ? null : sourceNat.standIn(tuple.source());
            }
        }

        /**
         * Out of an interface.
         *
         * @param interfaceIndex the logical interface
         * @param nextHop the next hop, or null for the interface's own rule
         * @param natTarget where sessions really go, or null for where they are sent to
         * @param sourceNat what stands in for their sources, or null for their own
         */
        record ToInterface(int interfaceIndex, IpAddress nextHop, Router.NatTarget natTarget, SourceNatPool sourceNat)
                implements Route {
            /** The client's tuple with the destination to which it really goes; NAT is for IPv4 only. */
            public FiveTuple aimed(final FiveTuple tuple) {
                if (natTarget == null || !tuple.destination().isV4()) {
                    return tuple;
                }
                final boolean samePort =
                        natTarget.port() == Router.NatTarget.SAME_PORT || !IpProtocol.hasPorts(tuple.protocol());
                return new FiveTuple(
                        tuple.source(),
                        natTarget.address(),
                        tuple.sourcePort(),
                        samePort ? tuple.destinationPort() : natTarget.port(),
                        tuple.protocol());
            }

            /** Whether a session with this tuple gets another source; NAT is for IPv4 only. */
            public boolean translates(final FiveTuple tuple) {
                return sourceNat != null && tuple.source().isV4();
            }
        }
    }

    /** The routes of a router; a route over a peer stands for each path to that peer. */
    public RouteDirectory(final Router router) {
        paths = new PathStates(router.peerPaths());
        for (final Router.ServiceRoute route : router.serviceRoutes()) {
            final List<Route> routes = byService.computeIfAbsent(route.service(), name -> new ArrayList<>());
            if (route.peer() != null) {
                addPaths(routes, router, route);
            } else {
                final int index = router.interfaceIndex(route.interfaceName());
                if (index >= 0) {
                    final SourceNatPool ofInterface =
                            router.interfaces().get(index).sourceNat();
                    routes.add(new Route.ToInterface(
                            index,
                            route.nextHop(),
                            route.natTarget(),
                            route.sourceNat() != null ? route.sourceNat() : ofInterface));
                }
            }
        }
    }

    /** The ways to a service, or else to the nearest one above it that has any; best first, empty if there is none. */
    public List<Route> routesTo(final String service) {
        List<Route> routes = byService.get(service);
        String ancestor = DottedName.parent(service);
        while (routes == null && ancestor != null) {
            routes = byService.get(ancestor);
            ancestor = DottedName.parent(ancestor);
        }
        return routes == null ? List.of() : bestFirst(routes);
    }

    private List<Route> bestFirst(final List<Route> routes) {
        return routes.stream().allMatch(route -> rank(route) == 0)
                ? routes
                : routes.stream().sorted(Comparator.comparingInt(this::rank)).toList();
    }

    /** Only ways to peers differ. */
    private int rank(final Route route) {
        if (!(route instanceof Route.ToPeer peer)) {
            return 0;
        }
        return paths.isDown(peer.pathIndex()) ? 2 : paths.isFar(peer.pathIndex()) ? 1 : 0;
    }

    /** What is known of the paths to peers. */
    public PathStates paths() {
        return paths;
    }

    private static void addPaths(final List<Route> routes, final Router router, final Router.ServiceRoute route) {
        final List<Router.PeerPath> paths = router.peerPaths();
        for (int i = 0; i < paths.size(); i++) {
            if (paths.get(i).peer().equals(route.peer())) {
                routes.add(new Route.ToPeer(i, paths.get(i), route.sourceNat()));
            }
        }
    }
}
