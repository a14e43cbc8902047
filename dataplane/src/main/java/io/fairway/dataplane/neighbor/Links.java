package io.fairway.dataplane.neighbor;

/**
 * What is known of the logical interfaces; addresses are two longs as in {@link io.fairway.model.wire.IpAddress}. An
 * interface with an IPv6 address also has link-local ones: of its hardware address, which is this node's own, and of
 * the address it shares with its partner. For the forwarder's thread.
 */
public interface Links {
    int count();

    /** Whether this node has the interface, and not its partner alone. */
    boolean isHere(int interfaceIndex);

    /** Whether both nodes of a pair have the interface. */
    boolean isShared(int interfaceIndex);

    /** Our IPv4 address on the interface, 32 bits in network order; 0 if it has none. */
    int addressV4(int interfaceIndex);

    /** The upper half of our IPv6 address on the interface; 0 if it has none. */
    long addressHigh(int interfaceIndex);

    /** The lower half of our IPv6 address on the interface. */
    long addressLow(int interfaceIndex);

    /** Whether an IPv4 address of the interface's network is one of a source NAT pool, so that we answer for it. */
    boolean lends(int interfaceIndex, int address);

    /** Whether an address lies in one of the interface's connected networks, the link-local one among them. */
    boolean isConnected(int interfaceIndex, long high, long low);

    /** Whether this node speaks for our address: it leads the interface, or there is no partner. */
    boolean speaksFor(int interfaceIndex);

    /** The Ethernet address that frames leave with: the virtual one if we lead the interface and it has one. */
    long sourceMac(int interfaceIndex);

    /** The device's own Ethernet address. */
    long hardwareMac(int interfaceIndex);
}
