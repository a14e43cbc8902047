package io.fairway.dataplane.neighbor;

/** What is known of the logical interfaces; addresses are IPv4 in network order. For the forwarder's thread. */
public interface Links {
    int count();

    /** Our address on the interface. */
    int address(int interfaceIndex);

    /** Whether an address lies in the interface's connected network. */
    boolean isConnected(int interfaceIndex, int address);

    /** Whether this node speaks for our address: it leads the interface, or there is no partner. */
    boolean speaksFor(int interfaceIndex);

    /** The Ethernet address that frames leave with: the virtual one if we lead the interface and it has one. */
    long sourceMac(int interfaceIndex);
}
