package io.fairway.node.api;

import java.util.List;

/**
 * A path to another router.
 *
 * @param peer the other router
 * @param path the path's name
 * @param networkInterface the logical interface that we leave by
 * @param localWaypoint our address
 * @param remoteWaypoint theirs
 * @param state up, held (up again, but not used yet), init, down or admin-down; standby if the other node speaks
 * @param stateMs for how long; -1: unknown
 * @param quality what was measured, or null
 * @param mtuBytes the largest IP packet that is known to arrive
 * @param tcp how TCP sessions cross it: as TCP, or as UDP and why
 * @param seen where the peer is seen, or null
 * @param ownSeen where the peer sees us, or null
 * @param nat none, peer, here or both: whose address is another on its way
 * @param keys which keys protect
 * @param counters what happened
 * @param sessions that use it
 */
public record PeerRow(
        String peer,
        String path,
        String networkInterface,
        String localWaypoint,
        String remoteWaypoint,
        String state,
        long stateMs,
        Quality quality,
        int mtuBytes,
        String tcp,
        String seen,
        String ownSeen,
        String nat,
        Keys keys,
        Counters counters,
        long sessions) {
    /**
     * How good a path is.
     *
     * @param latencyMs half of the round trip
     * @param jitterMs between messages of the peer
     * @param lossPercent the worse of both directions
     * @param mos what a listener would think of speech, 1 to 4.5
     */
    public record Quality(double latencyMs, double jitterMs, double lossPercent, double mos) {}

    /**
     * Which keys protect a path.
     *
     * @param kind shared or certificates
     * @param inUse the generation with which we send; 0: none
     * @param peerUses the one with which the peer sends; 0: not heard yet
     */
    public record Keys(String kind, int inUse, int peerUses) {}

    /**
     * What happened on a path since the node's start.
     *
     * @param sent messages
     * @param believed messages of the peer's
     * @param ups how often the path came up
     * @param downs how often it fell
     * @param refused what was not believed, without reasons that never happened
     */
    public record Counters(long sent, long believed, long ups, long downs, List<Refused> refused) {}

    /**
     * Why something was not believed, and how often.
     *
     * @param reason its name
     * @param sentence for people
     * @param count how often
     */
    public record Refused(String reason, String sentence, long count) {}
}
