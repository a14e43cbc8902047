package io.fairway.node.api;

import java.util.List;

/**
 * How the two nodes of a router act as one.
 *
 * @param node this node
 * @param partner the other one, null in a router of one node
 * @param release what this node runs; null: one before 0.2.0
 * @param partnerRelease what the partner runs, as it says in its beats; null: it does not say
 * @param obstacle what of the partner this node cannot understand, in a sentence, or null
 * @param state this node's state in the pair, or SINGLE
 * @param meaning the state's sentence
 * @param partnerState what is known of the partner
 * @param partnerIncarnation how often the partner has started, as far as this node saw
 * @param leaseLeftMs how long this node may go on sending, -1 without a lease
 * @param replicated whether every session here is also there
 * @param unsynced sessions whose newest record the partner has not acknowledged
 * @param copies how the two copies of the sessions stand to each other, null in a router of one node
 * @param drained whether this node gives everything to its partner, by an operator's word
 * @param frozen whether nothing moves between the nodes by itself
 * @param ownBuckets buckets that this node owns
 * @param highestEpoch of any bucket
 * @param homes who owns the buckets of each home
 * @param leaders who leads each shared interface
 * @param paths the paths that beats take
 * @param decisions the newest last
 * @param processes of this node
 */
public record PairStatus(
        String node,
        String partner,
        String release,
        String partnerRelease,
        String obstacle,
        String state,
        String meaning,
        String partnerState,
        long partnerIncarnation,
        long leaseLeftMs,
        boolean replicated,
        long unsynced,
        Copies copies,
        boolean drained,
        boolean frozen,
        int ownBuckets,
        int highestEpoch,
        List<Home> homes,
        List<Leader> leaders,
        List<BeatPath> paths,
        List<Decision> decisions,
        ProcessStatus processes) {
    public PairStatus {
        homes = List.copyOf(homes);
        leaders = List.copyOf(leaders);
        paths = List.copyOf(paths);
        decisions = List.copyOf(decisions);
    }

    /**
     * How the two copies stand to each other.
     *
     * @param equal whether their digests were found equal within the last three seconds
     * @param differing buckets whose digests differed at the last comparison, or that wait to be sent again
     * @param lagBatches batches of the journal that the partner has not acknowledged
     * @param lagMs how long the oldest of them has waited
     * @param laggingMs for how long sessions have not waited for the partner's acknowledgement, -1 if they wait
     */
    public record Copies(boolean equal, int differing, long lagBatches, long lagMs, long laggingMs) {}

    /**
     * Buckets of one home that belong together.
     *
     * @param home the node where they are at home
     * @param owner the node that owns them, or null
     * @param buckets how many
     * @param epoch their epoch
     */
    public record Home(String home, String owner, int buckets, int epoch) {}

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
