package io.fairway.model.config;

import io.fairway.model.wire.Prefix;
import java.util.List;

/**
 * A population of senders. A source belongs to the tenant of its interface, or to the one below that with the longest
 * matching source prefix; without a tenant of the interface to the tenant with the longest matching source prefix of
 * all, else to the global tenant.
 *
 * @param name dotted, leaf first ({@code guest.staff} is a child of {@code staff})
 * @param sourcePrefixes the senders' addresses, may be empty
 */
public record Tenant(String name, List<Prefix> sourcePrefixes) {
    /** The tenant of a source that no other tenant claims; it has no children. */
    public static final String GLOBAL = "global";

    public Tenant {
        sourcePrefixes = List.copyOf(sourcePrefixes);
    }
}
