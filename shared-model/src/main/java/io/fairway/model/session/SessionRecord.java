package io.fairway.model.session;

import io.fairway.model.wire.IpAddress;
import java.util.UUID;

/**
 * A session as the controller thinks of it; {@link SessionRecordFlyweight} is its plain-data form.
 *
 * @param sessionId unique within the router: home node and bucket in the upper bits (see BucketId), then a counter
 * @param uuid the session's name on the wire, the same on every router that it crosses (RFC 9562, version 4)
 * @param version rises with every change; the higher one wins everywhere
 * @param bucket the bucket that owns it
 * @param epoch the bucket's epoch under which this version was written
 * @param state how far it has come
 * @param handshakeDone whether the metadata handshake of an SVR session is complete
 * @param idleTimeoutMs after how much silence it ends once established
 * @param createdMs wall-clock ms since 1970; shown to people, decides nothing
 * @param forward client to server
 * @param reverse server to client
 * @param tenant who sends
 * @param service what is asked for
 * @param peer the SVR router on the other side, empty for a local session
 * @param path the peer path's name, empty for a local session
 * @param security how its payload is protected
 * @param transit where it came from, in the middle and where the last router translates; else null
 * @param treatment what its service asks of the forwarder
 * @param sourceNat the IPv4 address that stands in for the client's where the session leaves the last router, as the
 *     first one says (svr-protocol.md section 2.1), or null
 */
public record SessionRecord(
        long sessionId,
        UUID uuid,
        int version,
        int bucket,
        int epoch,
        SessionState state,
        boolean handshakeDone,
        int idleTimeoutMs,
        long createdMs,
        Flow forward,
        Flow reverse,
        String tenant,
        String service,
        String peer,
        String path,
        SessionSecurity security,
        Transit transit,
        SessionTreatment treatment,
        IpAddress sourceNat) {
    /** The same session in a later version, written under this epoch. */
    public SessionRecord with(
            final int nextVersion,
            final int nextEpoch,
            final SessionState nextState,
            final boolean nextHandshakeDone,
            final SessionSecurity nextSecurity) {
        return new SessionRecord(
                sessionId,
                uuid,
                nextVersion,
                bucket,
                nextEpoch,
                nextState,
                nextHandshakeDone,
                idleTimeoutMs,
                createdMs,
                forward,
                reverse,
                tenant,
                service,
                peer,
                path,
                nextSecurity,
                transit,
                treatment,
                sourceNat);
    }

    /** The same session on another path to the same peer. */
    public SessionRecord onPath(final Flow nextForward, final Flow nextReverse, final String nextPath) {
        return new SessionRecord(
                sessionId,
                uuid,
                version,
                bucket,
                epoch,
                state,
                handshakeDone,
                idleTimeoutMs,
                createdMs,
                nextForward,
                nextReverse,
                tenant,
                service,
                peer,
                nextPath,
                security,
                transit,
                treatment,
                sourceNat);
    }
}
