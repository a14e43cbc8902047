package io.fairway.model.session;

/**
 * What a router in the middle knows of a session besides what every router knows: who sent it, and what it was at its
 * first router (svr-protocol.md section 2.4).
 *
 * @param peer the router towards the client
 * @param path the peer path's name towards the client
 * @param context the forward context: the tuple of the client's packets
 */
public record Transit(String peer, String path, FiveTuple context) {}
