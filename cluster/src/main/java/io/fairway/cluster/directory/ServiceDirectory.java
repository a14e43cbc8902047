package io.fairway.cluster.directory;

import io.fairway.model.config.Authority;
import io.fairway.model.config.DottedName;
import io.fairway.model.config.Service;
import io.fairway.model.config.Tenant;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Prefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is asked for, and whether the tenant may (svr-protocol.md, section 2.1, steps 3 and 4, and section 6.2). One
 * table per tenant holds just the services that are public or that a rule of that tenant or of one above it speaks of:
 * anything else does not exist for it. Immutable; any thread may ask.
 *
 * <p>The longest destination prefix wins; then a service over those above it; then the narrower range of ports, then
 * the order of the configuration. Whether the tenant may ask for the service found, its own rules say, else those of
 * the nearest tenant above it with a rule on the sender; of one tenant's, deny wins.
 */
public final class ServiceDirectory {
    private final Map<String, PrefixTable<List<Offer>>> byTenant = new HashMap<>();

    /** The services of an authority. */
    public ServiceDirectory(final Authority authority) {
        for (final String tenant : tenants(authority)) {
            final Map<Prefix, List<Offer>> table = new HashMap<>();
            for (int order = 0; order < authority.services().size(); order++) {
                addOffers(table, authority.services().get(order), tenant, order);
            }
            table.values().forEach(offers -> offers.sort(Offer.NARROWEST_FIRST));
            byTenant.put(tenant, PrefixTable.of(table));
        }
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
        return find(tenant, tuple, null);
    }

    /**
     * What this tenant finds for a session whose sender has named its service: that service, else the nearest known one
     * above it, else one below it; nothing if what is found there is none of these (svr-protocol.md, section 2.3, step
     * 4, and section 2.4). The name decides only between services at the same prefix.
     *
     * @param named the service's name, or null if the sender has named none
     */
    public Finding find(final String tenant, final FiveTuple tuple, final String named) {
        final PrefixTable<List<Offer>> table = byTenant.get(tenant);
        if (table == null) {
            return NONE;
        }
        for (int level = 0; level < table.levels(); level++) {
            final List<Offer> offers = table.at(level, tuple.destination());
            final Offer best = offers == null ? null : best(offers, tuple, named);
            if (best != null) {
                return named == null || DottedName.areRelated(best.service, named) ? best.judge(tuple.source()) : NONE;
            }
        }
        return NONE;
    }

    private static Offer best(final List<Offer> offers, final FiveTuple tuple, final String named) {
        Offer best = null;
        for (int i = 0; i < offers.size(); i++) {
            final Offer offer = offers.get(i);
            if (offer.matches(tuple)
                    && offer.judge(tuple.source()) != NONE
                    && (best == null || offer.isBefore(best, named))) {
                best = offer;
            }
        }
        return best;
    }

    private static Set<String> tenants(final Authority authority) {
        final Set<String> tenants = new LinkedHashSet<>();
        tenants.add(Tenant.GLOBAL);
        authority.tenants().forEach(tenant -> tenants.add(tenant.name()));
        authority.services().forEach(service -> service.accessPolicies().forEach(rule -> tenants.add(rule.tenant())));
        return tenants;
    }

    private static void addOffers(
            final Map<Prefix, List<Offer>> table, final Service service, final String tenant, final int order) {
        final List<List<Service.AccessPolicy>> rules = rulesFor(tenant, service);
        if (rules.isEmpty() && !service.isPublic()) {
            return;
        }
        final List<Service.Transport> transports =
                service.transports().isEmpty() ? List.of(Offer.ANY) : service.transports();
        for (final Prefix prefix : service.prefixes()) {
            for (final Service.Transport transport : transports) {
                table.computeIfAbsent(prefix, p -> new ArrayList<>()).add(new Offer(service, transport, rules, order));
            }
        }
    }

    /** The rules on this tenant and on those above it, the nearest first; tenants without a rule are left out. */
    private static List<List<Service.AccessPolicy>> rulesFor(final String tenant, final Service service) {
        final List<List<Service.AccessPolicy>> rules = new ArrayList<>();
        String next = tenant;
        while (next != null) {
            final String of = next;
            final List<Service.AccessPolicy> own = service.accessPolicies().stream()
                    .filter(rule -> rule.tenant().equals(of))
                    .toList();
            if (!own.isEmpty()) {
                rules.add(own);
            }
            next = DottedName.parent(of);
        }
        return rules;
    }

    private static final class Offer {
        private static final int ANY_PROTOCOL = -1;
        private static final int FARTHER = 1 << 16;
        private static final Service.Transport ANY = new Service.Transport(ANY_PROTOCOL, 0, Integer.MAX_VALUE - 1);
        private static final Comparator<Offer> NARROWEST_FIRST =
                Comparator.<Offer>comparingInt(Offer::width).thenComparingInt(offer -> offer.order);

        private final String service;
        private final Service.Transport transport;
        private final List<List<Service.AccessPolicy>> rules;
        private final int order;
        private final Finding allowed;
        private final Finding denied;
        private final Finding unruled;

        private Offer(
                final Service service,
                final Service.Transport transport,
                final List<List<Service.AccessPolicy>> rules,
                final int order) {
            this.service = service.name();
            this.transport = transport;
            this.rules = rules;
            this.order = order;
            allowed = new Finding.Allowed(service.name());
            denied = new Finding.Denied(service.name());
            unruled = service.isPublic() ? allowed : NONE;
        }

        private int width() {
            return transport.lastPort() - transport.firstPort();
        }

        private boolean matches(final FiveTuple tuple) {
            return transport.protocol() == ANY_PROTOCOL || transport.covers(tuple.protocol(), tuple.destinationPort());
        }

        /** What the nearest tenant's rules that cover this sender say. */
        private Finding judge(final IpAddress sender) {
            for (int level = 0; level < rules.size(); level++) {
                final Finding finding = judge(rules.get(level), sender);
                if (finding != NONE) {
                    return finding;
                }
            }
            return unruled;
        }

        private Finding judge(final List<Service.AccessPolicy> level, final IpAddress sender) {
            Finding finding = NONE;
            for (int i = 0; i < level.size(); i++) {
                final Service.AccessPolicy rule = level.get(i);
                if (rule.covers(sender)) {
                    if (!rule.allow()) {
                        return denied;
                    }
                    finding = allowed;
                }
            }
            return finding;
        }

        /** Whether this one comes before another of the same prefix that is narrower or was listed before it. */
        private boolean isBefore(final Offer other, final String named) {
            return named == null
                    ? DottedName.isBelow(service, other.service)
                    : distance(service, named) < distance(other.service, named);
        }

        /** The named one first, then those above it, then those below it, the nearest first; then all the rest. */
        private static int distance(final String service, final String named) {
            if (service.equals(named)) {
                return 0;
            }
            if (DottedName.isBelow(named, service)) {
                return named.length() - service.length();
            }
            return DottedName.isBelow(service, named) ? FARTHER + service.length() : Integer.MAX_VALUE;
        }
    }
}
