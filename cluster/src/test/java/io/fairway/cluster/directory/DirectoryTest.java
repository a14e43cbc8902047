package io.fairway.cluster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.Lab;
import io.fairway.cluster.directory.ServiceDirectory.Finding;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Service;
import io.fairway.model.config.Service.AccessPolicy;
import io.fairway.model.config.Service.Transport;
import io.fairway.model.config.Tenant;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The directories against the same rules written without any table. */
class DirectoryTest {
    private static final List<String> TENANTS = List.of("a", "b", "global");
    private static final int[] PROTOCOLS = {1, 6, 17};

    @Property(tries = 300)
    void findsWhatTheNaiveRulesFind(@ForAll final long seed) {
        final Random random = new Random(seed);
        final List<Service> services = new ArrayList<>();
        for (int i = 0; i < random.nextInt(12); i++) {
            services.add(randomService(random, "s" + i));
        }
        final ServiceDirectory directory =
                new ServiceDirectory(new Authority("x", List.of(), services, List.of(), List.of(), List.of()));
        for (int i = 0; i < 60; i++) {
            final String tenant = TENANTS.get(random.nextInt(TENANTS.size()));
            final FiveTuple tuple =
                    new FiveTuple(address(random), address(random), 9, random.nextInt(6), PROTOCOLS[random.nextInt(3)]);

            assertThat(directory.find(tenant, tuple)).as("seed " + seed).isEqualTo(naive(services, tenant, tuple));
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
    void aPeerIsKnownByBothEndsOfItsPath() {
        final PeerDirectory peers = new PeerDirectory(Lab.authority().router("east"));
        assertThat(peers.pathOf(Lab.WAN, Lab.EAST_WAN, Lab.WEST_WAN).peer()).isEqualTo("west");
        assertThat(peers.pathOf(Lab.LAN, Lab.EAST_WAN, Lab.WEST_WAN)).isNull();
        assertThat(peers.pathOf(Lab.WAN, Lab.EAST_WAN, Lab.CLIENT)).isNull();
        assertThat(peers.isOurs(Lab.EAST_WAN)).isTrue();
    }

    private static Finding naive(final List<Service> services, final String tenant, final FiveTuple tuple) {
        Finding best = new Finding.None();
        int length = -1;
        int width = 0;
        for (final Service service : services) {
            final List<AccessPolicy> rules = service.accessPolicies().stream()
                    .filter(rule -> rule.speaksOf(tenant, tuple.source()))
                    .toList();
            for (final Prefix prefix : service.prefixes()) {
                final int narrowest = narrowest(service, tuple);
                if (rules.isEmpty() || narrowest < 0 || !prefix.contains(tuple.destination())) {
                    continue;
                }
                if (prefix.length128() > length || prefix.length128() == length && narrowest < width) {
                    length = prefix.length128();
                    width = narrowest;
                    best = rules.stream().allMatch(AccessPolicy::allow)
                            ? new Finding.Allowed(service.name())
                            : new Finding.Denied(service.name());
                }
            }
        }
        return best;
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
                    TENANTS.get(random.nextInt(3)),
                    random.nextBoolean() ? null : prefix(random),
                    random.nextInt(4) > 0));
        }
        return new Service(name, List.of(prefix(random), prefix(random)), transports, rules, null);
    }

    private static Prefix prefix(final Random random) {
        return Prefix.of(address(random), random.nextInt(33));
    }

    private static IpAddress address(final Random random) {
        return IpAddress.v4(random.nextInt(4) << 30 | random.nextInt(4) << 14 | random.nextInt(4));
    }
}
