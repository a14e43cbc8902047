package io.fairway.model.wire.peer;

import io.fairway.model.wire.IpAddress;

/**
 * Where a router is, or where it is seen.
 *
 * @param address IPv4 or IPv6
 * @param port of UDP
 */
public record Endpoint(IpAddress address, int port) {
    @Override
    public String toString() {
        return address.isV4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}
