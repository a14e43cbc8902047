package io.fairway.model.session;

/**
 * One direction of a session: the key that recognises its packets and what is done with them.
 *
 * @param interfaceIndex the logical interface on which its packets arrive
 * @param vlan 0 for none
 * @param tuple addresses, ports and protocol as they arrive
 * @param action what the forwarder does
 */
public record Flow(int interfaceIndex, int vlan, FiveTuple tuple, FlowAction action) {}
