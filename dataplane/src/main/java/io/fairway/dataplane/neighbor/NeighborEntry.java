package io.fairway.dataplane.neighbor;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.MacAddress;

/**
 * A neighbour, for people.
 *
 * @param interfaceIndex the logical interface
 * @param ip its address
 * @param mac its Ethernet address, 00:00:00:00:00:00 while unknown
 * @param state "incomplete", "reachable" or "probing"
 * @param ageMs since it was last heard, or first asked for
 * @param partners whether only the partner has heard it
 */
public record NeighborEntry(
        int interfaceIndex, IpAddress ip, MacAddress mac, String state, long ageMs, boolean partners) {}
