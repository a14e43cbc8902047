package io.fairway.model.config;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Prefix;
import java.util.List;

/**
 * Something that may be asked for. What a child has none of its own is its parent's already.
 *
 * @param name dotted, leaf first ({@code branch.inet} is a child of {@code inet})
 * @param prefixes where it is
 * @param transports how it is asked; empty for every protocol and port
 * @param accessPolicies who may ask
 * @param security how payload is protected between routers; null for not at all
 * @param isPublic whether a tenant that no policy names may ask
 * @param sessionType what its sessions have in common, or null
 * @param tcpEnforcement how strictly its TCP sessions are watched
 */
public record Service(
        String name,
        List<Prefix> prefixes,
        List<Transport> transports,
        List<AccessPolicy> accessPolicies,
        SecurityPolicy security,
        boolean isPublic,
        SessionType sessionType,
        TcpEnforcement tcpEnforcement) {
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
    public record Transport(int protocol, int firstPort, int lastPort) {
        /** Whether a packet to this port (0 for a protocol without ports) is asked like this. */
        public boolean covers(final int packetProtocol, final int destinationPort) {
            return protocol == packetProtocol && destinationPort >= firstPort && destinationPort <= lastPort;
        }
    }

    /**
     * A rule on who may ask. A rule on a tenant comes before those on its ancestors; of one tenant's, deny wins.
     *
     * @param tenant the tenant that it speaks of, with all below it
     * @param source null, or the only prefix within the tenant that it speaks of
     * @param allow true to allow, false to deny
     */
    public record AccessPolicy(String tenant, Prefix source, boolean allow) {
        /** Whether the rule speaks of this sender, if the sender is the tenant's. */
        public boolean covers(final IpAddress sender) {
            return source == null || source.contains(sender);
        }
    }
}
