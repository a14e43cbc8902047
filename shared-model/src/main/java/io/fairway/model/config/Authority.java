package io.fairway.model.config;

import java.util.List;

/**
 * All that one organisation manages: the whole configuration.
 *
 * @param name the authority's name; routers of one authority belong together
 * @param tenants who may send
 * @param services what may be asked for
 * @param policies how things are protected between routers, found by name
 * @param security the keys with which metadata is protected, found by id
 * @param routers every router, each of one node or two
 */
public record Authority(
        String name,
        List<Tenant> tenants,
        List<Service> services,
        List<SecurityPolicy> policies,
        List<SecurityKey> security,
        List<Router> routers) {
    public Authority {
        tenants = List.copyOf(tenants);
        services = List.copyOf(services);
        policies = List.copyOf(policies);
        security = List.copyOf(security);
        routers = List.copyOf(routers);
    }

    /** The service with this name, or null. */
    public Service service(final String serviceName) {
        return services.stream()
                .filter(s -> s.name().equals(serviceName))
                .findFirst()
                .orElse(null);
    }

    /** The router with this name, or null. */
    public Router router(final String routerName) {
        return routers.stream()
                .filter(r -> r.name().equals(routerName))
                .findFirst()
                .orElse(null);
    }

    /** The router that has a node with this name (node names are unique in an authority), or null. */
    public Router routerOfNode(final String nodeName) {
        return routers.stream()
                .filter(r -> r.node(nodeName) != null)
                .findFirst()
                .orElse(null);
    }

    /** The policies by which payload of some service is sealed, each once. */
    public List<SecurityPolicy> sealingPolicies() {
        return services.stream()
                .map(Service::security)
                .filter(policy -> policy != null && policy.protects())
                .distinct()
                .toList();
    }
}
