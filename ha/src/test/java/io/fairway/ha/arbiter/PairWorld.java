package io.fairway.ha.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.ha.arbiter.PairAction.AcceptOwnership;
import io.fairway.ha.arbiter.PairAction.AdoptBuckets;
import io.fairway.ha.arbiter.PairAction.AskWitness;
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
import io.fairway.model.pair.BucketId;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Two arbiters, their gates and disks, and the paths between them, on one simulated clock. After every step the world
 * checks that no two nodes may send for the same buckets or interfaces and that epochs only rise.
 */
final class PairWorld {
    static final long MS = 1_000_000;
    static final long STEP_NS = 5 * MS;
    static final long LEASE_NS = 30 * MS;
    static final long DRIFT_NS = 5 * MS;
    static final long COLD_START_NS = 400 * MS;
    static final long HOLD_DOWN_NS = 100 * MS;
    static final long ALL = 0b11;
    private static final long RESTART_NS = 50 * MS;

    /** A beat on its way; the echo is resolved by the receiver. */
    record Frame(PartnerBeat beat, long sentNs, long echoIncarnation, long echoSentNs, boolean notice) {}

    final WorldNode[] nodes = {new WorldNode(0), new WorldNode(1)};
    final int[] highest = new int[2];

    /** A witness that both nodes reach, and what it remembers. */
    boolean witnessed;

    /** Per node the interfaces that it alone has. */
    final long[] own = {0, 0};

    boolean witnessGone;

    /** A means that cuts a partner off is configured; it does so if it works. */
    private boolean fencing;

    boolean fenceWorks = true;

    private int witnessGrantedTo = -1;
    private long witnessGrantEndsNs;

    /** False while a split is forced that two nodes cannot survive unhurt. */
    boolean checking = true;

    long nowNs = 1_000 * MS;

    /** Both nodes started cold and found each other. */
    static PairWorld paired() {
        return paired(false);
    }

    static PairWorld paired(final boolean witnessed) {
        final PairWorld world = new PairWorld();
        world.witnessed = witnessed;
        return world.pairUp();
    }

    static PairWorld pairedWithFence() {
        return pairedWithFence(false);
    }

    static PairWorld pairedWithFence(final boolean witnessed) {
        final PairWorld world = new PairWorld();
        world.witnessed = witnessed;
        world.fencing = true;
        return world.pairUp();
    }

    private PairWorld pairUp() {
        boot(0);
        boot(1);
        run(50 * MS);
        assertThat(state(0)).isEqualTo(PairState.PAIRED);
        assertThat(state(1)).isEqualTo(PairState.PAIRED);
        assertThat(served()).isTrue();
        return this;
    }

    /** A dead node starts again, and copies every session. */
    void rejoin(final int id) {
        boot(id);
        run(50 * MS);
        synced(id);
        run(50 * MS);
        assertThat(state(id)).as(story()).isEqualTo(PairState.PAIRED);
        assertThat(state(1 - id)).as(story()).isEqualTo(PairState.PAIRED);
    }

    void boot(final int id) {
        final WorldNode node = nodes[id];
        node.incarnation++;
        final StoredEpochs stored = new StoredEpochs(node.epochs[0], node.epochs[1], node.epochs[0], node.epochs[1]);
        node.arbiter = new PairArbiter(settings(id, node.incarnation), stored, nowNs);
        node.frozen = false;
        node.turnedNs = nowNs;
        node.listeningSinceNs = nowNs;
        node.lapsedNs = nowNs;
        node.echoIncarnation = 0;
        node.closedBySentinel = false;
        node.validUntilNs = nowNs;
        Arrays.fill(node.owners, HomeClaim.NOBODY);
        node.settled.clear();
        node.leaders = 0;
        node.restartAtNs = Long.MAX_VALUE;
        node.inbox.clear();
    }

    ArbiterSettings settings(final int id, final long incarnation) {
        return new ArbiterSettings(
                id,
                incarnation,
                LEASE_NS,
                DRIFT_NS,
                COLD_START_NS,
                HOLD_DOWN_NS,
                1L << id | own[id],
                ALL | own[id],
                ALL | own[id],
                own[id],
                false,
                witnessed,
                fencing);
    }

    void kill(final int id, final boolean notice) {
        final WorldNode node = nodes[id];
        if (node.arbiter == null) {
            return;
        }
        node.arbiter = null;
        node.closedBySentinel = true;
        if (notice && node.carriers && !nodes[1 - id].deaf && nodes[1 - id].carriers) {
            nodes[1 - id].inbox.add(new Frame(null, nowNs, node.incarnation, 0, true));
        }
    }

    void freeze(final int id) {
        nodes[id].frozen = true;
    }

    void thaw(final int id) {
        nodes[id].frozen = false;
        check();
    }

    void run(final long forNs) {
        for (long left = forNs; left > 0; left -= STEP_NS) {
            nowNs += STEP_NS;
            check();
            for (final WorldNode node : nodes) {
                if (node.restartAtNs <= nowNs) {
                    boot(node.id);
                }
                turn(node);
                check();
            }
            for (final WorldNode node : nodes) {
                send(node);
            }
        }
    }

    private void turn(final WorldNode node) {
        if (!node.running()) {
            return;
        }
        if (nowNs - node.turnedNs > 3 * STEP_NS) {
            node.listeningSinceNs = nowNs;
        }
        if (nowNs - node.turnedNs > LEASE_NS) {
            node.lapsedNs = nowNs;
        }
        node.turnedNs = nowNs;
        while (!node.inbox.isEmpty() && node.arbiter != null) {
            final Frame frame = node.inbox.poll();
            if (frame.notice()) {
                apply(node, new PairEvent.DeathNotice(frame.echoIncarnation()));
            } else {
                apply(node, new PairEvent.BeatHeard(returned(frame, node), nowNs));
                if (node.arbiter != null
                        && frame.beat().incarnation() > node.arbiter.partner().deadIncarnation()) {
                    node.echoIncarnation = frame.beat().incarnation();
                    node.echoSentNs = frame.sentNs();
                }
            }
        }
        if (node.granted != 0 && node.arbiter != null) {
            apply(node, new PairEvent.WitnessGranted(node.granted));
            node.granted = 0;
        }
        if (node.fenced != null && node.arbiter != null) {
            apply(node, node.fenced);
            node.fenced = null;
        }
        while (!node.settled.isEmpty() && node.arbiter != null) {
            apply(node, new PairEvent.BucketSettled(node.settled.poll()));
        }
        if (node.arbiter != null) {
            final long links = ((node.carriers ? ALL : 0) | own[node.id]) & ~node.unlinked;
            apply(
                    node,
                    new PairEvent.Tick(
                            nowNs, node.listeningSinceNs, node.lapsedNs, nowNs, links, links & ~node.sick, true));
        }
    }

    private static PartnerBeat returned(final Frame frame, final WorldNode receiver) {
        final PartnerBeat beat = frame.beat();
        return new PartnerBeat(
                beat.incarnation(), beat.report(), frame.echoIncarnation() == receiver.incarnation, frame.echoSentNs());
    }

    private void send(final WorldNode node) {
        final WorldNode to = nodes[1 - node.id];
        if (!node.running() || !node.carriers || !to.carriers || to.deaf || to.arbiter == null) {
            return;
        }
        final PairArbiter arbiter = node.arbiter;
        final PartnerBeat beat = new PartnerBeat(node.incarnation, arbiter.report(), false, 0);
        final long echo = node.echoIncarnation > arbiter.partner().deadIncarnation() ? node.echoIncarnation : 0;
        to.inbox.add(new Frame(beat, nowNs, echo, node.echoSentNs, false));
    }

    void synced(final int id) {
        if (nodes[id].running() && nodes[id].arbiter.state() == PairState.SYNCING) {
            apply(nodes[id], new PairEvent.Synced());
        }
    }

    private void apply(final WorldNode node, final PairEvent event) {
        for (final PairAction action : node.arbiter.on(event, nowNs)) {
            if (!(action instanceof SetLease)) {
                node.log.add(nowNs / MS + " ms node" + node.id + " " + action);
            }
            apply(node, action);
        }
    }

    private void apply(final WorldNode node, final PairAction action) {
        switch (action) {
            case SetLease lease -> node.validUntilNs = lease.untilNs();
            case CloseGate ignored -> node.validUntilNs = nowNs;
            case PersistEpoch persist ->
                node.epochs[persist.homeNode()] = Math.max(node.epochs[persist.homeNode()], persist.epoch());
            case PersistIncarnation persist -> node.incarnation = Math.max(node.incarnation, persist.floor());
            case AdoptBuckets adopt -> own(node, adopt.buckets(), node.id, adopt.epoch());
            case AcceptOwnership accept -> {
                own(node, accept.buckets(), accept.owner(), accept.epoch());
                final int home = accept.buckets().homeNode();
                node.epochs[home] = Math.max(node.epochs[home], accept.epoch());
            }
            case GiveBucket give -> {
                final int place = give.bucket() & 0xff;
                own(node, new BucketRange(give.bucket() >>> 8, place, place + 1), 1 - node.id, give.epoch());
            }
            case AskWitness ask -> askWitness(node, ask.forNs());
            case FencePartner fence -> fence(node, fence.incarnation());
            case SettleBucket settle -> node.settled.add(settle.bucket());
            case LeadInterfaces lead -> node.leaders |= lead.mask();
            case ReleaseInterfaces release -> node.leaders &= ~release.mask();
            case RestartSelf ignored -> {
                kill(node.id, true);
                node.restartAtNs = nowNs + RESTART_NS;
            }
            default -> {
                // Told to others, no part of this world.
            }
        }
    }

    private void askWitness(final WorldNode node, final long forNs) {
        if (!witnessGone && (witnessGrantedTo == node.id || witnessGrantEndsNs - nowNs <= 0)) {
            witnessGrantedTo = node.id;
            witnessGrantEndsNs = nowNs + forNs + forNs / 10;
            node.granted = nowNs + forNs;
        }
    }

    private void fence(final WorldNode node, final long incarnation) {
        node.fences++;
        if (fenceWorks) {
            kill(1 - node.id, false);
        }
        node.fenced = new PairEvent.Fenced(incarnation, fenceWorks, fenceWorks ? "off" : "no power switch");
    }

    private void own(final WorldNode node, final BucketRange buckets, final int owner, final int epoch) {
        if ((epoch & 1) != owner) {
            throw new AssertionError("epoch " + epoch + " for node " + owner + story());
        }
        highest[buckets.homeNode()] = Math.max(highest[buckets.homeNode()], epoch);
        for (int bucket = buckets.firstBucket(); bucket < buckets.endBucket(); bucket++) {
            if (epoch < node.bucketEpochs[bucket] || epoch == node.bucketEpochs[bucket] && owner == node.id) {
                throw new AssertionError("epoch of bucket " + bucket + " fell to " + epoch + story());
            }
            node.bucketEpochs[bucket] = epoch;
            node.owners[bucket] = owner;
        }
    }

    private void check() {
        if (!checking || !nodes[0].gateOpen(nowNs) || !nodes[1].gateOpen(nowNs)) {
            return;
        }
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            if (nodes[0].owners[bucket] == 0 && nodes[1].owners[bucket] == 1) {
                throw new AssertionError("two senders for bucket " + bucket + " at " + nowNs / MS + " ms" + story());
            }
        }
        if ((nodes[0].leaders & nodes[1].leaders) != 0) {
            throw new AssertionError("two leaders at " + nowNs / MS + " ms" + story());
        }
    }

    /** Whether every bucket and interface is served, by somebody who may send. */
    boolean served() {
        long leaders = 0;
        final boolean[] open = {nodes[0].gateOpen(nowNs), nodes[1].gateOpen(nowNs)};
        for (final WorldNode node : nodes) {
            leaders |= open[node.id] ? node.leaders : 0;
        }
        boolean owned = true;
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            owned &= open[0] && nodes[0].owners[bucket] == 0 || open[1] && nodes[1].owners[bucket] == 1;
        }
        return (leaders & ALL) == ALL && owned;
    }

    /** Whether neither node gives anything away at this moment. */
    boolean quiet() {
        return nodes[0].arbiter
                        .report()
                        .home0()
                        .equals(nodes[1].arbiter.report().home0())
                && nodes[0].arbiter
                        .report()
                        .home1()
                        .equals(nodes[1].arbiter.report().home1())
                && nodes[0].settled.isEmpty()
                && nodes[1].settled.isEmpty();
    }

    /** Runs until a condition holds, at most for so long. */
    boolean runUntil(final BooleanSupplier condition, final long atMostNs) {
        for (long left = atMostNs; left > 0 && !condition.getAsBoolean(); left -= STEP_NS) {
            run(STEP_NS);
        }
        return condition.getAsBoolean();
    }

    /** An operator's word; the answer's actions. */
    List<PairAction> order(final int id, final PairEvent.Order order) {
        final List<PairAction> actions = nodes[id].arbiter.on(new PairEvent.Operator(order), nowNs);
        actions.forEach(action -> apply(nodes[id], action));
        return actions;
    }

    PairState state(final int id) {
        return nodes[id].arbiter.state();
    }

    String story() {
        final StringBuilder story = new StringBuilder();
        for (final WorldNode node : nodes) {
            node.log.subList(Math.max(0, node.log.size() - 20), node.log.size()).forEach(line -> story.append('\n')
                    .append(line));
            story.append("\nnode" + node.id + " incarnation " + node.incarnation + (node.arbiter == null ? " dead" : "")
                    + (node.frozen ? " frozen" : "") + (node.deaf ? " deaf" : "")
                    + (node.carriers ? "" : " unplugged") + " lease left " + (node.validUntilNs - nowNs) / MS + " ms");
            if (node.arbiter != null) {
                story.append(" " + node.arbiter.state() + " owns " + node.owned(0) + "+" + node.owned(1) + " leads "
                        + node.leaders + " partner "
                        + node.arbiter.partner().incarnation() + " dead "
                        + node.arbiter.partner().deadIncarnation() + " closed " + node.closedBySentinel);
            }
        }
        return story.toString();
    }
}
