package io.fairway.dataplane.neighbor;

import org.agrona.MutableDirectBuffer;

/** Where packets of our own making are written and sent; belongs to the forwarder's thread. */
public interface LinkOutput {
    /** The memory in which {@link #reserve} counts. */
    MutableDirectBuffer memory();

    /**
     * Room for one packet.
     *
     * @param networkBytes bytes of the packet without its link header
     * @return where it is to be written; it stays valid until it was sent
     */
    int reserve(int networkBytes);

    /**
     * Sends what was written to reserved room, if the send gate is open.
     *
     * @param destinationMac whom the frame is for
     * @param etherType of the packet
     */
    void send(int interfaceIndex, long destinationMac, int etherType, int networkOffset, int networkBytes);
}
