package io.fairway.ha.owner;

import io.fairway.ha.arbiter.NodeReport;
import io.fairway.ha.arbiter.PairAction;
import io.fairway.ha.arbiter.PairState;
import java.util.List;
import java.util.Map;

/**
 * What `show pair` shows: one moment of a node's view of its pair. Immutable; times are System.nanoTime.
 *
 * @param atNs when this was true
 * @param node this node's id
 * @param incarnation this process
 * @param leaseUntilNs when this node's gate closes unless renewed; 0: closed
 * @param report what this node says of itself
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
        long leaseUntilNs,
        NodeReport report,
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
     * @param report what it said of itself, or null
     * @param release what it runs; empty: not told
     * @param obstacle why its beats are not understood, in a sentence, or null
     */
    public record Partner(
            PartnerStatus.Life life, long incarnation, NodeReport report, String release, String obstacle) {}

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
     * @param action what was decided
     */
    public record Decision(long atNs, long wallMs, PairAction action) {}

    /** This node's state. */
    public PairState state() {
        return report.state();
    }
}
