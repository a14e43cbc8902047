package io.fairway.ha.arbiter;

import io.fairway.ha.arbiter.PairAction.AcceptOwnership;
import io.fairway.ha.arbiter.PairAction.AdoptBuckets;
import io.fairway.ha.arbiter.PairAction.Become;
import io.fairway.ha.arbiter.PairAction.CloseGate;
import io.fairway.ha.arbiter.PairAction.DeclarePartnerAlive;
import io.fairway.ha.arbiter.PairAction.DeclarePartnerDead;
import io.fairway.ha.arbiter.PairAction.LeadInterfaces;
import io.fairway.ha.arbiter.PairAction.MarkFabric;
import io.fairway.ha.arbiter.PairAction.PersistEpoch;
import io.fairway.ha.arbiter.PairAction.PersistIncarnation;
import io.fairway.ha.arbiter.PairAction.ReleaseInterfaces;
import io.fairway.ha.arbiter.PairAction.RestartSelf;
import io.fairway.ha.arbiter.PairAction.SetLease;
import io.fairway.ha.arbiter.PairEvent.BeatHeard;
import io.fairway.ha.arbiter.PairEvent.DeathNotice;
import io.fairway.ha.arbiter.PairEvent.Paused;
import io.fairway.ha.arbiter.PairEvent.Synced;
import io.fairway.ha.arbiter.PairEvent.Tick;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which node of a pair owns what, from evidence only (ha-design.md, section 1). Pure: time comes with the
 * events, what is to be done goes out as actions. One thread uses it; it never reads a clock and never does I/O.
 *
 * <p>Why two nodes never both send: a node bound by its lease sends only until the lease after the sending time of a
 * beat that its partner echoed. The partner echoes only what this arbiter was told, and takes over only after the lease
 * and a drift without hearing anything new. A lone node's lease ends before a partner that hears nobody may serve
 * alone.
 */
public final class PairArbiter {
    private static final int HOMES = 2;

    private final ArbiterSettings settings;
    private final int node;
    private final HomeClaim[] homes = new HomeClaim[HOMES];
    private final int[] highestEpochs = new int[HOMES];

    private PairState state = PairState.STARTING;
    private long leaderMask;
    private boolean synced;
    private long leaseUntilNs;
    private boolean leaseRestarts;

    private long partnerIncarnation;
    private long deadIncarnation;
    private boolean partnerAlive;
    private PairState partnerState = PairState.STARTING;
    private long heardNs;

    /** When a beat of ours was sent that the partner is known to have heard. */
    private long answeredNs;

    private boolean unanswered;
    private long unansweredForNs;
    private long unansweredNs;

    private boolean carriersUp = true;
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
        for (int home = 0; home < HOMES; home++) {
            highestEpochs[home] = stored.reserved(home);
            homes[home] = new HomeClaim(HomeClaim.NOBODY, stored.known(home));
        }
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
            case Synced ignored -> onSynced();
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
        noteEpochs(beat);
        if (oneEpochTwoOwners(beat)) {
            stop("this node and its partner both own buckets at one epoch: two nodes with one identity?");
        } else if (beat.knownIncarnation() > settings.incarnation()) {
            actions.add(new PersistIncarnation(beat.knownIncarnation()));
            restart("the partner knows incarnation " + beat.knownIncarnation() + " of this node, a later one");
        } else if (disputed(beat)) {
            settle(beat, receivedNs, nowNs);
        } else if (beat.deadIncarnation() >= settings.incarnation()) {
            restart("the partner declared this node dead");
        } else if (beat.incarnation() > deadIncarnation) {
            onLivingPartner(beat, receivedNs, nowNs);
        } else {
            unanswered(beat.state(), receivedNs);
        }
    }

    private void onLivingPartner(final PartnerBeat beat, final long receivedNs, final long nowNs) {
        final boolean anew = beat.incarnation() > partnerIncarnation;
        if (anew && !beat.claimsAnything(settings.partner())) {
            if (!partnerAlive) {
                forgetClaims();
            } else if (homes[settings.partner()].owner() == HomeClaim.NOBODY) {
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
        acceptClaims(beat);
        outbid(beat);
        partnerState = beat.state();
        heardNs = receivedNs;
        if (!beat.returned()) {
            unanswered(beat.state(), receivedNs);
            return;
        }
        unanswered = false;
        answeredNs = later(answeredNs, beat.returnedSentNs());
        switch (state) {
            case STARTING -> join(beat);
            case SYNCING -> followUp(beat);
            case SOLO -> welcome(beat);
            case ISOLATED -> become(synced ? PairState.PAIRED : PairState.SYNCING, "the partner answers again");
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
    private void unanswered(final PairState partner, final long receivedNs) {
        unanswered = true;
        unansweredForNs = partner.boundByLease() ? settings.silenceNs() : settings.coldStartNs();
        unansweredNs = receivedNs;
    }

    /** A started node joins a partner that hears it: it follows an owner, or takes its own home if nobody ever did. */
    private void join(final PartnerBeat beat) {
        if (homes[node].owner() == settings.partner()) {
            pairUp(PairState.SYNCING, "the partner owns this node's buckets");
        } else if (beat.home(node).owner() == HomeClaim.NOBODY) {
            adopt(node);
            lead(settings.preferredMask() & ~beat.leaderMask());
            synced = true;
            pairUp(PairState.PAIRED, "both nodes started cold");
        }
        // Else the partner still holds an earlier process of this node for the owner; it will take over first.
    }

    /** Ready to take over after a short silence: the owner has bound itself to the short lease. */
    private void followUp(final PartnerBeat beat) {
        if (synced && beat.state() == PairState.PAIRED) {
            become(PairState.PAIRED, "every session of the partner is copied");
        }
    }

    /** A lone owner takes in its partner, but binds itself to the short lease only when that one could replace it. */
    private void welcome(final PartnerBeat beat) {
        if (!partnerAlive) {
            partnerAlive = true;
            fabricUp = true;
            actions.add(new DeclarePartnerAlive(partnerIncarnation));
        }
        if (beat.synced()) {
            bindByShortLease();
            become(PairState.PAIRED, "the partner has every session");
        }
    }

    private void pairUp(final PairState next, final String why) {
        partnerAlive = true;
        fabricUp = true;
        actions.add(new DeclarePartnerAlive(partnerIncarnation));
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
        if (tick.carriersUp() && !carriersUp) {
            carriersUpSinceNs = nowNs;
        }
        carriersUp = tick.carriersUp();
        markFabric(tick);
        lapsedNs = later(later(lapsedNs, tick.lapsedNs()), carriersUpSinceNs);
        final long listeningSinceNs = later(tick.observedSinceNs(), awakeSinceNs);
        final long deafNs = tick.observedNs() - later(heardNs, listeningSinceNs);
        final long silenceNs = tick.observedNs() - later(later(heardNs, listeningSinceNs), carriersUpSinceNs);
        switch (state) {
            case STARTING, SYNCING, ISOLATED -> {
                if (carriersUp && silenceNs >= settings.coldStartNs()) {
                    takeOver("no partner heard on any path for " + silenceNs / 1_000_000 + " ms", nowNs);
                }
            }
            case PAIRED -> {
                if (!carriersUp && deafNs >= settings.silenceNs()) {
                    actions.add(new CloseGate("no partner and no link: this node is the isolated one"));
                    become(PairState.ISOLATED, "silence on every path, and no data interface has a link");
                } else if (carriersUp && silenceNs >= patienceNs()) {
                    takeOver("lease expired: silence on every path for " + silenceNs / 1_000 + " us", nowNs);
                }
            }
            case SOLO -> onSoloTick(tick, silenceNs, nowNs);
            case RESTARTING, CONFLICT -> {
                // Left by a restart only.
            }
        }
    }

    /**
     * The short lease of a silent partner proves something only if that partner was bound by it when last heard, and
     * cannot have taken us for dead before: it heard us after our last pause. Otherwise wait for a lone node's lease.
     */
    private long patienceNs() {
        final boolean seenSincePause = answeredNs - lapsedNs > 0;
        return partnerState.boundByLease() && seenSincePause ? settings.silenceNs() : settings.coldStartNs();
    }

    /**
     * A lone node renews its lease by itself while it listens and has a link. With a partner that is still copying, the
     * lease hangs on returned beats (see {@link #onLivingPartner}), so that this partner may serve alone in the end; so
     * may one that is heard but does not hear us.
     */
    private void onSoloTick(final Tick tick, final long silenceNs, final long nowNs) {
        final boolean expired = leaseUntilNs - nowNs <= 0;
        if (!carriersUp || nowNs - tick.observedNs() > settings.soloLeaseNs() / 4) {
            return;
        }
        if (partnerAlive) {
            if (silenceNs >= (expired ? settings.coldStartNs() : settings.soloLeaseNs() / 2)) {
                serveAlone("the partner fell silent before it had every session", nowNs);
            }
        } else if (unanswered && tick.observedNs() - unansweredNs < unansweredForNs) {
            return;
        } else if (expired
                ? silenceNs >= wakingPatienceNs(nowNs)
                : leaseUntilNs - nowNs < settings.soloLeaseNs() * 3 / 4) {
            leaseUntilNs = nowNs + settings.soloLeaseNs();
            actions.add(new SetLease(leaseUntilNs));
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

    private void onSynced() {
        synced = true;
    }

    /** All of the partner's becomes ours; called on evidence only. */
    private void takeOver(final String why, final long nowNs) {
        for (int home = 0; home < HOMES; home++) {
            if (homes[home].owner() != node) {
                adopt(home);
            }
        }
        serveAlone(why, nowNs);
    }

    /**
     * Both nodes say that they own the same. A node bound by its lease yields to one that serves alone: that one had
     * evidence. If both serve alone, the one with the highest epoch stays; it opens no closed gate before the other is
     * gone.
     */
    private void settle(final PartnerBeat beat, final long receivedNs, final long nowNs) {
        final boolean bound = state.boundByLease();
        final boolean partnerBound = beat.state().boundByLease();
        if (bound == partnerBound ? !strongerThan(beat) : bound) {
            restart("the partner took over while this node did not run");
            return;
        }
        unanswered(beat.state(), receivedNs);
        boolean outbid = beat.incarnation() > deadIncarnation;
        for (int home = 0; home < HOMES; home++) {
            if (homes[home].owner() == node && beat.home(home).epoch() > homes[home].epoch()) {
                adopt(home);
                outbid = true;
            }
        }
        if (outbid) {
            partnerIncarnation = beat.incarnation();
            serveAlone("the partner claims what this node owns; this node stays", nowNs);
        }
    }

    private void serveAlone(final String why, final long nowNs) {
        deadIncarnation = Math.max(deadIncarnation, partnerIncarnation);
        partnerAlive = false;
        synced = true;
        leaseRestarts = false;
        if (state != PairState.SOLO) {
            leaseUntilNs = nowNs + settings.soloLeaseNs();
            actions.add(new SetLease(leaseUntilNs));
        }
        lead(settings.allMask());
        actions.add(new DeclarePartnerDead(partnerIncarnation, why));
        become(PairState.SOLO, why);
    }

    private void adopt(final int home) {
        int epoch = highestEpochs[home] + 1;
        if ((epoch & 1) != node) {
            epoch++;
        }
        highestEpochs[home] = epoch;
        homes[home] = new HomeClaim(node, epoch);
        actions.add(new PersistEpoch(home, epoch));
        actions.add(new AdoptBuckets(home, epoch));
    }

    private void lead(final long mask) {
        final long more = mask & ~leaderMask;
        if (more != 0) {
            leaderMask |= more;
            actions.add(new LeadInterfaces(more));
        }
    }

    private void acceptClaims(final PartnerBeat beat) {
        for (int home = 0; home < HOMES; home++) {
            final HomeClaim claim = beat.home(home);
            if (claim.owner() == settings.partner() && outdates(claim, homes[home])) {
                homes[home] = claim;
                actions.add(new AcceptOwnership(home, claim.owner(), claim.epoch()));
            }
        }
    }

    /** What an earlier process of the partner owned, while this node had not joined it, is nobody's. */
    private void forgetClaims() {
        for (int home = 0; home < HOMES; home++) {
            if (homes[home].owner() == settings.partner()) {
                homes[home] = new HomeClaim(HomeClaim.NOBODY, homes[home].epoch());
            }
        }
    }

    private static boolean outdates(final HomeClaim claim, final HomeClaim old) {
        return claim.epoch() > old.epoch() || (old.owner() == HomeClaim.NOBODY && claim.epoch() == old.epoch());
    }

    /** The partner's disk remembers a higher epoch of what is ours than our own did: draw a higher one still. */
    private void outbid(final PartnerBeat beat) {
        for (int home = 0; home < HOMES; home++) {
            if (homes[home].owner() == node && beat.home(home).epoch() > homes[home].epoch()) {
                adopt(home);
            }
        }
    }

    private void noteEpochs(final PartnerBeat beat) {
        for (int home = 0; home < HOMES; home++) {
            highestEpochs[home] = Math.max(highestEpochs[home], beat.home(home).epoch());
        }
    }

    private boolean oneEpochTwoOwners(final PartnerBeat beat) {
        for (int home = 0; home < HOMES; home++) {
            final HomeClaim claim = beat.home(home);
            if (claim.owner() != HomeClaim.NOBODY
                    && homes[home].owner() != HomeClaim.NOBODY
                    && claim.epoch() == homes[home].epoch()
                    && claim.owner() != homes[home].owner()) {
                return true;
            }
        }
        return false;
    }

    /** Whether the partner says of itself that it owns what this node owns. */
    private boolean disputed(final PartnerBeat beat) {
        for (int home = 0; home < HOMES; home++) {
            if (homes[home].owner() == node && beat.home(home).owner() == settings.partner()) {
                return true;
            }
        }
        return false;
    }

    /** The highest epoch wins; both nodes compare the same numbers, and no two nodes ever draw the same epoch. */
    private boolean strongerThan(final PartnerBeat beat) {
        int mine = 0;
        int theirs = 0;
        for (int home = 0; home < HOMES; home++) {
            mine = homes[home].owner() == node ? Math.max(mine, homes[home].epoch()) : mine;
            final HomeClaim claim = beat.home(home);
            theirs = claim.owner() == settings.partner() ? Math.max(theirs, claim.epoch()) : theirs;
        }
        return mine > theirs;
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
        if (leaderMask != 0) {
            actions.add(new ReleaseInterfaces(leaderMask));
            leaderMask = 0;
        }
    }

    private void become(final PairState next, final String why) {
        state = next;
        actions.add(new Become(next, why));
    }

    private static long later(final long aNs, final long bNs) {
        return aNs - bNs > 0 ? aNs : bNs;
    }

    public PairState state() {
        return state;
    }

    /** This node's view of one home. */
    public HomeClaim home(final int homeNode) {
        return homes[homeNode];
    }

    /** The interfaces this node leads. */
    public long leaderMask() {
        return leaderMask;
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
