package io.fairway.node.api;

import java.util.List;

/**
 * Sessions that were asked for.
 *
 * @param matching how many sessions the filter lets through
 * @param rows those of them that fit the filter's limit
 */
public record SessionPage(long matching, List<SessionRow> rows) {
    public SessionPage {
        rows = List.copyOf(rows);
    }
}
