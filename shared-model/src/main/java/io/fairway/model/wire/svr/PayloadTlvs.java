package io.fairway.model.wire.svr;

import io.fairway.model.config.Secret;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import java.util.List;
import java.util.UUID;

/**
 * The TLVs of metadata's payload, which may be encrypted on the wire (svr-protocol.md section 3.5); what is absent is
 * null or false.
 *
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
 * @param remainingSeconds how long the session has to live, 0 to 2^32-1, or {@link ReceivedMetadata#NO_REMAINING_TIME}
 * @param key the key of the session's payload, 16, 32, 48 or 64 bytes
 * @param multicast a multicast session's source and group
 * @param multicastEgress the routers at which a multicast session leaves
 */
public record PayloadTlvs(
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
        long remainingSeconds,
        Secret key,
        MulticastContext multicast,
        List<String> multicastEgress) {}
