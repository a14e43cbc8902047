package io.fairway.dataplane.forward;

/**
 * What the forwarder knows of a session, for people.
 *
 * @param sessionId the session
 * @param version of the record that is installed
 * @param bucket who owns it
 * @param forwardPackets client to server
 * @param forwardBytes client to server
 * @param reversePackets server to client
 * @param reverseBytes server to client
 * @param silentNs since its last packet here
 * @param remainingMs until its time-out, if no packet comes; 0 or less: it is over
 * @param state "opening", "established", "closing" or "closed"
 * @param handshakeDone whether the metadata handshake is complete
 */
public record SessionStats(
        long sessionId,
        int version,
        int bucket,
        long forwardPackets,
        long forwardBytes,
        long reversePackets,
        long reverseBytes,
        long silentNs,
        long remainingMs,
        String state,
        boolean handshakeDone) {}
