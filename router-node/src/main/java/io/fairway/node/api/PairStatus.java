package io.fairway.node.api;

import java.util.List;

/**
 * How the two nodes of a router act as one.
 *
 * @param node this node
 * @param partner the other one, null in a router of one node
 * @param state this node's state in the pair, or SINGLE
 * @param meaning the state's sentence
 * @param partnerState what is known of the partner
 * @param partnerIncarnation how often the partner has started, as far as this node saw
 * @param leaseLeftMs how long this node may go on sending, -1 without a lease
 * @param replicated whether every session here is also there
 * @param unsynced sessions whose newest record the partner has not acknowledged
 * @param ownBuckets buckets that this node owns
 * @param highestEpoch of any bucket
 * @param leaders who leads each shared interface
 * @param paths the paths that beats take
 * @param decisions the newest last
 */
public record PairStatus(
        String node,
        String partner,
        String state,
        String meaning,
        String partnerState,
        long partnerIncarnation,
        long leaseLeftMs,
        boolean replicated,
        long unsynced,
        int ownBuckets,
        int highestEpoch,
        List<Leader> leaders,
        List<BeatPath> paths,
        List<Decision> decisions) {
    public PairStatus {
        leaders = List.copyOf(leaders);
        paths = List.copyOf(paths);
        decisions = List.copyOf(decisions);
    }

    /**
     * Who leads a shared interface.
     *
     * @param networkInterface its name
     * @param node the leader's name
     */
    public record Leader(String networkInterface, String node) {}

    /**
     * A path that beats take.
     *
     * @param name of the fabric device or the interface
     * @param alive whether beats come back within the lease
     * @param lastBeatAgeMs since the last beat that was heard on it, -1 for never
     */
    public record BeatPath(String name, boolean alive, long lastBeatAgeMs) {}

    /**
     * What was decided about ownership and why.
     *
     * @param ageMs how long ago
     * @param what was done
     * @param why the evidence
     */
    public record Decision(long ageMs, String what, String why) {}
}
