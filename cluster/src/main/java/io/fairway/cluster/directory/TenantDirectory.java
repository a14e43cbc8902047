package io.fairway.cluster.directory;

import io.fairway.model.config.Authority;
import io.fairway.model.config.DottedName;
import io.fairway.model.config.Router;
import io.fairway.model.config.Tenant;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Prefix;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who sends (svr-protocol.md, section 2.1, step 2). Immutable; any thread may ask. */
public final class TenantDirectory {
    private final List<Router.NetworkInterface> interfaces;
    private final PrefixTable<String> sources;
    private final Set<String> names;

    /** The tenants of an authority, seen from a router. */
    public TenantDirectory(final Authority authority, final Router router) {
        interfaces = router.interfaces();
        names = new HashSet<>();
        names.add(Tenant.GLOBAL);
        final Map<Prefix, String> prefixes = new HashMap<>();
        for (final Tenant tenant : authority.tenants()) {
            names.add(tenant.name());
            tenant.sourcePrefixes().forEach(prefix -> prefixes.putIfAbsent(prefix, tenant.name()));
        }
        sources = PrefixTable.of(prefixes);
    }

    /**
     * The tenant of a packet without metadata: its interface's, or the one below it with the longest source prefix;
     * else by longest source prefix, else the global one.
     */
    public String tenantOf(final int interfaceIndex, final IpAddress source) {
        final String ofInterface = interfaces.get(interfaceIndex).tenant();
        if (ofInterface != null) {
            return refined(ofInterface, source);
        }
        final String bySource = sources.longest(source);
        return bySource != null ? bySource : Tenant.GLOBAL;
    }

    private String refined(final String tenant, final IpAddress source) {
        for (int level = 0; level < sources.levels(); level++) {
            final String bySource = sources.at(level, source);
            if (bySource != null && DottedName.isBelow(bySource, tenant)) {
                return bySource;
            }
        }
        return tenant;
    }

    /**
     * The tenant whose rules decide on a tenant that metadata names: itself, else the nearest known one above it; null
     * if none is known. The global tenant has no children.
     */
    public String nearestKnown(final String named) {
        if (names.contains(named)) {
            return named;
        }
        String ancestor = DottedName.parent(named);
        while (ancestor != null && (!names.contains(ancestor) || ancestor.equals(Tenant.GLOBAL))) {
            ancestor = DottedName.parent(ancestor);
        }
        return ancestor;
    }
}
