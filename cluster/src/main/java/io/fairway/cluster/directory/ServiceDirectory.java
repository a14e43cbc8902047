package io.fairway.cluster.directory;

import io.fairway.model.config.Authority;
import io.fairway.model.config.Service;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Prefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is asked for, and whether the tenant may (svr-protocol.md, section 2.1, steps 3 and 4). One table per tenant
 * holds just the services that a rule of that tenant speaks of: what no rule speaks of does not exist for it.
 * Immutable; any thread may ask.
 *
 * <p>The longest destination prefix wins, then the narrower range of ports, then the order of the configuration. Within
 * the service found, deny wins over allow.
 */
public final class ServiceDirectory {
    private final Map<String, PrefixTable<List<Offer>>> byTenant = new HashMap<>();

    /** The services of an authority. */
    public ServiceDirectory(final Authority authority) {
        final Map<String, Map<Prefix, List<Offer>>> building = new HashMap<>();
        int order = 0;
        for (final Service service : authority.services()) {
            for (final String tenant : tenantsOf(service)) {
                final Map<Prefix, List<Offer>> table = building.computeIfAbsent(tenant, name -> new HashMap<>());
                addOffers(table, service, tenant, order);
            }
            order++;
        }
        building.forEach((tenant, table) -> {
            table.values().forEach(offers -> offers.sort(Offer.NARROWEST_FIRST));
            byTenant.put(tenant, PrefixTable.of(table));
        });
    }

    /** What a tenant finds at a destination. */
    public sealed interface Finding {
        /**
         * The tenant may ask for this service.
         *
         * @param service its name
         */
        record Allowed(String service) implements Finding {}

        /**
         * A rule denies the tenant this service.
         *
         * @param service its name
         */
        record Denied(String service) implements Finding {}

        /** Nothing there for this tenant. */
        record None() implements Finding {}
    }

    private static final Finding NONE = new Finding.None();

    /** What this tenant finds with a client's tuple (client to server; an echo request for ICMP). */
    public Finding find(final String tenant, final FiveTuple tuple) {
        final PrefixTable<List<Offer>> table = byTenant.get(tenant);
        if (table == null) {
            return NONE;
        }
        for (int level = 0; level < table.levels(); level++) {
            final List<Offer> offers = table.at(level, tuple.destination());
            for (int i = 0; offers != null && i < offers.size(); i++) {
                final Offer offer = offers.get(i);
                if (offer.matches(tuple) && offer.speaksOf(tuple.source())) {
                    return offer.denies(tuple.source()) ? offer.denied : offer.allowed;
                }
            }
        }
        return NONE;
    }

    private static List<String> tenantsOf(final Service service) {
        return service.accessPolicies().stream()
                .map(Service.AccessPolicy::tenant)
                .distinct()
                .toList();
    }

    private static void addOffers(
            final Map<Prefix, List<Offer>> table, final Service service, final String tenant, final int order) {
        final List<Service.Transport> transports =
                service.transports().isEmpty() ? List.of(Offer.ANY) : service.transports();
        final List<Service.AccessPolicy> rules = service.accessPolicies().stream()
                .filter(rule -> rule.tenant().equals(tenant))
                .toList();
        for (final Prefix prefix : service.prefixes()) {
            for (final Service.Transport transport : transports) {
                table.computeIfAbsent(prefix, p -> new ArrayList<>())
                        .add(new Offer(service.name(), transport, rules, order));
            }
        }
    }

    private static final class Offer {
        private static final int ANY_PROTOCOL = -1;
        private static final Service.Transport ANY = new Service.Transport(ANY_PROTOCOL, 0, Integer.MAX_VALUE - 1);
        private static final Comparator<Offer> NARROWEST_FIRST =
                Comparator.<Offer>comparingInt(Offer::width).thenComparingInt(offer -> offer.order);

        private final Service.Transport transport;
        private final List<Service.AccessPolicy> rules;
        private final int order;
        private final Finding allowed;
        private final Finding denied;

        private Offer(
                final String service,
                final Service.Transport transport,
                final List<Service.AccessPolicy> rules,
                final int order) {
            this.transport = transport;
            this.rules = rules;
            this.order = order;
            allowed = new Finding.Allowed(service);
            denied = new Finding.Denied(service);
        }

        private int width() {
            return transport.lastPort() - transport.firstPort();
        }

        private boolean matches(final FiveTuple tuple) {
            return transport.protocol() == ANY_PROTOCOL
                    || transport.protocol() == tuple.protocol()
                            && tuple.destinationPort() >= transport.firstPort()
                            && tuple.destinationPort() <= transport.lastPort();
        }

        private boolean speaksOf(final IpAddress sender) {
            for (int i = 0; i < rules.size(); i++) {
                if (covers(rules.get(i), sender)) {
                    return true;
                }
            }
            return false;
        }

        private boolean denies(final IpAddress sender) {
            for (int i = 0; i < rules.size(); i++) {
                if (!rules.get(i).allow() && covers(rules.get(i), sender)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean covers(final Service.AccessPolicy rule, final IpAddress sender) {
            return rule.source() == null || rule.source().contains(sender);
        }
    }
}
