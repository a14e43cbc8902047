package io.fairway.model.session;

/**
 * Where a session came from, for routers whose flows do not say it: one in the middle (svr-protocol.md section 2.4), or
 * the last one if it translates the session's addresses.
 *
 * @param peer the router towards the client
 * @param path the peer path's name towards the client
 * @param context the forward context: the tuple of the client's packets
 */
public record Transit(String peer, String path, FiveTuple context) {}
