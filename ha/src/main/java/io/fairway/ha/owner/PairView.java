package io.fairway.ha.owner;

import io.fairway.ha.arbiter.HomeClaim;
import io.fairway.ha.arbiter.PairState;
import java.util.List;
import java.util.Map;

/**
 * What `show pair` shows: one moment of a node's view of its pair. Immutable; times are System.nanoTime.
 *
 * @param atNs when this was true
 * @param node this node's id
 * @param incarnation this process
 * @param state this node's state
 * @param leaseUntilNs when this node's gate closes unless renewed; 0: closed
 * @param synced whether all of the partner's sessions are here
 * @param home0 who owns the buckets of home 0, with the epoch
 * @param home1 who owns the buckets of home 1
 * @param leaderMask the interfaces this node leads
 * @param partner what is known of the partner
 * @param fabricUp whether the fabric carries beats
 * @param paths one per way to the partner
 * @param drops frames on beat paths that were not believed, by reason, where there were any
 * @param decisions the last ones, oldest first
 */
public record PairView(
        long atNs,
        int node,
        long incarnation,
        PairState state,
        long leaseUntilNs,
        boolean synced,
        HomeClaim home0,
        HomeClaim home1,
        long leaderMask,
        Partner partner,
        boolean fabricUp,
        List<Path> paths,
        Map<String, Long> drops,
        List<Decision> decisions) {
    /**
     * The partner, as last heard.
     *
     * @param life whether it lives
     * @param incarnation its process; 0: never seen
     * @param state its state, or null
     * @param synced whether it has all our sessions
     * @param leaderMask the interfaces it leads
     */
    public record Partner(
            PartnerStatus.Life life, long incarnation, PairState state, boolean synced, long leaderMask) {}

    /**
     * A way to the partner.
     *
     * @param name the device
     * @param fabric whether it is a fabric link
     * @param heardNs when a beat last came; {@link Long#MIN_VALUE}: never
     * @param sent beats sent
     * @param refused beats the device refused
     * @param received beats believed
     */
    public record Path(String name, boolean fabric, long heardNs, long sent, long refused, long received) {}

    /**
     * A decision of the arbiter.
     *
     * @param atNs when
     * @param wallMs the wall clock then, for people only
     * @param what the action, with its reason
     */
    public record Decision(long atNs, long wallMs, String what) {}
}
