package io.fairway.model.session;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;

/**
 * Addresses, ports and protocol of one direction of a session; for the controller, never the packet path.
 *
 * @param source who sends
 * @param destination who is asked
 * @param sourcePort 0 to 65535; the identifier of an ICMP echo request
 * @param destinationPort 0 to 65535; the identifier of an ICMP echo reply
 * @param protocol the IP protocol number
 */
public record FiveTuple(IpAddress source, IpAddress destination, int sourcePort, int destinationPort, int protocol) {
    /** The other direction. */
    public FiveTuple reversed() {
        return new FiveTuple(destination, source, destinationPort, sourcePort, protocol);
    }

    @Override
    public String toString() {
        return IpProtocol.name(protocol) + " " + source.withPort(sourcePort) + " > "
                + destination.withPort(destinationPort);
    }
}
