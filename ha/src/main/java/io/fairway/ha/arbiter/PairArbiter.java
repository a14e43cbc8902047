package io.fairway.ha.arbiter;

import io.fairway.ha.arbiter.PairAction.Become;
import io.fairway.ha.arbiter.PairAction.CloseGate;
import io.fairway.ha.arbiter.PairAction.DeclarePartnerAlive;
import io.fairway.ha.arbiter.PairAction.DeclarePartnerDead;
import io.fairway.ha.arbiter.PairAction.Note;
import io.fairway.ha.arbiter.PairAction.PersistIncarnation;
import io.fairway.ha.arbiter.PairAction.Refuse;
import io.fairway.ha.arbiter.PairAction.RestartSelf;
import io.fairway.ha.arbiter.PairEvent.Fenced;
import io.fairway.ha.arbiter.PairEvent.Order;
import io.fairway.ha.arbiter.PairEvent.Tick;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which node of a pair owns what, from evidence only (ha-design.md, section 1). Pure: time comes with the
 * events, what is to be done goes out as actions. One thread uses it; it never reads a clock and never does I/O.
 *
 * <p>Here stands what an event means in which state. {@link Evidence} judges what a silence proves, {@link Lease} says
 * until when this node may send, {@link Claims} who owns which bucket at which epoch, {@link Leadership} who leads
 * which interface, {@link Handover} what moves between living nodes and when (handback, hold-down, an operator's
 * orders), {@link OutsideHelp} asks witness and fence; {@link Partner} is what is known of the other node.
 */
public final class PairArbiter {
    private final ArbiterSettings settings;
    private final int node;
    private final Partner partner = new Partner();
    private final Evidence evidence;
    private final Claims claims;
    private final Leadership leadership;
    private final Handover handover;
    private final OutsideHelp help;
    private final Lease lease;

    private PairState state = PairState.STARTING;
    private boolean synced;
    private List<PairAction> actions = new ArrayList<>();

    /**
     * @param settings what never changes
     * @param stored what the disk knows of epochs
     * @param nowNs the time of this start
     */
    public PairArbiter(final ArbiterSettings settings, final StoredEpochs stored, final long nowNs) {
        this.settings = settings;
        node = settings.node();
        evidence = new Evidence(settings, partner, nowNs);
        claims = new Claims(node, stored);
        leadership = new Leadership(settings);
        handover = new Handover(settings, claims, nowNs);
        help = new OutsideHelp(settings, nowNs);
        lease = new Lease(settings, help, nowNs);
    }

    /** Decides on one event. The actions are to be applied in order, before the next event. */
    public List<PairAction> on(final PairEvent event, final long nowNs) {
        if (state.isFinal()) {
            return List.of();
        }
        actions = new ArrayList<>(4);
        evidence.onEvent(nowNs);
        switch (event) {
            case PairEvent.BeatHeard heard -> onBeat(heard.beat(), heard.receivedNs(), nowNs);
            case PairEvent.UnreadableBeat beat -> onUnreadable(beat, nowNs);
            case PairEvent.DeathNotice notice -> onDeathNotice(notice.incarnation(), nowNs);
            case Tick tick -> onTick(tick, nowNs);
            case PairEvent.Paused paused -> evidence.onPause(paused.gapNs(), nowNs);
            case PairEvent.Synced _ -> synced = true;
            case PairEvent.BucketSettled settled -> handover.onSettled(settled.bucket(), actions);
            case PairEvent.WitnessGranted grant -> help.granted(grant.untilNs());
            case Fenced fenced -> onFenced(fenced, nowNs);
            case PairEvent.Operator operator -> onOrder(operator.order(), nowNs);
        }
        return actions;
    }

    private void onBeat(final PartnerBeat beat, final long receivedNs, final long nowNs) {
        if (beat.incarnation() < partner.incarnation()) {
            return;
        }
        final NodeReport report = beat.report();
        claims.noteEpochs(report);
        if (claims.conflict(report)) {
            end(
                    PairState.CONFLICT,
                    "this node and its partner both own buckets at one epoch: two nodes with one identity?");
        } else if (report.knownIncarnation() > settings.incarnation()) {
            final long known = report.knownIncarnation();
            actions.add(new PersistIncarnation(known));
            restart("the partner knows incarnation " + known + " of this node, a later one");
        } else if (claims.disputed(report) || leadership.disputed(report)) {
            settle(beat, receivedNs, nowNs);
        } else if (report.deadIncarnation() >= settings.incarnation()) {
            restart("the partner declared this node dead");
        } else if (beat.incarnation() <= partner.deadIncarnation()) {
            evidence.onUnanswered(report.state(), receivedNs);
        } else if (believable(beat, receivedNs, nowNs)) {
            onLivingPartner(beat, receivedNs, nowNs);
        }
    }

    /**
     * Both nodes say that they own or lead the same. A node bound by its lease yields to one that serves alone: that
     * one had evidence. If both serve alone, the one with the highest epoch stays; it opens no closed gate before the
     * other is gone.
     */
    private void settle(final PartnerBeat beat, final long receivedNs, final long nowNs) {
        final boolean bound = state.boundByLease();
        final boolean partnerBound = beat.report().state().boundByLease();
        if (bound == partnerBound ? !claims.strongerThan(beat.report()) : bound) {
            restart("the partner took over while this node did not run");
            return;
        }
        evidence.onUnanswered(beat.report().state(), receivedNs);
        final boolean outbid = claims.outbid(beat.report(), actions);
        if (outbid || beat.incarnation() > partner.deadIncarnation()) {
            partner.onIncarnation(beat.incarnation());
            claims.adoptRest(actions);
            serveAlone("the partner claims what this node owns; this node stays", nowNs);
        }
    }

    /** A new process that owns nothing is the end of the one before, unless this node slept meanwhile. */
    private boolean believable(final PartnerBeat beat, final long receivedNs, final long nowNs) {
        if (beat.incarnation() <= partner.incarnation() || beat.report().hasAnyOf(settings.partner())) {
            return true;
        }
        if (!partner.alive()) {
            claims.forgetPartner();
        } else if (claims.isNobodys(settings.partner())) {
            // It died before it took its home; our beats say that its next process may.
            actions.add(new DeclarePartnerAlive(beat.incarnation()));
        } else if ((evidence.mayBeOld(state, nowNs) || state == PairState.ISOLATED) && !evidence.isFresh(beat)) {
            evidence.onHeard(receivedNs);
            hesitate("the partner's process started anew while this node slept, and may serve alone by now");
            return false;
        } else {
            takeOver("the partner's process started anew", nowNs);
        }
        return true;
    }

    private void onLivingPartner(final PartnerBeat beat, final long receivedNs, final long nowNs) {
        claims.follow(beat.report(), settings.incarnation(), actions);
        claims.outbid(beat.report(), actions);
        partner.onReport(beat.incarnation(), beat.report());
        evidence.onHeard(receivedNs);
        if (!beat.returned()) {
            evidence.onUnanswered(beat.report().state(), receivedNs);
            return;
        }
        evidence.onAnswered(beat.returnedSentNs());
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
        lease.onReturned(state, beat.returnedSentNs(), actions);
    }

    /** A started node joins a partner that hears it: it follows an owner, or takes its own home if nobody ever did. */
    private void join() {
        if (claims.home(node).isAllOf(settings.partner())) {
            pairUp(PairState.SYNCING, "the partner owns this node's buckets");
        } else if (partner.report().home(node).isAllOf(HomeClaim.NOBODY)) {
            claims.adopt(node, actions);
            leadership.lead(settings.preferredMask() & ~partner.report().leaderMask(), actions);
            synced = true;
            pairUp(PairState.PAIRED, "both nodes started cold");
        }
        // Else the partner still holds an earlier process of this node for the owner; it will take over first.
    }

    private void pairUp(final PairState next, final String why) {
        meet();
        leadership.lead(settings.ownMask(), actions);
        lease.bind();
        become(next, why);
    }

    private void meet() {
        partner.onAlive();
        evidence.onMet();
        actions.add(new DeclarePartnerAlive(partner.incarnation()));
    }

    /** Ready to take over after a short silence: the owner has bound itself to the short lease. */
    private void followUp(final long nowNs) {
        if (synced && partner.paired()) {
            handover.onPaired(nowNs);
            become(PairState.PAIRED, "every session of the partner is copied");
        }
    }

    /** A lone owner takes in its partner, but binds itself to the short lease only when that one could replace it. */
    private void welcome(final long nowNs) {
        if (!partner.alive()) {
            meet();
        }
        if (partner.report().synced()) {
            lease.bind();
            handover.onPaired(nowNs);
            become(PairState.PAIRED, "the partner has every session");
        }
    }

    private void onDeathNotice(final long incarnation, final long nowNs) {
        if (incarnation < partner.incarnation()) {
            return;
        }
        evidence.onDeath();
        if (incarnation <= partner.deadIncarnation()) {
            return;
        }
        partner.onIncarnation(incarnation);
        if (evidence.mayBeOld(state, nowNs)) {
            partner.onBuried();
            evidence.onHeard(nowNs);
            hesitate("death notice of incarnation " + incarnation + ", which may be an old one");
        } else {
            takeOver("death notice of incarnation " + incarnation, nowNs);
        }
    }

    /** A process of the partner that speaks otherwise is no silence, and no answer; the one before it is dead. */
    private void onUnreadable(final PairEvent.UnreadableBeat beat, final long nowNs) {
        if (partner.alive() && beat.incarnation() > partner.incarnation()) {
            onDeathNotice(partner.incarnation(), nowNs);
        }
        evidence.onUnreadable(beat);
    }

    private void hesitate(final String why) {
        if (state == PairState.PAIRED || state == PairState.SYNCING) {
            actions.add(new CloseGate(why));
            become(PairState.ISOLATED, why);
        }
    }

    private void onTick(final Tick tick, final long nowNs) {
        evidence.onTick(tick, nowNs, actions);
        if (state == PairState.SOLO) {
            goOnAlone(nowNs);
            return;
        }
        switch (evidence.judge(state)) {
            case PARTNER_SILENT -> replace(evidence.silence(state), nowNs);
            case ISOLATED -> {
                actions.add(new CloseGate("no partner and no link: this node is the isolated one"));
                become(PairState.ISOLATED, "silence on every path, and no data interface has a link");
            }
            case SUSPICIOUS -> {
                help.ask(nowNs, actions);
                help.fence(partner.incarnation(), nowNs, actions);
            }
            case NOTHING -> {
                if (state == PairState.PAIRED) {
                    share(tick, nowNs);
                }
            }
        }
    }

    /** A silent partner is replaced, by the leave of the witness if there is one. */
    private void replace(final String why, final long nowNs) {
        if (help.mayServeAlone(nowNs)) {
            takeOver(settings.witnessed() ? why + "; the witness agrees" : why, nowNs);
        } else {
            help.ask(nowNs, actions);
            help.fence(partner.incarnation(), nowNs, actions);
        }
    }

    /** Two living nodes divide interfaces and buckets between them. */
    private void share(final Tick tick, final long nowNs) {
        claims.tidy(actions);
        if (evidence.unanswered() || !partner.paired()) {
            return;
        }
        final NodeReport own = report();
        final NodeReport theirs = partner.report();
        leadership.share(own, theirs, handover.mayGoHome(theirs, nowNs), nowNs, actions);
        handover.step(own, theirs, tick.copiesEqual(), nowNs, actions);
    }

    /** Without a partner, or with one that is still copying the sessions and whose echoes extend the lease. */
    private void goOnAlone(final long nowNs) {
        if (!partner.alive()) {
            lease.extendAlone(evidence, nowNs, actions);
        } else if (evidence.copierSilent(lease.expired(nowNs), nowNs)) {
            serveAlone("the partner fell silent before it had every session", nowNs);
        }
    }

    private void onFenced(final Fenced fenced, final long nowNs) {
        if (!fenced.done()) {
            actions.add(new Note("the partner could not be fenced off: " + fenced.what()));
        } else if (state != PairState.SOLO
                && fenced.incarnation() == partner.incarnation()
                && evidence.unheardFor(settings.leaseNs(), nowNs)) {
            claims.renew(actions);
            takeOver("the partner is fenced off: " + fenced.what(), nowNs);
        }
    }

    private void onOrder(final Order order, final long nowNs) {
        if (order != Order.FENCE) {
            handover.onOrder(order, state, partner, actions);
        } else if (claims.ownsAll() && !partner.alive()) {
            actions.add(new Refuse("this node owns everything already"));
        } else if (!evidence.unheardFor(settings.silenceNs(), nowNs)) {
            actions.add(
                    new Refuse("the partner is alive and heard; 'fairway pair handover' moves things without a loss"));
        } else {
            claims.renew(actions);
            takeOver("an operator says that the partner is dead or cut off", nowNs);
        }
    }

    /** All of the partner's becomes ours; called on evidence only. */
    private void takeOver(final String why, final long nowNs) {
        handover.onTakeover(nowNs, actions);
        claims.adoptRest(actions);
        serveAlone(why, nowNs);
    }

    private void serveAlone(final String why, final long nowNs) {
        partner.onDead();
        synced = true;
        lease.onAlone(state == PairState.SOLO, nowNs, actions);
        leadership.lead(settings.allMask(), actions);
        actions.add(new DeclarePartnerDead(partner.incarnation(), why));
        become(PairState.SOLO, why);
    }

    private void restart(final String why) {
        end(PairState.RESTARTING, why);
        actions.add(new RestartSelf(why));
    }

    private void end(final PairState last, final String why) {
        actions.add(new CloseGate(why));
        leadership.stop(why, actions);
        become(last, why);
    }

    private void become(final PairState next, final String why) {
        state = next;
        if (next != PairState.PAIRED) {
            handover.stop(why, actions);
        }
        actions.add(new Become(next, why));
    }

    public PairState state() {
        return state;
    }

    /** What this node says of itself in its beats. */
    public NodeReport report() {
        return new NodeReport(
                state,
                partner.deadIncarnation(),
                partner.incarnation(),
                claims.home(0),
                claims.home(1),
                leadership.mask(),
                leadership.given(),
                evidence.ownLinkMask(),
                evidence.healthyMask(),
                synced,
                handover.drained(),
                handover.frozen());
    }

    /** What this node knows of its partner. */
    public Partner partner() {
        return partner;
    }

    public boolean fabricUp() {
        return evidence.fabricUp();
    }

    /** Whether this node has all sessions of its partner, or both started without any. */
    public boolean synced() {
        return synced;
    }
}
