package io.fairway.ha.arbiter;

import io.fairway.ha.arbiter.PairAction.Become;
import io.fairway.ha.arbiter.PairAction.CloseGate;
import io.fairway.ha.arbiter.PairAction.DeclarePartnerAlive;
import io.fairway.ha.arbiter.PairAction.DeclarePartnerDead;
import io.fairway.ha.arbiter.PairAction.MarkFabric;
import io.fairway.ha.arbiter.PairAction.Note;
import io.fairway.ha.arbiter.PairAction.PersistIncarnation;
import io.fairway.ha.arbiter.PairAction.Refuse;
import io.fairway.ha.arbiter.PairAction.RestartSelf;
import io.fairway.ha.arbiter.PairAction.SetLease;
import io.fairway.ha.arbiter.PairEvent.BeatHeard;
import io.fairway.ha.arbiter.PairEvent.BucketSettled;
import io.fairway.ha.arbiter.PairEvent.DeathNotice;
import io.fairway.ha.arbiter.PairEvent.Fenced;
import io.fairway.ha.arbiter.PairEvent.Operator;
import io.fairway.ha.arbiter.PairEvent.Order;
import io.fairway.ha.arbiter.PairEvent.Paused;
import io.fairway.ha.arbiter.PairEvent.Synced;
import io.fairway.ha.arbiter.PairEvent.Tick;
import io.fairway.ha.arbiter.PairEvent.WitnessGranted;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which node of a pair owns what, from evidence only (ha-design.md, section 1). Pure: time comes with the
 * events, what is to be done goes out as actions. One thread uses it; it never reads a clock and never does I/O.
 * {@link Claims} is what it knows of buckets, {@link Leadership} of interfaces, {@link Handover} moves buckets between
 * living nodes.
 *
 * <p>Why two nodes never both send: a node bound by its lease sends only until the lease after the sending time of a
 * beat that its partner echoed. The partner echoes only what this arbiter was told, and takes over only after the lease
 * and a drift without hearing anything new. A lone node's lease ends before a partner that hears nobody may serve
 * alone.
 */
public final class PairArbiter {
    private final ArbiterSettings settings;
    private final int node;
    private final Claims claims;
    private final Leadership leadership;
    private final Handover handover;
    private final OutsideHelp help;

    private PairState state = PairState.STARTING;
    private boolean synced;
    private long leaseUntilNs;
    private boolean leaseRestarts;

    private long partnerIncarnation;
    private long deadIncarnation;
    private boolean partnerAlive;
    /** What the partner last said of itself; null: nothing yet. */
    private NodeReport partner;

    private long heardNs;

    /** When a beat of ours was sent that the partner is known to have heard. */
    private long answeredNs;

    private boolean unanswered;
    private long unansweredForNs;
    private long unansweredNs;

    private long linkMask;
    private long reportedLinkMask;
    private long healthyMask;
    private long carriersUpSinceNs;
    private boolean fabricUp = true;

    private long lastEventNs;
    private long awakeSinceNs;

    /** The end of the last pause of ours in which the partner may have taken us for dead. */
    private long lapsedNs;

    private boolean sleptLong;
    private long sleptUntilNs;

    private List<PairAction> actions = new ArrayList<>();

    /**
     * @param settings what never changes
     * @param stored what the disk knows of epochs
     * @param nowNs the time of this start
     */
    public PairArbiter(final ArbiterSettings settings, final StoredEpochs stored, final long nowNs) {
        this.settings = settings;
        node = settings.node();
        claims = new Claims(node, stored);
        leadership = new Leadership(settings);
        handover = new Handover(settings, claims, nowNs);
        help = new OutsideHelp(settings, nowNs);
        linkMask = settings.allMask();
        reportedLinkMask = settings.allMask();
        healthyMask = settings.allMask();
        heardNs = nowNs;
        answeredNs = nowNs;
        carriersUpSinceNs = nowNs;
        lastEventNs = nowNs;
        awakeSinceNs = nowNs;
        lapsedNs = nowNs;
        leaseUntilNs = nowNs;
    }

    /** Decides on one event. The actions are to be applied in order, before the next event. */
    public List<PairAction> on(final PairEvent event, final long nowNs) {
        if (state.isFinal()) {
            return List.of();
        }
        actions = new ArrayList<>(4);
        notePause(nowNs - lastEventNs, nowNs);
        lastEventNs = nowNs;
        switch (event) {
            case BeatHeard heard -> onBeat(heard.beat(), heard.receivedNs(), nowNs);
            case DeathNotice notice -> onDeathNotice(notice.incarnation(), nowNs);
            case Tick tick -> onTick(tick, nowNs);
            case Paused paused -> notePause(paused.gapNs(), nowNs);
            case Synced _ -> synced = true;
            case BucketSettled settled -> handover.onSettled(settled.bucket(), actions);
            case WitnessGranted grant -> help.granted(grant.untilNs());
            case Fenced fenced -> onFenced(fenced, nowNs);
            case Operator operator -> onOrder(operator.order(), nowNs);
        }
        return actions;
    }

    private void notePause(final long pauseNs, final long nowNs) {
        awakeSinceNs = pauseNs > settings.leaseNs() / 3 ? nowNs : awakeSinceNs;
        lapsedNs = pauseNs > settings.leaseNs() ? nowNs : lapsedNs;
        if (pauseNs > settings.soloLeaseNs() / 2) {
            sleptLong = true;
            sleptUntilNs = nowNs;
        }
    }

    /** After a long sleep, a death notice may be old, and the partner's next process may serve alone at any moment. */
    private boolean doubtful(final long nowNs) {
        return state != PairState.SOLO && sleptLong && nowNs - sleptUntilNs < settings.coldStartNs();
    }

    private void hesitate(final String why) {
        if (state == PairState.PAIRED || state == PairState.SYNCING) {
            actions.add(new CloseGate(why));
            become(PairState.ISOLATED, why);
        }
    }

    private void onBeat(final PartnerBeat beat, final long receivedNs, final long nowNs) {
        if (beat.incarnation() < partnerIncarnation) {
            return;
        }
        claims.noteEpochs(beat.report());
        if (claims.conflict(beat.report())) {
            stop("this node and its partner both own buckets at one epoch: two nodes with one identity?");
        } else if (beat.report().knownIncarnation() > settings.incarnation()) {
            final long known = beat.report().knownIncarnation();
            actions.add(new PersistIncarnation(known));
            restart("the partner knows incarnation " + known + " of this node, a later one");
        } else if (claims.disputed(beat.report())) {
            settle(beat, receivedNs, nowNs);
        } else if (beat.report().deadIncarnation() >= settings.incarnation()) {
            restart("the partner declared this node dead");
        } else if (beat.incarnation() > deadIncarnation) {
            onLivingPartner(beat, receivedNs, nowNs);
        } else {
            unanswered(beat.report().state(), receivedNs);
        }
    }

    private void onLivingPartner(final PartnerBeat beat, final long receivedNs, final long nowNs) {
        final boolean anew = beat.incarnation() > partnerIncarnation;
        if (anew && !beat.report().hasAnyOf(settings.partner())) {
            if (!partnerAlive) {
                claims.forgetPartner();
            } else if (claims.isNobodys(settings.partner())) {
                // It died before it took its home; our beats say that its next process may.
                actions.add(new DeclarePartnerAlive(beat.incarnation()));
            } else if ((doubtful(nowNs) || state == PairState.ISOLATED) && !beat.returned()) {
                heardNs = receivedNs;
                hesitate("the partner's process started anew while this node slept, and does not hear it yet");
                return;
            } else {
                takeOver("the partner's process started anew", nowNs);
            }
        }
        partnerIncarnation = beat.incarnation();
        claims.follow(beat.report(), actions);
        claims.outbid(beat.report(), actions);
        partner = beat.report();
        heardNs = receivedNs;
        if (!beat.returned()) {
            unanswered(beat.report().state(), receivedNs);
            return;
        }
        unanswered = false;
        answeredNs = later(answeredNs, beat.returnedSentNs());
        switch (state) {
            case STARTING -> join();
            case SYNCING -> followUp(nowNs);
            case SOLO -> welcome(nowNs);
            case ISOLATED -> {
                handover.onPaired(nowNs);
                become(synced ? PairState.PAIRED : PairState.SYNCING, "the partner answers again");
            }
            case PAIRED, RESTARTING, CONFLICT -> {
                // Nothing but the lease.
            }
        }
        switch (state) {
            case SYNCING, PAIRED -> renewLease(beat.returnedSentNs() + settings.leaseNs());
            case SOLO -> renewLease(beat.returnedSentNs() + settings.soloLeaseNs());
            case STARTING, ISOLATED, RESTARTING, CONFLICT -> {
                // Its gate stays closed.
            }
        }
    }

    /** The partner is heard but does not hear us, or not that we declared it dead. */
    private void unanswered(final PairState itsState, final long receivedNs) {
        unanswered = true;
        unansweredForNs = itsState.boundByLease() ? settings.silenceNs() : settings.coldStartNs();
        unansweredNs = receivedNs;
    }

    /** A started node joins a partner that hears it: it follows an owner, or takes its own home if nobody ever did. */
    private void join() {
        if (claims.home(node).isAllOf(settings.partner())) {
            pairUp(PairState.SYNCING, "the partner owns this node's buckets");
        } else if (partner.home(node).isAllOf(HomeClaim.NOBODY)) {
            claims.adopt(node, actions);
            leadership.lead(settings.preferredMask() & ~partner.leaderMask(), actions);
            synced = true;
            pairUp(PairState.PAIRED, "both nodes started cold");
        }
        // Else the partner still holds an earlier process of this node for the owner; it will take over first.
    }

    /** Ready to take over after a short silence: the owner has bound itself to the short lease. */
    private void followUp(final long nowNs) {
        if (synced && partner.state() == PairState.PAIRED) {
            handover.onPaired(nowNs);
            become(PairState.PAIRED, "every session of the partner is copied");
        }
    }

    /** A lone owner takes in its partner, but binds itself to the short lease only when that one could replace it. */
    private void welcome(final long nowNs) {
        if (!partnerAlive) {
            partnerAlive = true;
            fabricUp = true;
            actions.add(new DeclarePartnerAlive(partnerIncarnation));
        }
        if (partner.synced()) {
            bindByShortLease();
            handover.onPaired(nowNs);
            become(PairState.PAIRED, "the partner has every session");
        }
    }

    private void pairUp(final PairState next, final String why) {
        partnerAlive = true;
        fabricUp = true;
        actions.add(new DeclarePartnerAlive(partnerIncarnation));
        leadership.lead(settings.ownMask(), actions);
        bindByShortLease();
        become(next, why);
    }

    /** The next lease counts, though a lone node's lease may end later. */
    private void bindByShortLease() {
        leaseRestarts = true;
    }

    private void renewLease(final long untilNs) {
        if (leaseRestarts || untilNs - leaseUntilNs > 0) {
            leaseRestarts = false;
            leaseUntilNs = untilNs;
            actions.add(new SetLease(untilNs));
        }
    }

    private void onDeathNotice(final long incarnation, final long nowNs) {
        unanswered &= incarnation < partnerIncarnation;
        if (incarnation < partnerIncarnation || incarnation <= deadIncarnation) {
            return;
        }
        partnerIncarnation = incarnation;
        if (doubtful(nowNs)) {
            deadIncarnation = incarnation;
            heardNs = nowNs;
            hesitate("death notice of incarnation " + incarnation + ", read after a long sleep");
            return;
        }
        takeOver("death notice of incarnation " + incarnation, nowNs);
    }

    private void onTick(final Tick tick, final long nowNs) {
        final long evidenceMask = tick.linkMask() & settings.evidenceMask();
        final boolean carriersUp = evidenceMask != 0;
        if (carriersUp && linkMask == 0) {
            carriersUpSinceNs = nowNs;
        }
        linkMask = evidenceMask;
        reportedLinkMask = tick.linkMask();
        healthyMask = tick.healthyMask();
        markFabric(tick);
        lapsedNs = later(later(lapsedNs, tick.lapsedNs()), carriersUpSinceNs);
        final long listeningSinceNs = later(tick.observedSinceNs(), awakeSinceNs);
        final long deafNs = tick.observedNs() - later(heardNs, listeningSinceNs);
        final long silenceNs = tick.observedNs() - later(later(heardNs, listeningSinceNs), carriersUpSinceNs);
        switch (state) {
            case STARTING, SYNCING, ISOLATED -> {
                if (carriersUp && silenceNs >= settings.coldStartNs()) {
                    replace("no partner heard on any path for " + silenceNs / 1_000_000 + " ms", nowNs);
                }
            }
            case PAIRED -> {
                if (!carriersUp && deafNs >= settings.silenceNs()) {
                    actions.add(new CloseGate("no partner and no link: this node is the isolated one"));
                    become(PairState.ISOLATED, "silence on every path, and no data interface has a link");
                } else if (carriersUp && silenceNs >= patienceNs()) {
                    replace("lease expired: silence on every path for " + silenceNs / 1_000 + " us", nowNs);
                } else if (carriersUp && silenceNs >= settings.leaseNs()) {
                    help.ask(nowNs, actions);
                    help.fence(partnerIncarnation, nowNs, actions);
                } else {
                    share(tick, nowNs);
                }
            }
            case SOLO -> onSoloTick(tick, silenceNs, nowNs);
            case RESTARTING, CONFLICT -> {
                // Left by a restart only.
            }
        }
    }

    /** A silent partner is replaced, by the leave of the witness if there is one. */
    private void replace(final String why, final long nowNs) {
        if (help.mayServeAlone(nowNs)) {
            takeOver(settings.witnessed() ? why + "; the witness agrees" : why, nowNs);
        } else {
            help.ask(nowNs, actions);
        }
    }

    private void onFenced(final Fenced fenced, final long nowNs) {
        if (!fenced.done()) {
            actions.add(new Note("the partner could not be fenced off: " + fenced.what()));
        } else if (state != PairState.SOLO
                && fenced.incarnation() == partnerIncarnation
                && nowNs - heardNs >= settings.leaseNs()) {
            takeOver("the partner is fenced off: " + fenced.what(), nowNs);
        }
    }

    /** Two living nodes divide interfaces and buckets between them. */
    private void share(final Tick tick, final long nowNs) {
        claims.tidy(actions);
        if (unanswered || partner.state() != PairState.PAIRED) {
            return;
        }
        final NodeReport own = report();
        leadership.share(own, partner, handover.mayGoHome(partner, nowNs), nowNs, actions);
        handover.step(own, partner, tick.copiesEqual(), nowNs, actions);
    }

    private void onOrder(final Order order, final long nowNs) {
        switch (order) {
            case HANDOVER, DRAIN -> {
                final String obstacle = obstacle();
                if (obstacle != null) {
                    actions.add(new Refuse(obstacle));
                } else {
                    handover.drain();
                    actions.add(new Note("ordered: " + order.sentence()));
                }
            }
            case FREEZE -> {
                handover.freeze();
                actions.add(new Note("ordered: " + order.sentence()));
            }
            case RESUME -> {
                handover.resume();
                actions.add(new Note("ordered: " + order.sentence()));
            }
            case FENCE -> fence(nowNs);
        }
    }

    /** Why the partner cannot take what is here, or null. */
    private String obstacle() {
        if (!partnerAlive) {
            return "the partner is not there to take over";
        }
        if (partner.drained()) {
            return "the partner is drained itself; 'fairway pair resume' there ends it";
        }
        return state == PairState.PAIRED && partner.state() == PairState.PAIRED
                ? null
                : "the partner does not have every session yet";
    }

    private void fence(final long nowNs) {
        if (claims.ownsAll() && !partnerAlive) {
            actions.add(new Refuse("this node owns everything already"));
        } else if (nowNs - heardNs < settings.silenceNs()) {
            actions.add(
                    new Refuse("the partner is alive and heard; 'fairway pair handover' moves things without a loss"));
        } else {
            takeOver("an operator says that the partner is dead or cut off", nowNs);
        }
    }

    /**
     * The short lease of a silent partner proves something only if that partner was bound by it when last heard, and
     * cannot have taken us for dead before: it heard us after our last pause. Otherwise wait for a lone node's lease.
     */
    private long patienceNs() {
        final boolean seenSincePause = answeredNs - lapsedNs > 0;
        return (partner == null || partner.state().boundByLease()) && seenSincePause
                ? settings.silenceNs()
                : settings.coldStartNs();
    }

    /**
     * A lone node renews its lease by itself while it listens and has a link. With a partner that is still copying, the
     * lease hangs on returned beats (see {@link #onLivingPartner}), so that this partner may serve alone in the end; so
     * may one that is heard but does not hear us.
     */
    private void onSoloTick(final Tick tick, final long silenceNs, final long nowNs) {
        final boolean expired = leaseUntilNs - nowNs <= 0;
        if (linkMask == 0 || nowNs - tick.observedNs() > settings.soloLeaseNs() / 4) {
            return;
        }
        if (partnerAlive) {
            if (silenceNs >= (expired ? settings.coldStartNs() : settings.soloLeaseNs() / 2)) {
                serveAlone("the partner fell silent before it had every session", nowNs);
            }
        } else if (unanswered && tick.observedNs() - unansweredNs < unansweredForNs) {
            return;
        } else if (!help.mayServeAlone(nowNs)) {
            help.ask(nowNs, actions);
        } else if (expired
                ? silenceNs >= wakingPatienceNs(nowNs)
                : leaseUntilNs - nowNs < settings.soloLeaseNs() * 3 / 4) {
            help.ask(nowNs, actions);
            leaseAlone(nowNs);
        }
    }

    private void leaseAlone(final long nowNs) {
        final long untilNs = help.limited(nowNs + settings.soloLeaseNs(), nowNs);
        if (untilNs - leaseUntilNs > 0) {
            leaseUntilNs = untilNs;
            actions.add(new SetLease(untilNs));
        }
    }

    /**
     * A pause shorter than a cold start left nobody the time to serve alone; after a longer one, it is a cold start.
     */
    private long wakingPatienceNs(final long nowNs) {
        final long renewedNs = leaseUntilNs - settings.soloLeaseNs();
        return nowNs - renewedNs < settings.coldStartNs() ? settings.silenceNs() : settings.coldStartNs();
    }

    private void markFabric(final Tick tick) {
        if (!partnerAlive) {
            return;
        }
        final long silentNs = tick.observedNs() - later(tick.fabricHeardNs(), tick.observedSinceNs());
        final boolean up = silentNs < settings.silenceNs();
        if (up != fabricUp) {
            fabricUp = up;
            actions.add(new MarkFabric(up));
        }
    }

    /** All of the partner's becomes ours; called on evidence only. */
    private void takeOver(final String why, final long nowNs) {
        handover.onTakeover(nowNs, actions);
        claims.adoptRest(actions);
        serveAlone(why, nowNs);
    }

    /**
     * Both nodes say that they own the same. A node bound by its lease yields to one that serves alone: that one had
     * evidence. If both serve alone, the one with the highest epoch stays; it opens no closed gate before the other is
     * gone.
     */
    private void settle(final PartnerBeat beat, final long receivedNs, final long nowNs) {
        final boolean bound = state.boundByLease();
        final boolean partnerBound = beat.report().state().boundByLease();
        if (bound == partnerBound ? !claims.strongerThan(beat.report()) : bound) {
            restart("the partner took over while this node did not run");
            return;
        }
        unanswered(beat.report().state(), receivedNs);
        final boolean outbid = claims.outbid(beat.report(), actions);
        if (outbid || beat.incarnation() > deadIncarnation) {
            partnerIncarnation = beat.incarnation();
            claims.adoptRest(actions);
            serveAlone("the partner claims what this node owns; this node stays", nowNs);
        }
    }

    private void serveAlone(final String why, final long nowNs) {
        deadIncarnation = Math.max(deadIncarnation, partnerIncarnation);
        partnerAlive = false;
        synced = true;
        leaseRestarts = false;
        if (state != PairState.SOLO) {
            leaseUntilNs = nowNs;
            leaseAlone(nowNs);
        }
        leadership.lead(settings.allMask(), actions);
        actions.add(new DeclarePartnerDead(partnerIncarnation, why));
        become(PairState.SOLO, why);
    }

    private void restart(final String why) {
        silence(why);
        become(PairState.RESTARTING, why);
        actions.add(new RestartSelf(why));
    }

    private void stop(final String why) {
        silence(why);
        become(PairState.CONFLICT, why);
    }

    private void silence(final String why) {
        actions.add(new CloseGate(why));
        leadership.stop(why, actions);
    }

    private void become(final PairState next, final String why) {
        state = next;
        if (next != PairState.PAIRED) {
            handover.stop(why, actions);
        }
        actions.add(new Become(next, why));
    }

    private static long later(final long aNs, final long bNs) {
        return aNs - bNs > 0 ? aNs : bNs;
    }

    public PairState state() {
        return state;
    }

    /** What this node says of itself in its beats. */
    public NodeReport report() {
        return new NodeReport(
                state,
                deadIncarnation,
                partnerIncarnation,
                claims.home(0),
                claims.home(1),
                leadership.mask(),
                leadership.given(),
                reportedLinkMask,
                healthyMask,
                synced,
                handover.drained(),
                handover.frozen());
    }

    /** The highest incarnation of the partner that this node heard of; 0: none. */
    public long partnerIncarnation() {
        return partnerIncarnation;
    }

    /** The highest incarnation of the partner that this node declared dead; 0: none. */
    public long deadIncarnation() {
        return deadIncarnation;
    }

    public boolean partnerAlive() {
        return partnerAlive;
    }

    public boolean fabricUp() {
        return fabricUp;
    }

    /** Whether this node has all sessions of its partner, or both started without any. */
    public boolean synced() {
        return synced;
    }
}
