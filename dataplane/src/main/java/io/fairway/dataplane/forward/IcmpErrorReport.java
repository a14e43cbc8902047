package io.fairway.dataplane.forward;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.ParsedPacket;
import org.agrona.DirectBuffer;

/**
 * The ICMP error in hand: what it says, of which packet, and who says so. One object, reused. Forwarder's thread only.
 */
final class IcmpErrorReport {
    /** The packet, where it is quoted in {@link #buffer}. */
    final ParsedPacket quoted = new ParsedPacket();

    DirectBuffer buffer;

    /** As {@link io.fairway.model.wire.IcmpError} has it, of the quoted packet's family. */
    long head;

    int ttl;

    /** The router or host in error, as in {@link IpAddress}; 0 if it is the packet's destination, wherever that is. */
    long locationHigh;

    long locationLow;

    /** The packet is quoted as it travels between routers: with waypoints, and with what sealing has made of it. */
    boolean betweenRouters;

    void location(final long high, final long low) {
        locationHigh = high;
        locationLow = low;
    }

    /** Whether the packet's destination itself is in error, under an address that its sender need not know. */
    boolean isFromDestination() {
        return locationHigh == 0 && (int) locationLow == 0;
    }

    /** Whether the location is of a family. */
    boolean isLocated(final boolean inV6) {
        return !isFromDestination() && IpAddress.isV4(locationHigh, locationLow) != inV6;
    }
}
