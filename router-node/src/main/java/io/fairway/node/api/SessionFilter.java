package io.fairway.node.api;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Prefix;
import java.util.function.Predicate;

/**
 * Which sessions are asked for; null means any. It is judged by the forward direction.
 *
 * @param tenant a tenant's name
 * @param service a service's name
 * @param source a prefix or an address
 * @param destination a prefix or an address
 * @param port the destination's port, 0 for any
 * @param protocol an IP protocol's short name
 * @param networkInterface a logical interface
 * @param owner a node's name
 * @param limit how many sessions at most
 */
public record SessionFilter(
        String tenant,
        String service,
        String source,
        String destination,
        int port,
        String protocol,
        String networkInterface,
        String owner,
        int limit) {
    /** What is sent when nobody names a limit. */
    public static final int DEFAULT_LIMIT = 10_000;

    /** Every session, up to the default limit. */
    public static final SessionFilter ALL =
            new SessionFilter(null, null, null, null, 0, null, null, null, DEFAULT_LIMIT);

    /**
     * Whether a row is asked for; parse once, use for many rows.
     *
     * @throws IllegalArgumentException if source or destination is no prefix
     */
    public Predicate<SessionRow> predicate() {
        final Prefix from = source == null ? null : Prefix.parse(source);
        final Prefix to = destination == null ? null : Prefix.parse(destination);
        return row -> is(tenant, row.tenant())
                && is(service, row.service())
                && is(owner, row.owner())
                && is(protocol, row.forward().protocol())
                && is(networkInterface, row.forward().networkInterface())
                && (port == 0 || port == row.forward().destinationPort())
                && holds(from, row.forward().sourceIp())
                && holds(to, row.forward().destinationIp());
    }

    private static boolean is(final String wanted, final String actual) {
        return wanted == null || wanted.equals(actual);
    }

    private static boolean holds(final Prefix wanted, final String actual) {
        return wanted == null || wanted.contains(IpAddress.parse(actual));
    }
}
