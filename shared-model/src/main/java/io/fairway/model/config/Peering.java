package io.fairway.model.config;

import java.nio.file.Path;
import java.util.List;

/**
 * How a router presents itself to its peers, and what holds on each path to them (svr-protocol.md sections 4.2 and 5).
 *
 * @param name the name under which it peers: the only one that travels in clear
 * @param identity its certificate and whom it trusts, or null
 * @param keyLifetimeS after how long new keys are agreed on
 * @param terms what holds on each path, in the order of {@link Router#peerPaths}
 */
public record Peering(String name, Identity identity, int keyLifetimeS, List<Terms> terms) {
    public Peering {
        terms = List.copyOf(terms);
    }

    /**
     * Files, none of them read yet.
     *
     * @param certificate the router's certificate and those that lead to a trust anchor
     * @param privateKey the certificate's key
     * @param trustAnchors who may vouch for peers
     * @param crl revocation lists, or null
     */
    public record Identity(Path certificate, Path privateKey, List<Path> trustAnchors, Path crl) {
        public Identity {
            trustAnchors = List.copyOf(trustAnchors);
        }
    }

    /**
     * What holds on one path.
     *
     * @param peerName the name under which the other router peers
     * @param certified whether both have certificates and agree on keys; else shared keys protect
     * @param bfd timers of our end
     * @param listening whether the peer speaks first and is answered where it is seen
     * @param udpTransform when TCP sessions cross it as UDP, past a firewall
     */
    public record Terms(String peerName, boolean certified, Bfd bfd, boolean listening, UdpTransform udpTransform) {}

    /** When TCP sessions cross a path as UDP (svr-protocol.md section 2.9). */
    public enum UdpTransform {
        NEVER,
        /** While the path is found not to let TCP pass. */
        AUTO_DETECT,
        ALWAYS
    }

    /**
     * Timers of one end of a path (RFC 5880 section 6.8.1).
     *
     * @param desiredTxMs how often we would like to speak
     * @param requiredRxMs how often we can listen
     * @param multiplier after how many missing messages in a row the peer takes the path for down
     */
    public record Bfd(int desiredTxMs, int requiredRxMs, int multiplier) {}
}
