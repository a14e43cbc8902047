package io.fairway.node.api;

/**
 * A logical interface on this node.
 *
 * @param name its name
 * @param device the kernel device behind it, null if only the other node has one
 * @param state up or down, or elsewhere if only the other node has it
 * @param vlan 0 for none
 * @param address our IPv4 address and the network's length, null if there is none
 * @param addressV6 our IPv6 address and the network's length, null if there is none
 * @param hardwareMac the device's Ethernet address, null if only the other node has one
 * @param virtualMac the shared Ethernet address, null if only one node has the interface
 * @param leader the node that leads it, null in a router of one node
 * @param gateway "answers", "not answering" or "asked"; null if no gateway is watched here
 * @param mtuBytes the link's MTU
 * @param rxPackets received
 * @param rxBytes received
 * @param txPackets sent
 * @param txBytes sent
 * @param rxDrops frames for which the kernel had no room
 * @param txDrops frames that the kernel refused
 */
public record InterfaceRow(
        String name,
        String device,
        String state,
        int vlan,
        String address,
        String addressV6,
        String hardwareMac,
        String virtualMac,
        String leader,
        String gateway,
        int mtuBytes,
        long rxPackets,
        long rxBytes,
        long txPackets,
        long txBytes,
        long rxDrops,
        long txDrops) {}
