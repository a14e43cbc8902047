package io.fairway.cluster.directory;

import io.fairway.model.config.Authority;
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

    /** The tenant of a packet without metadata: its interface's, else by longest source prefix, else the global one. */
    public String tenantOf(final int interfaceIndex, final IpAddress source) {
        final String ofInterface = interfaces.get(interfaceIndex).tenant();
        if (ofInterface != null) {
            return ofInterface;
        }
        final String bySource = sources.longest(source);
        return bySource != null ? bySource : Tenant.GLOBAL;
    }

    /** Whether metadata may name this tenant. */
    public boolean knows(final String tenant) {
        return names.contains(tenant);
    }
}
