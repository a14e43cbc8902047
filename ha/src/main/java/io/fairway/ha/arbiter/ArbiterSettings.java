package io.fairway.ha.arbiter;

import io.fairway.model.config.Router;

/**
 * What never changes while an arbiter lives.
 *
 * @param node this node's id, 0 or 1
 * @param incarnation this process's incarnation, from 1
 * @param leaseNs how long a node may send after a beat of its own came back
 * @param driftNs what a survivor adds to the lease before it takes over
 * @param coldStartNs how long a node that never heard its partner waits before it serves alone
 * @param preferredMask the interfaces this node leads when both nodes are well
 * @param allMask all interfaces
 */
public record ArbiterSettings(
        int node, long incarnation, long leaseNs, long driftNs, long coldStartNs, long preferredMask, long allMask) {
    public ArbiterSettings {
        if (incarnation < 1) {
            throw new IllegalArgumentException("incarnations start at 1, not at " + incarnation);
        }
        coldStartNs = Math.max(coldStartNs, 2 * (leaseNs + driftNs));
    }

    /** The settings of a node of a pair. */
    public static ArbiterSettings of(final Router router, final Router.Node node, final long incarnation) {
        long preferred = 0;
        for (int i = 0; i < router.interfaces().size(); i++) {
            preferred |= router.interfaces().get(i).preferredLeader() == node.id() ? 1L << i : 0;
        }
        return new ArbiterSettings(
                node.id(),
                incarnation,
                router.pair().leaseMs() * 1_000_000L,
                router.pair().driftMs() * 1_000_000L,
                router.pair().coldStartMs() * 1_000_000L,
                preferred,
                (1L << router.interfaces().size()) - 1);
    }

    /** The partner's node id. */
    public int partner() {
        return 1 - node;
    }

    /** Silence of a node bound by its lease that proves that it sends no more. */
    public long silenceNs() {
        return leaseNs + driftNs;
    }

    /**
     * What a node without a partner gives itself, again and again. It ends before a partner that came back and heard
     * nothing may serve alone, so that a lone node that was frozen for long wakes behind a closed gate.
     */
    public long soloLeaseNs() {
        return coldStartNs / 2;
    }
}
