package io.fairway.cluster.peer;

import io.fairway.model.wire.peer.Endpoint;

/**
 * A path to a peer as it stands. Immutable.
 *
 * @param leading whether this node speaks on the path; if not, the rest is what was known last
 * @param state of the path
 * @param sinceNs since when it has been so, as the clock had it
 * @param isUsable whether the path may be used: it is up, and not held down
 * @param quality what was measured
 * @param peerSeen where the peer is seen, or null
 * @param ownSeen where the peer sees us, or null
 * @param natAtPeer whether the peer is seen elsewhere than it believes itself to be
 * @param natHere whether we are seen elsewhere than we believe ourselves to be
 * @param mtuBytes the largest IP packet that is known to arrive
 * @param tcpRefused the kinds of TCP segments that do not pass, a set of
 *     {@link io.fairway.model.wire.peer.TcpProbe#bit}
 * @param peerIncarnation changes whenever the peer lost its sessions; 0: not heard yet
 * @param keys numbers of key generations
 */
public record PeerPathRow(
        boolean leading,
        PathState state,
        long sinceNs,
        boolean isUsable,
        Quality quality,
        Endpoint peerSeen,
        Endpoint ownSeen,
        boolean natAtPeer,
        boolean natHere,
        int mtuBytes,
        int tcpRefused,
        long peerIncarnation,
        Keys keys) {
    private static final double NS_PER_MS = 1e6;
    private static final double CODEC_MS = 10;
    private static final double LONG_DELAY_MS = 160;
    private static final double BEST_RATING = 93.2;
    private static final double LOSS_PER_PERCENT = 100;

    /**
     * How good the path is.
     *
     * @param latencyNs half of the round trip; -1: not measured yet
     * @param jitterNs between messages of the peer
     * @param loss the worse of both directions, in 1/10,000
     */
    public record Quality(long latencyNs, long jitterNs, int loss) {
        /**
         * What a listener would think of speech by this path, from 1 to 4.5: the E-model of ITU-T G.107 with what delay
         * and loss take away, as far as a router can know (svr-protocol.md section 9, item 30); 0: not measured yet.
         */
        public double mos() {
            if (latencyNs < 0) {
                return 0;
            }
            final double delayMs = latencyNs / NS_PER_MS + 2 * jitterNs / NS_PER_MS + CODEC_MS;
            final double delayLoss = delayMs < LONG_DELAY_MS ? delayMs / 40 : (delayMs - 120) / 10;
            final double rating = Math.clamp(BEST_RATING - delayLoss - 2.5 * loss / LOSS_PER_PERCENT, 0, 100);
            return 1 + 0.035 * rating + 7e-6 * rating * (rating - 60) * (100 - rating);
        }
    }

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
                0,
                false,
                new Quality(-1, 0, 0),
                null,
                null,
                false,
                false,
                mtuBytes,
                0,
                0,
                new Keys(0, 0));
    }

    /** The same, when this node speaks no more. */
    PeerPathRow retired() {
        return new PeerPathRow(
                false,
                state,
                sinceNs,
                isUsable,
                quality,
                peerSeen,
                ownSeen,
                natAtPeer,
                natHere,
                mtuBytes,
                tcpRefused,
                peerIncarnation,
                keys);
    }
}
