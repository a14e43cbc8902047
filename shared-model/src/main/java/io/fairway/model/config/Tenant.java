package io.fairway.model.config;

import io.fairway.model.wire.Prefix;
import java.util.List;

/**
 * A population of senders. A source belongs to the tenant of its interface, else to the tenant with the longest
 * matching source prefix, else to the global tenant.
 *
 * @param name dotted, leaf first ({@code guest.staff} is a child of {@code staff})
 * @param sourcePrefixes the senders' addresses, may be empty
 */
public record Tenant(String name, List<Prefix> sourcePrefixes) {
    /** The tenant of a source that no other tenant claims. */
    public static final String GLOBAL = "global";

    public Tenant {
        sourcePrefixes = List.copyOf(sourcePrefixes);
    }
}
