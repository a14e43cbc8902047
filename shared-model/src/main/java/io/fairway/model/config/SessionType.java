package io.fairway.model.config;

import java.util.List;

/**
 * What the sessions of an application have in common (svr-protocol.md section 2.11).
 *
 * @param name the type's name
 * @param transports the protocol, with each range of ports; a session of another protocol or port is not of this type
 * @param timeoutMs after how much silence a session ends, 0 for the router's own time
 * @param tcpOpeningMs the same before a TCP session is established, 0 for the router's own time
 * @param natKeepAlive whether silence between routers is broken, so that a NAT between them keeps its binding
 */
public record SessionType(
        String name, List<Service.Transport> transports, int timeoutMs, int tcpOpeningMs, boolean natKeepAlive) {
    public SessionType {
        transports = List.copyOf(transports);
    }

    /** Whether a session to this port is of this type. */
    public boolean fits(final int protocol, final int destinationPort) {
        return transports.stream().anyMatch(transport -> transport.covers(protocol, destinationPort));
    }
}
