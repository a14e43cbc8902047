package io.fairway.cluster.peer;

import io.fairway.cluster.peer.exchange.ExchangeSettings;
import io.fairway.model.boundary.PeerMessageFlyweight;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Peering;
import io.fairway.model.config.Router;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.PeerMessage;
import java.util.function.LongSupplier;

/**
 * What never changes while a node runs, for one path, but the incarnation.
 *
 * @param pathIndex the path's place in its router
 * @param nodeId this node's position in its router
 * @param incarnation of our router's session state: changes whenever sessions were lost
 * @param own where we believe ourselves to be
 * @param configured where the peer is according to the configuration
 * @param listening whether the peer speaks first and is answered where it is seen
 * @param certified whether keys are agreed on by certificates; else they are shared
 * @param timers of our end
 * @param exchange names and times of the key exchange
 * @param mtuBytes the interface's MTU
 * @param detectsFirewalls whether to find out which TCP the path lets pass
 */
public record PeerSettings(
        int pathIndex,
        int nodeId,
        LongSupplier incarnation,
        Endpoint own,
        Endpoint configured,
        boolean listening,
        boolean certified,
        PathTimers timers,
        ExchangeSettings exchange,
        int mtuBytes,
        boolean detectsFirewalls) {
    /** Longer probes do not fit into the ring to the forwarder. */
    private static final int MAX_MTU_BYTES = PeerMessageFlyweight.MAX_PAYLOAD_BYTES;

    private static final long NS_PER_S = 1_000_000_000L;

    /** One path of a router's. */
    public static PeerSettings of(
            final Authority authority,
            final Router router,
            final int pathIndex,
            final int nodeId,
            final LongSupplier incarnation) {
        final Router.PeerPath path = router.peerPaths().get(pathIndex);
        final Peering.Terms terms = router.peering().terms().get(pathIndex);
        return new PeerSettings(
                pathIndex,
                nodeId,
                incarnation,
                new Endpoint(path.localWaypoint(), PeerMessage.PORT),
                new Endpoint(path.remoteWaypoint(), PeerMessage.PORT),
                terms.listening(),
                terms.certified(),
                PathTimers.of(terms.bfd()),
                new ExchangeSettings(
                        PeerMessage.authorityHash(authority.name()),
                        router.peering().name(),
                        terms.peerName(),
                        router.peering().keyLifetimeS() * NS_PER_S),
                Math.min(
                        MAX_MTU_BYTES,
                        router.interfaces().get(path.interfaceIndex()).mtuBytes()),
                terms.udpTransform() == Peering.UdpTransform.AUTO_DETECT);
    }
}
