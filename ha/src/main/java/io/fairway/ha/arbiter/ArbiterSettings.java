package io.fairway.ha.arbiter;

import io.fairway.model.config.Router;
import java.util.function.IntPredicate;

/**
 * What never changes while an arbiter lives.
 *
 * @param node this node's id, 0 or 1
 * @param incarnation this process's incarnation, from 1
 * @param leaseNs how long a node may send after a beat of its own came back
 * @param driftNs what a survivor adds to the lease before it takes over
 * @param coldStartNs how long a node that never heard its partner waits before it serves alone
 * @param holdDownNs how long both nodes must have been well before something goes back to where it is at home
 * @param preferredMask the interfaces this node leads when both nodes start
 * @param revertiveMask the interfaces that the preferred node leads again once it is well
 * @param allMask all interfaces that this node has
 * @param ownMask those among them that its partner does not have
 * @param drained an operator wanted this node drained before it started
 * @param witnessed a witness is configured: nobody serves alone without its grant
 * @param fencing an outside means is configured that cuts the partner off
 */
public record ArbiterSettings(
        int node,
        long incarnation,
        long leaseNs,
        long driftNs,
        long coldStartNs,
        long holdDownNs,
        long preferredMask,
        long revertiveMask,
        long allMask,
        long ownMask,
        boolean drained,
        boolean witnessed,
        boolean fencing) {
    public ArbiterSettings {
        if (incarnation < 1) {
            throw new IllegalArgumentException("incarnations start at 1, not at " + incarnation);
        }
        coldStartNs = Math.max(coldStartNs, 2 * (leaseNs + driftNs));
    }

    /** The settings of a node of a pair. */
    public static ArbiterSettings of(
            final Router router, final Router.Node node, final long incarnation, final boolean drained) {
        return new ArbiterSettings(
                node.id(),
                incarnation,
                router.pair().leaseMs() * 1_000_000L,
                router.pair().driftMs() * 1_000_000L,
                router.pair().coldStartMs() * 1_000_000L,
                router.pair().holdDownMs() * 1_000_000L,
                mask(router, i -> node.has(i) && router.interfaces().get(i).preferredLeader() == node.id()),
                mask(router, i -> router.interfaces().get(i).revertive()),
                mask(router, node::has),
                mask(router, i -> node.has(i) && !router.isShared(i)),
                drained,
                router.pair().witness() != null,
                !router.pair().fenceCommand().isEmpty());
    }

    private static long mask(final Router router, final IntPredicate wanted) {
        long mask = 0;
        for (int i = 0; i < router.interfaces().size(); i++) {
            mask |= wanted.test(i) ? 1L << i : 0;
        }
        return mask;
    }

    /** The interfaces that both nodes have. */
    public long sharedMask() {
        return allMask & ~ownMask;
    }

    /**
     * The interfaces whose links tell a node that is cut off from one whose partner is gone: those behind which a
     * living partner would be heard. If it shares none with us, any must do.
     */
    public long evidenceMask() {
        return sharedMask() == 0 ? allMask : sharedMask();
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
