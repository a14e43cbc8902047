package io.fairway.ha.arbiter;

import io.fairway.ha.arbiter.PairAction.AskWitness;
import io.fairway.ha.arbiter.PairAction.FencePartner;
import java.util.List;

/**
 * What a third party can prove about a silent partner: a witness grants one node at a time that it serves alone, an
 * outside means cuts the partner off. Both are optional. Pure; the arbiter uses it.
 */
final class OutsideHelp {
    private static final long FENCE_RETRY_NS = 5_000_000_000L;

    private final ArbiterSettings settings;
    private long grantedUntilNs;
    private long askNs;
    private long fenceNs;

    /** When silence counts as a new one. */
    private long calmNs;

    OutsideHelp(final ArbiterSettings settings, final long nowNs) {
        this.settings = settings;
        grantedUntilNs = nowNs;
        askNs = nowNs;
        fenceNs = nowNs;
        calmNs = nowNs;
    }

    /** Whether nobody else serves alone: there is no witness to say so, or it has said so. */
    boolean mayServeAlone(final long nowNs) {
        return !settings.witnessed() || grantedUntilNs - nowNs > 0;
    }

    /**
     * The end of a lone node's lease. Whoever takes over on certain evidence of death needs no grant at once: the next
     * process of its partner needs one, and a cold start's time, which is longer.
     */
    long limited(final long untilNs, final long nowNs) {
        return settings.witnessed() && mayServeAlone(nowNs) && grantedUntilNs - untilNs < 0 ? grantedUntilNs : untilNs;
    }

    void granted(final long untilNs) {
        grantedUntilNs = grantedUntilNs - untilNs > 0 ? grantedUntilNs : untilNs;
    }

    /** Asks the witness, if there is one and a grant is missing or more than half over. */
    void ask(final long nowNs, final List<PairAction> actions) {
        if (settings.witnessed() && nowNs - askNs >= 0 && grantedUntilNs - nowNs < settings.soloLeaseNs() / 2) {
            askNs = nowNs + settings.soloLeaseNs() / 32;
            actions.add(new AskWitness(settings.soloLeaseNs()));
        }
    }

    /**
     * Has the partner cut off, if there is a means and it was not tried lately; called as long as it is silent. The
     * second node waits a cold start's time first: two that live and do not hear each other must not both be cut off.
     */
    void fence(final long incarnation, final long nowNs, final List<PairAction> actions) {
        if (nowNs - calmNs >= 0) {
            fenceNs = nowNs + settings.node() * settings.coldStartNs();
        }
        calmNs = nowNs + FENCE_RETRY_NS;
        if (settings.fencing() && nowNs - fenceNs >= 0) {
            fenceNs = nowNs + FENCE_RETRY_NS;
            actions.add(new FencePartner(incarnation));
        }
    }
}
