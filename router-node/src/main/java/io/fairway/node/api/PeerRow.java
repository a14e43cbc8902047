package io.fairway.node.api;

/**
 * A path to another router.
 *
 * @param peer the other router
 * @param path the path's name
 * @param networkInterface the logical interface that we leave by
 * @param localWaypoint our address
 * @param remoteWaypoint theirs
 * @param state of the path, as far as it is known
 * @param sessions that use it
 */
public record PeerRow(
        String peer,
        String path,
        String networkInterface,
        String localWaypoint,
        String remoteWaypoint,
        String state,
        long sessions) {}
