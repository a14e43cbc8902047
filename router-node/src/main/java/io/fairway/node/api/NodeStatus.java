package io.fairway.node.api;

/**
 * Which node this is and how it is.
 *
 * @param node the node's name
 * @param release what it runs; null: one before 0.2.0
 * @param router the router's name
 * @param authority the authority's name
 * @param state one word: a pair's state, or RUNNING for a router of one node
 * @param processId of the node's JVM, or of the forwarder's
 * @param uptimeMs since the node's start
 * @param sessions in the flow table
 * @param maxSessions the flow table's capacity
 * @param processes of the node
 */
public record NodeStatus(
        String node,
        String release,
        String router,
        String authority,
        String state,
        long processId,
        long uptimeMs,
        long sessions,
        long maxSessions,
        ProcessStatus processes) {}
