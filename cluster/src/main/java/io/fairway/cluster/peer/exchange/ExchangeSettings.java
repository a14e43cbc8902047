package io.fairway.cluster.peer.exchange;

/**
 * What never changes while two routers exchange keys.
 *
 * @param authorityHash tells authorities apart
 * @param ownName the name under which we peer
 * @param peerName the name under which the other router peers
 * @param lifetimeNs after how long new keys are agreed on
 */
public record ExchangeSettings(long authorityHash, String ownName, String peerName, long lifetimeNs) {
    /** Whether our name is the lower one: then we begin first, and our exchanges make even generations. */
    public boolean isLower() {
        return ownName.compareTo(peerName) < 0;
    }
}
