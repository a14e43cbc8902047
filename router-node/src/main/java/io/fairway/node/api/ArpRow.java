package io.fairway.node.api;

/**
 * A neighbour on a connected network.
 *
 * @param networkInterface the logical interface
 * @param ip its address
 * @param mac its Ethernet address, null while unknown
 * @param state of the entry
 * @param ageMs since it was last confirmed
 * @param from "own" if this node heard it, "partner" if only its partner did
 */
public record ArpRow(String networkInterface, String ip, String mac, String state, long ageMs, String from) {}
