package io.fairway.dataplane.svr;

import org.agrona.DirectBuffer;

/** Told of datagrams that never got whole. Must not allocate. */
@FunctionalInterface
public interface ExpiryListener {
    /**
     * The other fragments of a datagram did not come in time.
     *
     * @param interfaceIndex on which they came
     * @param stationMac who sent the frame, an Ethernet address
     * @param buffer holds the first fragment as it came, until this returns
     * @param ip where its IP header begins
     */
    void gaveUp(int interfaceIndex, long stationMac, DirectBuffer buffer, int ip);
}
