package io.fairway.ha.witness;

import org.agrona.collections.Long2ObjectHashMap;

/**
 * Which node of each router may serve alone, as a witness sees it: one at a time, until its grant is over by the
 * witness's clock and a tenth more. Pure. A witness that starts grants nothing for the longest grant's time, as it may
 * have granted something before.
 */
public final class WitnessVotes {
    /** No grant is longer. */
    static final long LONGEST_NS = 600_000_000_000L;

    private final Long2ObjectHashMap<Grant> grants = new Long2ObjectHashMap<>();
    private final long startNs;

    private record Grant(int node, long incarnation, long sequence, long endNs) {}

    /** @param startNs since when it can have granted anything */
    public WitnessVotes(final long startNs) {
        this.startNs = startNs;
    }

    /** Whether the asking node may serve alone from now on; an old question is no question. */
    public boolean grant(final WitnessMessage question, final long nowNs) {
        final Grant last = grants.get(question.routerHash());
        if (question.forNs() <= 0 || question.forNs() > LONGEST_NS) {
            return false;
        }
        final long withMarginNs = question.forNs() + question.forNs() / 10;
        if (last == null && nowNs - startNs < withMarginNs) {
            return false;
        }
        final boolean over = last == null || nowNs - last.endNs() >= 0;
        final boolean newer = last == null
                || last.node() != question.node()
                || question.incarnation() > last.incarnation()
                || question.incarnation() == last.incarnation() && question.sequence() > last.sequence();
        if (!newer || !over && last.node() != question.node()) {
            return false;
        }
        grants.put(
                question.routerHash(),
                new Grant(question.node(), question.incarnation(), question.sequence(), nowNs + withMarginNs));
        return true;
    }
}
