package io.fairway.model.config;

import io.fairway.model.wire.Prefix;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the YANG modules cannot say about an authority: names that must exist, prefixes without host bits, ports in
 * order, nothing claimed twice. {@link ServiceRules} looks into tenants and services, {@link RouterRules},
 * {@link PairRules}, {@link PeeringRules} and {@link NatRules} into each router.
 */
final class AuthorityRules {
    private final Instance authority;
    private final Faults faults;

    private AuthorityRules(final Instance authority, final Faults faults) {
        this.authority = authority;
        this.faults = faults;
    }

    /** Adds the faults in an instance that {@link InstanceCheck} found well-formed. */
    static void check(final Instance authority, final Faults faults) {
        new AuthorityRules(authority, faults).checkAll();
    }

    private void checkAll() {
        tenants();
        securityPolicies();
        securityKeys();
        new ServiceRules(authority, faults).check();
        for (final Instance service : authority.entries("service")) {
            service(service);
        }
        nodeNames();
        PeeringRules.names(authority, faults);
        waypoints();
        virtualMacs();
        for (final Instance router : authority.entries("router")) {
            new RouterRules(authority, router, faults).check();
            new PairRules(router, faults).check();
            new NatRules(router, faults).check();
            new PeeringRules(router, faults).check();
        }
    }

    private void tenants() {
        final Map<String, String> claims = new HashMap<>();
        for (final Instance tenant : authority.entries("tenant")) {
            prefixes(tenant, "source-prefix");
            for (final String prefix : tenant.texts("source-prefix")) {
                final String first = claims.putIfAbsent(prefix, tenant.text("name"));
                if (first != null) {
                    faults.add(
                            tenant.at("source-prefix"),
                            "prefixes of one tenant",
                            prefix + ", which is " + first + "'s");
                }
            }
        }
    }

    private void securityKeys() {
        for (final Instance key : authority.entries("security-key")) {
            final Instance policy = find(authority, "security-policy", key.text("policy"));
            if (policy == null) {
                faults.add(
                        key.at("policy"),
                        "the name of a security policy",
                        "\"" + key.text("policy") + "\", which is none");
            } else if (policy.text("hmac-mode").equals("disabled")) {
                faults.add(
                        key.at("policy"),
                        "a policy with an HMAC, for metadata is always authenticated",
                        "\"" + key.text("policy") + "\", which disables it");
            }
        }
    }

    private void securityOf(final Instance service) {
        final String name = service.textOrNull("security");
        if (name == null) {
            return;
        }
        if (find(authority, "security-policy", name) == null) {
            faults.add(service.at("security"), "the name of a security policy", "\"" + name + "\", which is none");
            return;
        }
        for (final Instance key : authority.entries("security-key")) {
            final Instance policy = find(authority, "security-policy", key.text("policy"));
            if (policy != null && policy.text("encryption").equals("none")) {
                faults.add(
                        key.at("policy"),
                        "a policy that encrypts metadata, in which the keys of service " + service.text("name")
                                + "'s sessions travel",
                        "\"" + key.text("policy") + "\", which leaves it readable");
            }
        }
    }

    /** CBC does not authenticate: what is encrypted by it could be changed on the way. */
    private void securityPolicies() {
        for (final Instance policy : authority.entries("security-policy")) {
            if (policy.text("encryption").endsWith("-cbc")
                    && policy.text("hmac-mode").equals("disabled")) {
                faults.add(policy.at("hmac-mode"), "an HMAC beside " + policy.text("encryption"), "\"disabled\"");
            }
        }
    }

    private void service(final Instance service) {
        prefixes(service, "prefix");
        securityOf(service);
        for (final Instance transport : service.entries("transport")) {
            ServiceRules.ports(transport, faults);
        }
        for (final Instance policy : service.entries("access-policy")) {
            prefixes(policy, "source-prefix");
            final String tenant = policy.text("tenant");
            if (!tenant.equals(Tenant.GLOBAL) && find(authority, "tenant", tenant) == null) {
                faults.add(policy.at("tenant"), "the name of a tenant", "\"" + tenant + "\", which is none");
            }
        }
    }

    private void prefixes(final Instance holder, final String leafList) {
        final List<String> prefixes = holder.texts(leafList);
        for (int i = 0; i < prefixes.size(); i++) {
            try {
                Prefix.parse(prefixes.get(i));
            } catch (final IllegalArgumentException e) {
                faults.add(
                        holder.at(leafList) + '[' + (i + 1) + ']',
                        "a prefix whose host bits are zero",
                        "\"" + prefixes.get(i) + "\"");
            }
        }
    }

    private void nodeNames() {
        final Map<String, String> routers = new HashMap<>();
        for (final Instance router : authority.entries("router")) {
            for (final Instance node : router.entries("node")) {
                final String first = routers.putIfAbsent(node.text("name"), router.text("name"));
                if (first != null) {
                    faults.add(node.path(), "a node name that is unique in the authority", "a node of router " + first);
                }
            }
        }
    }

    private void waypoints() {
        final Map<String, String> owners = new HashMap<>();
        for (final Instance router : authority.entries("router")) {
            for (final Instance port : router.entries("interface")) {
                if (port.has("neighborhood")) {
                    waypoint(router, port.at("address"), RouterRules.v4(port), owners);
                    waypoint(router, port.at("address-v6"), RouterRules.v6(port), owners);
                }
            }
        }
    }

    private void waypoint(
            final Instance router,
            final String path,
            final Router.InterfaceAddress waypoint,
            final Map<String, String> owners) {
        if (waypoint == null) {
            return;
        }
        final String address = waypoint.address().toString();
        final String first = owners.putIfAbsent(address, router.text("name"));
        if (first != null && !first.equals(router.text("name"))) {
            faults.add(path, "a waypoint that no other router has", address + ", which is router " + first + "'s");
        }
    }

    private void virtualMacs() {
        final Set<String> seen = new HashSet<>();
        for (final Instance router : authority.entries("router")) {
            for (final Instance port : router.entries("interface")) {
                final String mac = port.textOrNull("virtual-mac");
                if (mac != null && !seen.add(mac)) {
                    faults.add(port.at("virtual-mac"), "an address that no other interface has", "\"" + mac + "\"");
                }
            }
        }
    }

    /** The entry of this list with this name, or null. */
    static Instance find(final Instance holder, final String list, final String name) {
        return holder.entries(list).stream()
                .filter(entry -> entry.text("name").equals(name))
                .findFirst()
                .orElse(null);
    }
}
