package io.fairway.model.config;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Prefix;
import java.util.List;

/**
 * Something that may be asked for.
 *
 * @param name the service's name
 * @param prefixes where it is
 * @param transports how it is asked; empty for every protocol and port
 * @param accessPolicies who may ask; a tenant that none names may not
 * @param security how payload is protected between routers; null for not at all
 */
public record Service(
        String name,
        List<Prefix> prefixes,
        List<Transport> transports,
        List<AccessPolicy> accessPolicies,
        SecurityPolicy security) {
    public Service {
        prefixes = List.copyOf(prefixes);
        transports = List.copyOf(transports);
        accessPolicies = List.copyOf(accessPolicies);
    }

    /**
     * A protocol and its ports.
     *
     * @param protocol IP protocol number
     * @param firstPort the lowest port; 0 for a protocol without ports
     * @param lastPort the highest port, inclusive; 65535 for all
     */
    public record Transport(int protocol, int firstPort, int lastPort) {}

    /**
     * A rule on who may ask.
     *
     * @param tenant the tenant it speaks of
     * @param source null, or the only prefix within the tenant that it speaks of
     * @param allow true to allow, false to deny; deny wins over allow
     */
    public record AccessPolicy(String tenant, Prefix source, boolean allow) {
        /** Whether the rule speaks of this sender. */
        public boolean speaksOf(final String senderTenant, final IpAddress sender) {
            return tenant.equals(senderTenant) && (source == null || source.contains(sender));
        }
    }
}
