package io.fairway.cluster.session;

import io.fairway.model.session.FiveTuple;
import java.util.UUID;
import org.agrona.DirectBuffer;

/**
 * What the forward metadata of a first packet says (svr-protocol.md, section 3.7); what was not there is null.
 *
 * @param forwardContext the tuple as the first router received it from the client
 * @param tenant who sends
 * @param service what is asked for
 * @param uuid the session's name
 * @param router the router that sent it
 * @param securityId the key with which it was signed, whose HMAC the forwarder has verified
 */
public record PeerMetadata(
        FiveTuple forwardContext, String tenant, String service, UUID uuid, String router, int securityId) {
    /** Whether all that a new session needs is there. */
    public boolean isComplete() {
        return forwardContext != null && tenant != null && service != null && uuid != null;
    }

    /** Reads metadata from the cookie to the end of the payload TLVs. */
    @FunctionalInterface
    public interface Reader {
        /** What the bytes say, or null if they are malformed; never throws. */
        PeerMetadata read(DirectBuffer metadata, int offset, int length);
    }
}
