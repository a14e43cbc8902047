package io.fairway.ha.arbiter;

import io.fairway.ha.arbiter.PairAction.MarkFabric;
import io.fairway.ha.arbiter.PairEvent.Tick;
import java.util.List;

/**
 * What this node has heard of its partner, on which links, with which pauses of its own, and what a silence proves
 * (ha-design.md, section 1): nothing while nobody listened, nothing but an isolation without a link, and the end of a
 * partner's sending only after the lease that this partner was bound by. Pure; the arbiter uses it.
 */
final class Evidence {
    /** What a silence proves. */
    enum Silence {
        /** Nothing: the partner was heard lately, or nobody listened. */
        NOTHING,
        /** Nothing yet; a third party may know more. */
        SUSPICIOUS,
        /** That this node is the isolated one. */
        ISOLATED,
        /** That the partner sends no more, if it was not cut off together with us. */
        PARTNER_SILENT
    }

    private final ArbiterSettings settings;
    private final Partner partner;

    private long heardNs;

    /** When a beat of ours was sent that the partner is known to have heard. */
    private long answeredNs;

    private boolean unanswered;
    private long unansweredUntilNs;

    /** The interfaces of this node that have a link, that could be led, and those with a link that prove something. */
    private long ownLinkMask;

    private long healthyMask;
    private long linkMask;
    private long carriersUpSinceNs;
    private boolean fabricUp = true;

    private long lastEventNs;
    private long awakeSinceNs;

    /** The end of the last pause of ours in which the partner may have taken us for dead. */
    private long lapsedNs;

    /** The end of the last long sleep. */
    private long sleptUntilNs;

    /** When every path was last found empty, and for how long it had been so: with a link, and with or without one. */
    private long observedNs;

    private long silenceNs;
    private long deafNs;

    Evidence(final ArbiterSettings settings, final Partner partner, final long nowNs) {
        this.settings = settings;
        this.partner = partner;
        ownLinkMask = settings.allMask();
        healthyMask = settings.allMask();
        linkMask = settings.allMask();
        heardNs = nowNs;
        answeredNs = nowNs;
        carriersUpSinceNs = nowNs;
        lastEventNs = nowNs;
        awakeSinceNs = nowNs;
        lapsedNs = nowNs;
        unansweredUntilNs = nowNs;
        sleptUntilNs = nowNs - settings.coldStartNs();
    }

    /** Something happens, of whatever kind: was there a pause before it? */
    void onEvent(final long nowNs) {
        onPause(nowNs - lastEventNs, nowNs);
        lastEventNs = nowNs;
    }

    void onPause(final long pauseNs, final long nowNs) {
        awakeSinceNs = pauseNs > settings.leaseNs() / 3 ? nowNs : awakeSinceNs;
        lapsedNs = pauseNs > settings.leaseNs() ? nowNs : lapsedNs;
        sleptUntilNs = pauseNs > settings.soloLeaseNs() / 2 ? nowNs : sleptUntilNs;
    }

    /**
     * Whether the partner's next process may serve alone by now, so that a death notice proves nothing: after a long
     * sleep, after a long silence, and where the partner was never heard.
     */
    boolean mayBeOld(final PairState state, final long nowNs) {
        final boolean slept = nowNs - sleptUntilNs < settings.coldStartNs();
        return state != PairState.SOLO
                && (slept || partner.report() == null || unheardFor(settings.coldStartNs(), nowNs));
    }

    /** Whether a beat was sent after our last long sleep: it echoes one of ours from then. */
    boolean isFresh(final PartnerBeat beat) {
        return beat.returned() && beat.returnedSentNs() - sleptUntilNs >= 0;
    }

    void onHeard(final long receivedNs) {
        heardNs = receivedNs;
    }

    /** A process of the partner lives, whatever it says. */
    void onUnreadable(final PairEvent.UnreadableBeat beat) {
        if (beat.incarnation() > partner.deadIncarnation()) {
            onHeard(beat.receivedNs());
        }
    }

    /** The partner hears us. */
    void onAnswered(final long sentNs) {
        unanswered = false;
        answeredNs = later(answeredNs, sentNs);
    }

    /** The partner is heard but does not hear us, or not that we declared it dead. */
    void onUnanswered(final PairState itsState, final long receivedNs) {
        unanswered = true;
        unansweredUntilNs = receivedNs + (itsState.boundByLease() ? settings.silenceNs() : settings.coldStartNs());
    }

    /** Whoever did not hear us is dead. */
    void onDeath() {
        unanswered = false;
    }

    /** This node and its partner have met: the fabric carries beats until it is found not to. */
    void onMet() {
        fabricUp = true;
    }

    void onTick(final Tick tick, final long nowNs, final List<PairAction> actions) {
        final long evidenceMask = tick.linkMask() & settings.evidenceMask();
        if (evidenceMask != 0 && linkMask == 0) {
            carriersUpSinceNs = nowNs;
        }
        ownLinkMask = tick.linkMask();
        healthyMask = tick.healthyMask();
        linkMask = evidenceMask;
        markFabric(tick, actions);
        lapsedNs = later(later(lapsedNs, tick.lapsedNs()), carriersUpSinceNs);
        final long lastNs = later(heardNs, later(tick.observedSinceNs(), awakeSinceNs));
        observedNs = tick.observedNs();
        deafNs = observedNs - lastNs;
        silenceNs = observedNs - later(lastNs, carriersUpSinceNs);
    }

    /** Silence on the fabric alone is evidence of nothing but a broken fabric. */
    private void markFabric(final Tick tick, final List<PairAction> actions) {
        if (!partner.alive()) {
            return;
        }
        final long silentNs = tick.observedNs() - later(tick.fabricHeardNs(), tick.observedSinceNs());
        final boolean up = silentNs < settings.silenceNs();
        if (up != fabricUp) {
            fabricUp = up;
            actions.add(new MarkFabric(up));
        }
    }

    /** What the silence proves to a node in this state, as of the last tick. */
    Silence judge(final PairState state) {
        return switch (state) {
            case STARTING, SYNCING, ISOLATED ->
                connected() && silenceNs >= settings.coldStartNs() ? Silence.PARTNER_SILENT : Silence.NOTHING;
            case PAIRED -> connected() ? judgeConnected() : judgeCutOff();
            case SOLO, RESTARTING, CONFLICT -> Silence.NOTHING;
        };
    }

    private Silence judgeConnected() {
        if (silenceNs >= patienceNs()) {
            return Silence.PARTNER_SILENT;
        }
        return silenceNs >= settings.leaseNs() ? Silence.SUSPICIOUS : Silence.NOTHING;
    }

    private Silence judgeCutOff() {
        return deafNs >= settings.silenceNs() ? Silence.ISOLATED : Silence.NOTHING;
    }

    /**
     * The short lease of a silent partner proves something only if that partner was bound by it when last heard, and
     * cannot have taken us for dead before: it heard us after our last pause. Otherwise wait for a lone node's lease.
     */
    private long patienceNs() {
        final boolean seenSincePause = answeredNs - lapsedNs > 0;
        return partner.boundByLease() && seenSincePause ? settings.silenceNs() : settings.coldStartNs();
    }

    /** The silence in words. */
    String silence(final PairState state) {
        return state == PairState.PAIRED
                ? "lease expired: silence on every path for " + silenceNs / 1_000 + " us"
                : "no partner heard on any path for " + silenceNs / 1_000_000 + " ms";
    }

    /** Whether a partner that was still copying the sessions has been silent for so long that this node is alone. */
    boolean copierSilent(final boolean leaseExpired, final long nowNs) {
        return attentive(nowNs) && silentFor(leaseExpired ? settings.coldStartNs() : settings.soloLeaseNs() / 2);
    }

    /** Whether a connected and listening node has heard nothing for so long, as of the last tick. */
    boolean silentFor(final long ns) {
        return silenceNs >= ns;
    }

    /** Whether nothing was heard for so long, whoever listened. */
    boolean unheardFor(final long ns, final long nowNs) {
        return nowNs - heardNs >= ns;
    }

    /** Whether a data interface has a link behind which a living partner would be heard. */
    private boolean connected() {
        return linkMask != 0;
    }

    /** Whether this node is connected and has listened lately: a lone node must not go on by itself otherwise. */
    boolean attentive(final long nowNs) {
        return connected() && nowNs - observedNs <= settings.soloLeaseNs() / 4;
    }

    /** Whether the partner is heard and does not hear us. */
    boolean unanswered() {
        return unanswered;
    }

    /** Whether it was heard so lately that it may still send. */
    boolean unansweredLately() {
        return unanswered && observedNs - unansweredUntilNs < 0;
    }

    /** The interfaces that have a link. */
    long ownLinkMask() {
        return ownLinkMask;
    }

    /** Those of them that this node could lead. */
    long healthyMask() {
        return healthyMask;
    }

    boolean fabricUp() {
        return fabricUp;
    }

    private static long later(final long aNs, final long bNs) {
        return aNs - bNs > 0 ? aNs : bNs;
    }
}
