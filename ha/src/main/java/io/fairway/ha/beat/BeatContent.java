package io.fairway.ha.beat;

import io.fairway.ha.arbiter.NodeReport;

/**
 * What this node says in its beats; made by the pair's thread after each decision, so that an echo and the ownership in
 * one beat always agree.
 *
 * @param report what it says of itself
 * @param echo the newest beat of the partner that the arbiter knows
 */
public record BeatContent(NodeReport report, Echo echo) {
    /** Which beat of the partner is sent back. */
    public record Echo(long incarnation, long sequence, long sentNs) {
        /** Nothing was heard yet. */
        public static final Echo NONE = new Echo(0, 0, 0);
    }
}
