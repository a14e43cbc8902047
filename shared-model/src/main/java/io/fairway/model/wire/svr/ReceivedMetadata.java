package io.fairway.model.wire.svr;

import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import java.util.UUID;

/**
 * Metadata as the controller thinks of it: every TLV that Fairway knows, what is absent being null, 0 or false. Built
 * by {@link MetadataParser#decode} from a packet, or by the encoder for a session.
 *
 * @param securityId the key's id, 0 for none
 * @param disableForward whether forward metadata is no longer needed
 * @param controlReason the wire value of a control message's reason, or {@link MetadataView#NO_CONTROL}
 * @param healthCheck the value of a health check, 0 for none
 * @param forwardContext client to server, as the client sent it; an ICMP echo's identifier is the source port
 * @param reverseContext server to client, as the server sent it; an ICMP echo's identifier is the destination port
 * @param uuid the session's name
 * @param tenant who sends
 * @param service what is asked for
 * @param encrypted whether the session's payload is encrypted
 * @param tcpAsUdp whether UDP carries the session's TCP
 * @param router the sending router's name
 * @param policy the sending router's security policy
 * @param destinationRouter the router that the packet is for
 * @param path the peer path's name
 * @param sourceNat the client's IPv4 address after NAT at the ingress
 * @param application the application's name
 * @param remainingSeconds how long the session has to live, 0 to 2^32-1, or {@link #NO_REMAINING_TIME}
 */
public record ReceivedMetadata(
        int securityId,
        boolean disableForward,
        int controlReason,
        int healthCheck,
        FiveTuple forwardContext,
        FiveTuple reverseContext,
        UUID uuid,
        String tenant,
        String service,
        boolean encrypted,
        boolean tcpAsUdp,
        String router,
        String policy,
        String destinationRouter,
        String path,
        IpAddress sourceNat,
        String application,
        long remainingSeconds) {
    /** {@link #remainingSeconds()} when the TLV is absent. */
    public static final long NO_REMAINING_TIME = -1;

    /** Whether it names all that a new session must (svr-protocol.md section 3.7, first row). */
    public boolean suffices() {
        return securityId != 0
                && forwardContext != null
                && uuid != null
                && tenant != null
                && service != null
                && router != null
                && policy != null
                && path != null;
    }
}
