package io.fairway.cluster.peer;

import io.fairway.cluster.peer.exchange.PeerKeys;

/**
 * What the node that speaks on a path tells the other one, so that it could go on.
 *
 * @param keys the keys as {@link PeerListener#onKeys} has them
 * @param peerIncarnation as in the {@link PeerPathRow}
 */
public record PeerHandover(PeerKeys keys, long peerIncarnation) {
    /** Nothing was told. */
    public static final PeerHandover NONE = new PeerHandover(PeerKeys.NONE, 0);
}
