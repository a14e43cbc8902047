package io.fairway.model.wire.svr;

import io.fairway.model.config.Secret;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import java.util.List;
import java.util.UUID;

/**
 * Metadata as the controller thinks of it: every TLV that Fairway knows. Made by {@link MetadataParser#decode} from a
 * packet, or by {@link MetadataBuilder} for one. The accessors of single TLVs are those of the two parts.
 *
 * @param header the TLVs that are always in clear
 * @param payload the TLVs that may be encrypted on the wire
 */
public record ReceivedMetadata(HeaderTlvs header, PayloadTlvs payload) {
    /** {@link #remainingSeconds()} when the TLV is absent. */
    public static final long NO_REMAINING_TIME = -1;

    /** Whether it names all that a new session must (svr-protocol.md section 3.7, first row). */
    public boolean suffices() {
        return securityId() != 0
                && forwardContext() != null
                && uuid() != null
                && tenant() != null
                && service() != null
                && router() != null
                && policy() != null
                && path() != null;
    }

    public int securityId() {
        return header.securityId();
    }

    public boolean disableForward() {
        return header.disableForward();
    }

    public int controlReason() {
        return header.controlReason();
    }

    public int healthCheck() {
        return header.healthCheck();
    }

    public Fragment fragment() {
        return header.fragment();
    }

    public IpAddress icmpErrorLocation() {
        return header.icmpErrorLocation();
    }

    public PathMetrics pathMetrics() {
        return header.pathMetrics();
    }

    public FiveTuple forwardContext() {
        return payload.forwardContext();
    }

    public FiveTuple reverseContext() {
        return payload.reverseContext();
    }

    public UUID uuid() {
        return payload.uuid();
    }

    public String tenant() {
        return payload.tenant();
    }

    public String service() {
        return payload.service();
    }

    public boolean encrypted() {
        return payload.encrypted();
    }

    public boolean tcpAsUdp() {
        return payload.tcpAsUdp();
    }

    public String router() {
        return payload.router();
    }

    public String policy() {
        return payload.policy();
    }

    public String destinationRouter() {
        return payload.destinationRouter();
    }

    public String path() {
        return payload.path();
    }

    public IpAddress sourceNat() {
        return payload.sourceNat();
    }

    public String application() {
        return payload.application();
    }

    public long remainingSeconds() {
        return payload.remainingSeconds();
    }

    public Secret key() {
        return payload.key();
    }

    public MulticastContext multicast() {
        return payload.multicast();
    }

    public List<String> multicastEgress() {
        return payload.multicastEgress();
    }
}
