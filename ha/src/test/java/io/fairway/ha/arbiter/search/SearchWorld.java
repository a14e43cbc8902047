package io.fairway.ha.arbiter.search;

import io.fairway.ha.arbiter.BucketRange;
import io.fairway.ha.arbiter.HomeClaim;
import io.fairway.ha.arbiter.NodeReport;
import io.fairway.ha.arbiter.PairAction;
import io.fairway.ha.arbiter.PairAction.AcceptOwnership;
import io.fairway.ha.arbiter.PairAction.AdoptBuckets;
import io.fairway.ha.arbiter.PairAction.AskWitness;
import io.fairway.ha.arbiter.PairAction.Become;
import io.fairway.ha.arbiter.PairAction.CloseGate;
import io.fairway.ha.arbiter.PairAction.FencePartner;
import io.fairway.ha.arbiter.PairAction.GiveBucket;
import io.fairway.ha.arbiter.PairAction.LeadInterfaces;
import io.fairway.ha.arbiter.PairAction.PersistEpoch;
import io.fairway.ha.arbiter.PairAction.PersistIncarnation;
import io.fairway.ha.arbiter.PairAction.ReleaseInterfaces;
import io.fairway.ha.arbiter.PairAction.RestartSelf;
import io.fairway.ha.arbiter.PairAction.SetLease;
import io.fairway.ha.arbiter.PairAction.SettleBucket;
import io.fairway.ha.arbiter.PairEvent;
import io.fairway.ha.arbiter.PairState;
import io.fairway.ha.arbiter.PartnerBeat;
import java.util.List;

/**
 * Two nodes and the three links between them: two of the fabric, and the data network, on which a node's cable may be
 * out besides. Time passes in steps: both nodes take a turn, node 0 first, then their beats are on their way. Judges
 * every step.
 */
final class SearchWorld {
    static final int LINKS = 3;
    static final int DATA = 2;

    private final SearchSetup setup;
    private final List<String> log;
    private final SearchNode[] nodes;
    private long nowNs;

    /** A bit per link and sender: nothing passes. */
    private int blocked;

    /** A bit per node: it cannot reach the witness. */
    private int unwitnessed;

    private int grantedTo = -1;
    private long grantEndsNs;

    private long passedNs;

    /** No witness, and both nodes are right to go on. */
    private boolean split;

    /** @param log hears what is decided; null: nobody listens */
    SearchWorld(final SearchSetup setup, final List<String> log) {
        this.setup = setup;
        this.log = log;
        nodes = new SearchNode[] {new SearchNode(0), new SearchNode(1)};
        nowNs = 1_000 * SearchSetup.MS;
        passedNs = nowNs;
        grantEndsNs = nowNs;
    }

    private SearchWorld(final SearchWorld from) {
        setup = from.setup;
        log = from.log;
        nodes = new SearchNode[] {from.nodes[0].copy(setup), from.nodes[1].copy(setup)};
        nowNs = from.nowNs;
        blocked = from.blocked;
        unwitnessed = from.unwitnessed;
        grantedTo = from.grantedTo;
        grantEndsNs = from.grantEndsNs;
        passedNs = from.passedNs;
        split = from.split;
    }

    SearchWorld copy() {
        return new SearchWorld(this);
    }

    void describe(final StateKey key) {
        final boolean swapped = (blocked & 0b11) > (blocked >>> 2 & 0b11);
        final int fabrics = swapped ? (blocked & 0b11) << 2 | blocked >>> 2 & 0b11 : blocked & 0b1111;
        key.value(blocked & ~0b1111 | fabrics | unwitnessed << 8 | (split ? 1 << 10 : 0) | grantedTo + 1 << 12);
        key.deadline(grantEndsNs);
        key.time(passedNs);
    }

    SearchNode node(final int id) {
        return nodes[id];
    }

    long nowNs() {
        return nowNs;
    }

    SearchSetup setup() {
        return setup;
    }

    boolean isBlocked(final int link, final int from) {
        return (blocked & 1 << 2 * link + from) != 0;
    }

    void block(final int link, final int from, final boolean block) {
        final int bit = 1 << 2 * link + from;
        blocked = block ? blocked | bit : blocked & ~bit;
    }

    boolean reachesWitness(final int id) {
        return (unwitnessed & 1 << id) == 0;
    }

    void reachWitness(final int id, final boolean reach) {
        unwitnessed = reach ? unwitnessed & ~(1 << id) : unwitnessed | 1 << id;
    }

    void boot(final int id) {
        nodes[id].boot(setup, nowNs);
    }

    private boolean passable(final int link, final int from) {
        return !isBlocked(link, from) && (link != DATA || nodes[0].plugged && nodes[1].plugged);
    }

    private boolean fabricPassable(final int from) {
        return passable(0, from) || passable(1, from);
    }

    /** Whether anything passes from this node to the other. */
    boolean passable(final int from) {
        return fabricPassable(from) || passable(DATA, from);
    }

    /** The sentinel tells which process it saw die. */
    void tell(final int id) {
        final SearchNode node = nodes[id];
        nodes[1 - id].receive(
                new SearchNode.Frame(null, nowNs, node.untold, 0, fabricPassable(id), passable(DATA, id)));
        node.untold = 0;
    }

    /** An operator's word. */
    void order(final int id, final PairEvent.Order order) {
        apply(nodes[id], new PairEvent.Operator(order));
        check();
    }

    void synced(final int id) {
        apply(nodes[id], new PairEvent.Synced());
    }

    /** Time passes. */
    void run(final int steps) {
        for (int i = 0; i < steps; i++) {
            nowNs += SearchSetup.STEP_NS;
            noteSplit();
            check();
            for (final SearchNode node : nodes) {
                turn(node);
                check();
            }
            send(nodes[0]);
            send(nodes[1]);
        }
    }

    /** Two connected nodes that hear nothing of each other are both right to go on, if there is no witness. */
    private void noteSplit() {
        final boolean silent = !passable(0) && !passable(1) && nodes[0].plugged && nodes[1].plugged;
        if (!silent) {
            passedNs = nowNs;
        }
        if (setup.witnessed()) {
            return;
        }
        if (nowNs - passedNs > SearchSetup.LEASE_NS / 2) {
            split = true;
        } else if (split && !silent) {
            split = disputed();
        }
    }

    private boolean disputed() {
        if (nodes[0].arbiter == null || nodes[1].arbiter == null) {
            return false;
        }
        final NodeReport zero = nodes[0].arbiter.report();
        final NodeReport one = nodes[1].arbiter.report();
        return overlap(zero.home0(), one.home0())
                || overlap(zero.home1(), one.home1())
                || (zero.leaderMask() & one.leaderMask()) != 0;
    }

    private static boolean overlap(final HomeClaim zero, final HomeClaim one) {
        int from = 0;
        while (from < 256) {
            final HomeClaim.Run mine = zero.at(from);
            final HomeClaim.Run theirs = one.at(from);
            if (mine.owner() == 0 && theirs.owner() == 1) {
                return true;
            }
            from = Math.min(mine.end(), theirs.end());
        }
        return false;
    }

    /** S1: no bucket and no interface has two senders. S2: nobody sends after its lease. */
    void check() {
        for (final SearchNode node : nodes) {
            final boolean bound = node.arbiter != null && node.arbiter.state() == PairState.PAIRED;
            if (bound && node.sends(nowNs) && nowNs - node.returnedNs >= SearchSetup.LEASE_NS) {
                throw new Violation("S2", "node" + node.id + " sends though no beat of the last lease came back");
            }
        }
        if (split || !nodes[0].sends(nowNs) || !nodes[1].sends(nowNs)) {
            return;
        }
        for (int home = 0; home < 2; home++) {
            if (overlap(nodes[0].gate[home], nodes[1].gate[home])) {
                throw new Violation("S1", "both nodes send for buckets of home " + home);
            }
        }
        if ((nodes[0].leaders & nodes[1].leaders) != 0) {
            throw new Violation("S1", "both nodes lead an interface");
        }
    }

    private void turn(final SearchNode node) {
        if (!node.running()) {
            return;
        }
        if (nowNs - node.turnedNs > 3 * SearchSetup.STEP_NS) {
            node.listeningSinceNs = nowNs;
        }
        if (nowNs - node.turnedNs > SearchSetup.LEASE_NS) {
            node.lapsedNs = nowNs;
        }
        node.turnedNs = nowNs;
        while (node.arbiter != null && !node.inbox.isEmpty()) {
            read(node, node.inbox.removeFirst());
        }
        if (node.arbiter != null && node.grantedUntilNs != 0) {
            final long untilNs = node.grantedUntilNs;
            node.grantedUntilNs = 0;
            apply(node, new PairEvent.WitnessGranted(untilNs));
        }
        if (node.arbiter != null && node.fenced != null) {
            final PairEvent fenced = node.fenced;
            node.fenced = null;
            apply(node, fenced);
        }
        if (node.arbiter != null && node.settling >= 0) {
            final int bucket = node.settling;
            node.settling = -1;
            apply(node, new PairEvent.BucketSettled(bucket));
        }
        if (node.arbiter != null) {
            final long links = node.plugged ? SearchSetup.ALL : 0;
            apply(
                    node,
                    new PairEvent.Tick(
                            nowNs, node.listeningSinceNs, node.lapsedNs, node.fabricHeardNs, links, links, true));
        }
    }

    private void read(final SearchNode node, final SearchNode.Frame frame) {
        final boolean heard = frame.fabric() && setup.build().hears(true)
                || frame.data() && setup.build().hears(false);
        if (!heard) {
            return;
        }
        if (frame.beat() == null) {
            apply(node, new PairEvent.DeathNotice(frame.echoIncarnation()));
            return;
        }
        if (frame.fabric()) {
            node.fabricHeardNs = nowNs;
        }
        final PartnerBeat sent = frame.beat();
        final boolean returned = frame.echoIncarnation() == node.incarnation;
        if (returned) {
            node.returnedNs = Math.max(node.returnedNs, frame.echoSentNs());
        }
        final PartnerBeat beat = new PartnerBeat(sent.incarnation(), sent.report(), returned, frame.echoSentNs());
        apply(node, new PairEvent.BeatHeard(setup.build().told(beat, nowNs), nowNs));
        if (node.arbiter == null || sent.incarnation() <= node.arbiter.partner().deadIncarnation()) {
            return;
        }
        node.echoIncarnation = sent.incarnation();
        node.echoSentNs = frame.sentNs();
        if (sent.incarnation() == node.arbiter.partner().incarnation()) {
            checkSeen(node, sent.report());
        }
    }

    /** S2: nobody sends below an epoch that it has seen. */
    private void checkSeen(final SearchNode node, final NodeReport report) {
        if (!node.sends(nowNs)) {
            return;
        }
        for (int home = 0; home < 2; home++) {
            for (int from = 0; from < 256; ) {
                final HomeClaim.Run own = node.gate[home].at(from);
                final HomeClaim.Run theirs = report.home(home).at(from);
                if (own.owner() == node.id && theirs.epoch() > own.epoch()) {
                    throw new Violation(
                            "S2",
                            "node" + node.id + " sends under epoch " + own.epoch() + " and has seen " + theirs.epoch());
                }
                from = Math.min(own.end(), theirs.end());
            }
        }
    }

    private void send(final SearchNode node) {
        if (!node.running() || !passable(node.id)) {
            return;
        }
        final long dead = node.arbiter.partner().deadIncarnation();
        nodes[1 - node.id].receive(new SearchNode.Frame(
                new PartnerBeat(node.incarnation, node.arbiter.report(), false, 0),
                nowNs,
                node.echoIncarnation > dead ? node.echoIncarnation : 0,
                node.echoSentNs,
                fabricPassable(node.id),
                passable(DATA, node.id)));
    }

    private void apply(final SearchNode node, final PairEvent event) {
        for (final PairAction action : node.arbiter.on(event, nowNs)) {
            if (log != null && !(action instanceof SetLease)) {
                log.add(nowNs / SearchSetup.MS + " ms node" + node.id + " " + action);
            }
            if (setup.build().gateFollows(action)) {
                apply(node, action);
            }
        }
    }

    private void apply(final SearchNode node, final PairAction action) {
        switch (action) {
            case SetLease next -> node.validUntilNs = next.untilNs();
            case CloseGate _ -> node.validUntilNs = nowNs;
            case PersistEpoch next -> persist(node, next.homeNode(), next.epoch());
            case PersistIncarnation floor -> node.incarnation = Math.max(node.incarnation, floor.floor());
            case AdoptBuckets own -> node.assign(own.buckets(), node.id, own.epoch());
            case AcceptOwnership other -> {
                node.assign(other.buckets(), other.owner(), other.epoch());
                persist(node, other.buckets().homeNode(), other.epoch());
            }
            case GiveBucket gift -> {
                final int place = gift.bucket() & 0xff;
                node.assign(new BucketRange(gift.bucket() >>> 8, place, place + 1), 1 - node.id, gift.epoch());
            }
            case SettleBucket next -> node.settling = next.bucket();
            case LeadInterfaces more -> node.leaders |= more.mask();
            case ReleaseInterfaces less -> node.leaders &= ~less.mask();
            case AskWitness ask -> askWitness(node, ask.forNs());
            case FencePartner partner -> fence(node, partner.incarnation());
            case RestartSelf _ -> node.die();
            case Become next
            when next.state() == PairState.CONFLICT ->
                throw new Violation("conflict", "node" + node.id + ": " + next.why());
            default -> {
                // Told to others, no part of this world.
            }
        }
    }

    private static void persist(final SearchNode node, final int home, final int epoch) {
        node.epochs[home] = Math.max(node.epochs[home], epoch);
    }

    private void askWitness(final SearchNode node, final long forNs) {
        if (reachesWitness(node.id) && (grantedTo == node.id || grantEndsNs - nowNs <= 0)) {
            grantedTo = node.id;
            grantEndsNs = nowNs + forNs + forNs / 10;
            node.grantedUntilNs = nowNs + forNs;
        }
    }

    private void fence(final SearchNode node, final long incarnation) {
        final SearchNode target = nodes[1 - node.id];
        if (setup.fenceWorks() && target.arbiter != null) {
            target.die();
            // Who is cut off by power has nobody left to tell.
            target.untold = 0;
        }
        node.fenced = new PairEvent.Fenced(incarnation, setup.fenceWorks(), setup.fenceWorks() ? "off" : "no answer");
    }
}
