package io.fairway.cluster.peer;

import io.fairway.model.wire.peer.Endpoint;

/**
 * A path to a peer as it stands. Immutable.
 *
 * @param leading whether this node speaks on the path; if not, the rest is what was known last
 * @param state of the path
 * @param isUsable whether the path may be used: it is up, and not held down
 * @param quality what was measured
 * @param peerSeen where the peer is seen, or null
 * @param ownSeen where the peer sees us, or null
 * @param natAtPeer whether the peer is seen elsewhere than it believes itself to be
 * @param natHere whether we are seen elsewhere than we believe ourselves to be
 * @param mtuBytes the largest IP packet that is known to arrive
 * @param peerIncarnation changes whenever the peer lost its sessions; 0: not heard yet
 * @param keys numbers of key generations
 */
public record PeerPathRow(
        boolean leading,
        PathState state,
        boolean isUsable,
        Quality quality,
        Endpoint peerSeen,
        Endpoint ownSeen,
        boolean natAtPeer,
        boolean natHere,
        int mtuBytes,
        long peerIncarnation,
        Keys keys) {
    /**
     * How good the path is.
     *
     * @param latencyNs half of the round trip; -1: not measured yet
     * @param jitterNs between messages of the peer
     * @param loss the worse of both directions, in 1/10,000
     */
    public record Quality(long latencyNs, long jitterNs, int loss) {}

    /**
     * Which keys protect, by number.
     *
     * @param inUse with which we sign; 0: there is none
     * @param peerUses with which the peer signs; 0: not heard yet
     */
    public record Keys(int inUse, int peerUses) {}

    /** Before anything is known. */
    public static PeerPathRow unknown(final int mtuBytes) {
        return new PeerPathRow(
                false,
                PathState.DOWN,
                false,
                new Quality(-1, 0, 0),
                null,
                null,
                false,
                false,
                mtuBytes,
                0,
                new Keys(0, 0));
    }

    /** The same, when this node speaks no more. */
    PeerPathRow retired() {
        return new PeerPathRow(
                false,
                state,
                isUsable,
                quality,
                peerSeen,
                ownSeen,
                natAtPeer,
                natHere,
                mtuBytes,
                peerIncarnation,
                keys);
    }
}
