package io.fairway.cluster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.Lab;
import io.fairway.cluster.directory.ServiceDirectory.Finding;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Router;
import io.fairway.model.config.Service;
import io.fairway.model.config.Service.AccessPolicy;
import io.fairway.model.config.Service.Transport;
import io.fairway.model.config.TcpEnforcement;
import io.fairway.model.config.Tenant;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Prefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The directories against the same rules written without any table. */
class DirectoryTest {
    private static final List<String> TENANTS = List.of("a", "b", "c.a", "d.c.a", "global");
    private static final List<String> SERVICES = List.of("s", "t", "u.s", "v.u.s", "w.s", "x.t");
    private static final int[] PROTOCOLS = {1, 6, 17};

    @Property(tries = 300)
    void findsWhatTheNaiveRulesFind(@ForAll final long seed) {
        final Random random = new Random(seed);
        final List<Service> services = new ArrayList<>();
        for (final String name : SERVICES) {
            if (random.nextInt(4) > 0) {
                services.add(randomService(random, name));
            }
        }
        final List<Tenant> tenants =
                TENANTS.stream().map(name -> new Tenant(name, List.of())).toList();
        final ServiceDirectory directory =
                new ServiceDirectory(new Authority("x", tenants, services, List.of(), List.of(), List.of()));
        for (int i = 0; i < 60; i++) {
            final String tenant = TENANTS.get(random.nextInt(TENANTS.size()));
            final String named =
                    switch (random.nextInt(3)) {
                        case 0 -> null;
                        case 1 -> SERVICES.get(random.nextInt(SERVICES.size()));
                        default -> "unknown." + SERVICES.get(random.nextInt(SERVICES.size()));
                    };
            final FiveTuple tuple =
                    new FiveTuple(address(random), address(random), 9, random.nextInt(6), PROTOCOLS[random.nextInt(3)]);

            assertThat(directory.find(tenant, tuple, named))
                    .as("seed " + seed)
                    .isEqualTo(naive(services, tenant, tuple, named));
        }
    }

    @Property(tries = 300)
    void theLongestSourcePrefixGivesTheTenant(@ForAll final long seed) {
        final Random random = new Random(seed);
        final List<Tenant> tenants = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            tenants.add(new Tenant("t" + i, List.of(prefix(random), prefix(random))));
        }
        final Authority authority = new Authority("x", tenants, List.of(), List.of(), List.of(), List.of());
        final TenantDirectory directory =
                new TenantDirectory(authority, Lab.authority().router("east"));
        for (int i = 0; i < 30; i++) {
            final IpAddress source = address(random);
            String best = Tenant.GLOBAL;
            int length = -1;
            for (final Tenant tenant : tenants) {
                for (final Prefix prefix : tenant.sourcePrefixes()) {
                    if (prefix.contains(source) && prefix.length128() > length) {
                        best = tenant.name();
                        length = prefix.length128();
                    }
                }
            }
            assertThat(directory.tenantOf(Lab.LAN, source)).isEqualTo(best);
        }
    }

    @Example
    void anInterfaceTenantIsRefinedOnlyWithinItsOwnSubtree() {
        final Authority authority = new Authority(
                "x",
                List.of(
                        new Tenant("staff", List.of(Prefix.parse("10.0.0.0/8"))),
                        new Tenant("guest.staff", List.of(Prefix.parse("10.1.0.0/16"))),
                        new Tenant("a.guest.staff", List.of(Prefix.parse("10.1.1.0/24"))),
                        new Tenant("lab", List.of(Prefix.parse("10.1.1.128/25")))),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        final Router east = Lab.authority().router("east");
        assertThat(of(authority, east, "staff").tenantOf(Lab.LAN, IpAddress.parse("10.1.1.129")))
                .isEqualTo("a.guest.staff");
        assertThat(of(authority, east, "staff").tenantOf(Lab.LAN, IpAddress.parse("10.2.0.1")))
                .isEqualTo("staff");
        assertThat(of(authority, east, "a.guest.staff").tenantOf(Lab.LAN, IpAddress.parse("10.1.2.1")))
                .isEqualTo("a.guest.staff");
        assertThat(of(authority, east, "lab").tenantOf(Lab.LAN, IpAddress.parse("10.1.1.1")))
                .isEqualTo("lab");
        assertThat(of(authority, east, Tenant.GLOBAL).tenantOf(Lab.LAN, IpAddress.parse("10.1.1.1")))
                .isEqualTo(Tenant.GLOBAL);
        assertThat(of(authority, east, null).tenantOf(Lab.LAN, IpAddress.parse("10.1.1.129")))
                .isEqualTo("lab");
    }

    @Example
    void theNearestKnownTenantDecidesOnAnUnknownOne() {
        final TenantDirectory tenants =
                new TenantDirectory(Lab.authority(), Lab.authority().router("east"));
        assertThat(tenants.nearestKnown("guest.staff")).isEqualTo("guest.staff");
        assertThat(tenants.nearestKnown("b.a.guest.staff")).isEqualTo("guest.staff");
        assertThat(tenants.nearestKnown("b.staff")).isEqualTo("staff");
        assertThat(tenants.nearestKnown("global")).isEqualTo("global");
        for (final String stranger : List.of("a.global", "b.a.global", "xstaff", "staff.x", "", ".", "staff.", "..")) {
            assertThat(tenants.nearestKnown(stranger)).as(stranger).isNull();
        }
    }

    @Example
    void routesAreInheritedFromTheNearestServiceThatHasAny() {
        final RouteDirectory routes = new RouteDirectory(Lab.authority().router("east"));
        assertThat(routes.routesTo("web")).hasSize(1);
        assertThat(routes.routesTo("b.a.web")).isEqualTo(routes.routesTo("web"));
        assertThat(routes.routesTo("b.a.dmz")).isEqualTo(routes.routesTo("dmz"));
        assertThat(routes.routesTo("web.b")).isEmpty();
    }

    /** The directory of a router whose interface has this tenant. */
    private static TenantDirectory of(final Authority authority, final Router router, final String tenant) {
        final Router.NetworkInterface lan = router.interfaces().getFirst();
        final List<Router.NetworkInterface> interfaces = List.of(new Router.NetworkInterface(
                lan.name(),
                lan.vlan(),
                lan.v4(),
                lan.v6(),
                tenant,
                lan.neighborhoods(),
                lan.sourceNat(),
                lan.virtualMac(),
                lan.preferredLeader(),
                lan.revertive(),
                lan.mtuBytes()));
        return new TenantDirectory(
                authority,
                new Router(
                        router.name(),
                        router.securityId(),
                        router.nodes(),
                        interfaces,
                        router.serviceRoutes(),
                        router.peerPaths(),
                        router.peering(),
                        router.pair(),
                        router.limits(),
                        router.timers()));
    }

    @Example
    void aPeerIsKnownByBothEndsOfItsPath() {
        final PeerDirectory peers = new PeerDirectory(Lab.authority().router("east"));
        assertThat(peers.pathOf(Lab.WAN, Lab.EAST_WAN, Lab.WEST_WAN).peer()).isEqualTo("west");
        assertThat(peers.pathOf(Lab.LAN, Lab.EAST_WAN, Lab.WEST_WAN)).isNull();
        assertThat(peers.pathOf(Lab.WAN, Lab.EAST_WAN, Lab.CLIENT)).isNull();
        assertThat(peers.isOurs(Lab.EAST_WAN)).isTrue();
    }

    private static Finding naive(
            final List<Service> services, final String tenant, final FiveTuple tuple, final String named) {
        final List<Service> there = services.stream()
                .filter(service -> length(service, tuple) >= 0 && narrowest(service, tuple) >= 0)
                .filter(service -> !(naive(service, tenant, tuple.source()) instanceof Finding.None))
                .toList();
        final int longest =
                there.stream().mapToInt(service -> length(service, tuple)).max().orElse(-1);
        final List<Service> best = there.stream()
                .filter(service -> length(service, tuple) == longest)
                .sorted(Comparator.comparingInt(service -> narrowest(service, tuple)))
                .toList();
        Service found = null;
        for (final Service service : best) {
            if (found == null
                    || named == null && service.name().endsWith("." + found.name())
                    || named != null && rank(service.name(), named) < rank(found.name(), named)) {
                found = service;
            }
        }
        return found == null || named != null && rank(found.name(), named) == 3_000
                ? new Finding.None()
                : naive(found, tenant, tuple.source());
    }

    private static Finding naive(final Service service, final String tenant, final IpAddress source) {
        for (String of = tenant; of != null; of = of.contains(".") ? of.substring(of.indexOf('.') + 1) : null) {
            final String level = of;
            final List<Boolean> said = service.accessPolicies().stream()
                    .filter(rule -> rule.tenant().equals(level)
                            && (rule.source() == null || rule.source().contains(source)))
                    .map(AccessPolicy::allow)
                    .toList();
            if (!said.isEmpty()) {
                return said.contains(false) ? new Finding.Denied(service.name()) : new Finding.Allowed(service.name());
            }
        }
        return service.isPublic() ? new Finding.Allowed(service.name()) : new Finding.None();
    }

    private static int rank(final String service, final String named) {
        if (service.equals(named)) {
            return 0;
        }
        if (named.endsWith("." + service)) {
            return 1_000 - service.length();
        }
        return service.endsWith("." + named) ? 2_000 + service.length() : 3_000;
    }

    private static int length(final Service service, final FiveTuple tuple) {
        return service.prefixes().stream()
                .filter(prefix -> prefix.contains(tuple.destination()))
                .mapToInt(Prefix::length128)
                .max()
                .orElse(-1);
    }

    private static int narrowest(final Service service, final FiveTuple tuple) {
        if (service.transports().isEmpty()) {
            return Integer.MAX_VALUE;
        }
        return service.transports().stream()
                .filter(t -> t.protocol() == tuple.protocol()
                        && t.firstPort() <= tuple.destinationPort()
                        && t.lastPort() >= tuple.destinationPort())
                .mapToInt(t -> t.lastPort() - t.firstPort())
                .min()
                .orElse(-1);
    }

    private static Service randomService(final Random random, final String name) {
        final List<Transport> transports = new ArrayList<>();
        for (int i = 0; i < random.nextInt(3); i++) {
            final int first = random.nextInt(6);
            transports.add(new Transport(PROTOCOLS[random.nextInt(3)], first, first + random.nextInt(6)));
        }
        final List<AccessPolicy> rules = new ArrayList<>();
        for (int i = 0; i < random.nextInt(4); i++) {
            rules.add(new AccessPolicy(
                    TENANTS.get(random.nextInt(TENANTS.size())),
                    random.nextBoolean() ? null : prefix(random),
                    random.nextInt(4) > 0));
        }
        return new Service(
                name,
                List.of(prefix(random), prefix(random)),
                transports,
                rules,
                null,
                random.nextInt(4) == 0,
                null,
                TcpEnforcement.BLOCK);
    }

    private static Prefix prefix(final Random random) {
        return Prefix.of(address(random), random.nextInt(33));
    }

    private static IpAddress address(final Random random) {
        return IpAddress.v4(random.nextInt(4) << 30 | random.nextInt(4) << 14 | random.nextInt(4));
    }
}
