package io.fairway.ha.arbiter;

import io.fairway.ha.arbiter.PairAction.SetLease;
import java.util.List;

/**
 * Until when this node may send. With a partner the lease hangs on beats of ours that came back; alone, the node gives
 * itself one after the other, as far as the witness lets it. Pure; the arbiter uses it.
 *
 * <p>Why two nodes never both send: a node bound by its lease sends only until the lease after the sending time of a
 * beat that its partner echoed. The partner echoes only what its arbiter was told, and takes over only after the lease
 * and a drift without hearing anything new. A lone node's lease ends before a partner that hears nobody may serve
 * alone.
 */
final class Lease {
    private final ArbiterSettings settings;
    private final OutsideHelp help;
    private long untilNs;
    private boolean restarts;

    Lease(final ArbiterSettings settings, final OutsideHelp help, final long nowNs) {
        this.settings = settings;
        this.help = help;
        untilNs = nowNs;
    }

    /** The next lease counts, though a lone node's lease may end later: the partner may take over after a short one. */
    void bind() {
        restarts = true;
    }

    /** A beat came back that was sent then. */
    void onReturned(final PairState state, final long sentNs, final List<PairAction> actions) {
        switch (state) {
            case SYNCING, PAIRED -> renew(sentNs + settings.leaseNs(), actions);
            case SOLO -> renew(sentNs + settings.soloLeaseNs(), actions);
            case STARTING, ISOLATED, RESTARTING, CONFLICT -> {
                // Its gate stays closed.
            }
        }
    }

    private void renew(final long nextNs, final List<PairAction> actions) {
        if (restarts || nextNs - untilNs > 0) {
            restarts = false;
            untilNs = nextNs;
            actions.add(new SetLease(nextNs));
        }
    }

    /** This node serves alone; one that did already goes on with the lease that it has. */
    void onAlone(final boolean already, final long nowNs, final List<PairAction> actions) {
        restarts = false;
        if (!already) {
            untilNs = nowNs;
            renewAlone(nowNs, actions);
        }
    }

    /**
     * A node without a partner renews its lease by itself while it listens and has a link, but not while somebody is
     * heard who does not hear it and may serve alone in the end, nor without the witness.
     */
    void extendAlone(final Evidence evidence, final long nowNs, final List<PairAction> actions) {
        if (!evidence.attentive(nowNs) || evidence.unansweredLately()) {
            return;
        }
        final boolean due = expired(nowNs)
                ? evidence.silentFor(wakingPatienceNs(nowNs))
                : untilNs - nowNs < settings.soloLeaseNs() * 3 / 4;
        if (!help.mayServeAlone(nowNs)) {
            help.ask(nowNs, actions);
        } else if (due) {
            help.ask(nowNs, actions);
            renewAlone(nowNs, actions);
        }
    }

    private void renewAlone(final long nowNs, final List<PairAction> actions) {
        final long nextNs = help.limited(nowNs + settings.soloLeaseNs(), nowNs);
        if (nextNs - untilNs > 0) {
            untilNs = nextNs;
            actions.add(new SetLease(nextNs));
        }
    }

    boolean expired(final long nowNs) {
        return untilNs - nowNs <= 0;
    }

    /**
     * A pause shorter than a cold start left nobody the time to serve alone; after a longer one, it is a cold start.
     */
    private long wakingPatienceNs(final long nowNs) {
        final long renewedNs = untilNs - settings.soloLeaseNs();
        return nowNs - renewedNs < settings.coldStartNs() ? settings.silenceNs() : settings.coldStartNs();
    }
}
