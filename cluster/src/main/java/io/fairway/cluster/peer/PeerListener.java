package io.fairway.cluster.peer;

import io.fairway.cluster.directory.PathCondition;
import io.fairway.cluster.peer.exchange.PeerKeys;
import io.fairway.model.wire.peer.Endpoint;

/** Who is told what happens on the paths to peers. Several threads call, each for other paths; must not block. */
public interface PeerListener {
    /** The path may be used. */
    void onPathUp(int pathIndex);

    /** The path may be used no more. */
    void onPathDown(int pathIndex, String why);

    /**
     * Packets up to this size are known to arrive at the peer, and larger ones are not.
     *
     * @param mtuBytes of the IP packet; {@link PathCondition#LINK_MTU} if all that the link carries arrives
     */
    void onMtu(int pathIndex, int mtuBytes);

    /**
     * Whether TCP passes, both ways.
     *
     * @param refused the kinds of segments that do not, a set of {@link io.fairway.model.wire.peer.TcpProbe#bit}
     */
    void onTcpRefused(int pathIndex, int refused);

    /**
     * The peer was heard for the first time, or its sessions are others than before.
     *
     * @param incarnation as in the {@link PeerPathRow}
     * @param lost whether it has lost its sessions since it was last heard: metadata must start again
     */
    void onPeerIncarnation(int pathIndex, long incarnation, boolean lost);

    /** The peer is seen elsewhere than before, or than configured: the address and port to which to send. */
    void onObservedAddressChanged(int pathIndex, Endpoint seen);

    /** The peer sees us elsewhere than before, or than where we are: a NAT changed its mind. */
    void onOwnAddressChanged(int pathIndex, Endpoint seen);

    /** These keys hold from now on, and only these; never called where keys are shared. */
    void onKeys(int pathIndex, PeerKeys keys);
}
