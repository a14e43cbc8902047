package io.fairway.model.session;

import io.fairway.model.config.TcpEnforcement;

/**
 * What a session's service and session type ask of the forwarder.
 *
 * @param tcpEnforcement how strictly a TCP session is watched
 * @param tcpOpeningMs after how much silence a TCP session ends before it is established, 0 for the router's own time;
 *     records hold tenths of a second, rounded up
 * @param natKeepAlive whether silence between routers is broken, so that a NAT between them keeps its binding
 */
public record SessionTreatment(TcpEnforcement tcpEnforcement, int tcpOpeningMs, boolean natKeepAlive) {
    /** The longest opening time-out that a record holds. */
    public static final int MAX_TCP_OPENING_MS = 3_600_000;

    /** Nothing special. */
    public static final SessionTreatment DEFAULT = new SessionTreatment(TcpEnforcement.BLOCK, 0, false);
}
