package io.fairway.ha.arbiter;

import io.fairway.ha.arbiter.PairAction.AcceptOwnership;
import io.fairway.ha.arbiter.PairAction.AdoptBuckets;
import io.fairway.ha.arbiter.PairAction.CloseGate;
import io.fairway.ha.arbiter.PairAction.LeadInterfaces;
import io.fairway.ha.arbiter.PairAction.PersistEpoch;
import io.fairway.ha.arbiter.PairAction.PersistIncarnation;
import io.fairway.ha.arbiter.PairAction.ReleaseInterfaces;
import io.fairway.ha.arbiter.PairAction.RestartSelf;
import io.fairway.ha.arbiter.PairAction.SetLease;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

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
    static final long ALL = 0b11;
    private static final long RESTART_NS = 50 * MS;

    /** One node: its process may be dead or frozen, its disk outlives it. */
    static final class Node {
        final int id;
        // The disk.
        long incarnation;
        final int[] epochs = new int[2];
        // The process.
        PairArbiter arbiter;
        boolean frozen;
        long turnedNs;
        long listeningSinceNs;
        long lapsedNs;
        long echoSentNs;
        long echoIncarnation;
        // The gate.
        boolean closedBySentinel;
        long validUntilNs;
        final int[] owners = new int[2];
        long leaders;
        final int[] adopted = new int[2];
        // The world around it.
        boolean carriers = true;
        boolean deaf;
        long restartAtNs = Long.MAX_VALUE;
        boolean notify;
        final ArrayDeque<Frame> inbox = new ArrayDeque<>();
        final List<String> log = new ArrayList<>();

        Node(final int id) {
            this.id = id;
        }

        /** The highest epoch this node ever adopted or accepted. */
        int epochOf(final int home) {
            return adopted[home];
        }

        boolean running() {
            return arbiter != null && !frozen;
        }

        boolean gateOpen(final long nowNs) {
            return running() && carriers && !closedBySentinel && validUntilNs - nowNs > 0;
        }
    }

    /** A beat on its way; the echo is resolved by the receiver. */
    record Frame(PartnerBeat beat, long sentNs, long echoIncarnation, long echoSentNs, boolean notice) {}

    final Node[] nodes = {new Node(0), new Node(1)};
    final int[] highest = new int[2];

    /** False while a split is forced that two nodes cannot survive unhurt. */
    boolean checking = true;

    long nowNs = 1_000 * MS;

    void boot(final int id) {
        final Node node = nodes[id];
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
        node.owners[0] = HomeClaim.NOBODY;
        node.owners[1] = HomeClaim.NOBODY;
        node.leaders = 0;
        node.restartAtNs = Long.MAX_VALUE;
        node.inbox.clear();
    }

    static ArbiterSettings settings(final int id, final long incarnation) {
        return new ArbiterSettings(id, incarnation, LEASE_NS, DRIFT_NS, COLD_START_NS, 1L << id, ALL);
    }

    void kill(final int id, final boolean notice) {
        final Node node = nodes[id];
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
            for (final Node node : nodes) {
                if (node.restartAtNs <= nowNs) {
                    boot(node.id);
                }
                turn(node);
                check();
            }
            for (final Node node : nodes) {
                send(node);
            }
        }
    }

    private void turn(final Node node) {
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
                if (node.arbiter != null && frame.beat().incarnation() > node.arbiter.deadIncarnation()) {
                    node.echoIncarnation = frame.beat().incarnation();
                    node.echoSentNs = frame.sentNs();
                }
            }
        }
        if (node.arbiter != null) {
            apply(node, new PairEvent.Tick(nowNs, node.listeningSinceNs, node.lapsedNs, nowNs, node.carriers));
        }
    }

    private static PartnerBeat returned(final Frame frame, final Node receiver) {
        final PartnerBeat beat = frame.beat();
        return new PartnerBeat(
                beat.incarnation(),
                beat.state(),
                beat.deadIncarnation(),
                beat.knownIncarnation(),
                beat.home0(),
                beat.home1(),
                beat.leaderMask(),
                beat.synced(),
                frame.echoIncarnation() == receiver.incarnation,
                frame.echoSentNs());
    }

    private void send(final Node node) {
        final Node to = nodes[1 - node.id];
        if (!node.running() || !node.carriers || !to.carriers || to.deaf || to.arbiter == null) {
            return;
        }
        final PairArbiter arbiter = node.arbiter;
        final PartnerBeat beat = new PartnerBeat(
                node.incarnation,
                arbiter.state(),
                arbiter.deadIncarnation(),
                arbiter.partnerIncarnation(),
                arbiter.home(0),
                arbiter.home(1),
                arbiter.leaderMask(),
                arbiter.synced(),
                false,
                0);
        final long echo = node.echoIncarnation > arbiter.deadIncarnation() ? node.echoIncarnation : 0;
        to.inbox.add(new Frame(beat, nowNs, echo, node.echoSentNs, false));
    }

    void synced(final int id) {
        if (nodes[id].running() && nodes[id].arbiter.state() == PairState.SYNCING) {
            apply(nodes[id], new PairEvent.Synced());
        }
    }

    private void apply(final Node node, final PairEvent event) {
        for (final PairAction action : node.arbiter.on(event, nowNs)) {
            if (!(action instanceof SetLease)) {
                node.log.add(nowNs / MS + " ms node" + node.id + " " + action);
            }
            apply(node, action);
        }
    }

    private void apply(final Node node, final PairAction action) {
        switch (action) {
            case SetLease lease -> node.validUntilNs = lease.untilNs();
            case CloseGate ignored -> node.validUntilNs = nowNs;
            case PersistEpoch persist ->
                node.epochs[persist.homeNode()] = Math.max(node.epochs[persist.homeNode()], persist.epoch());
            case PersistIncarnation persist -> node.incarnation = Math.max(node.incarnation, persist.floor());
            case AdoptBuckets adopt -> {
                if (adopt.epoch() <= node.epochOf(adopt.homeNode())) {
                    throw new AssertionError("epoch fell: " + adopt + story());
                }
                node.adopted[adopt.homeNode()] = adopt.epoch();
                highest[adopt.homeNode()] = Math.max(highest[adopt.homeNode()], adopt.epoch());
                node.owners[adopt.homeNode()] = node.id;
            }
            case AcceptOwnership accept -> {
                if (accept.epoch() < node.epochOf(accept.homeNode())) {
                    throw new AssertionError("epoch fell: " + accept + story());
                }
                node.adopted[accept.homeNode()] = accept.epoch();
                highest[accept.homeNode()] = Math.max(highest[accept.homeNode()], accept.epoch());
                node.owners[accept.homeNode()] = accept.owner();
                node.epochs[accept.homeNode()] = Math.max(node.epochs[accept.homeNode()], accept.epoch());
            }
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

    private void check() {
        if (!checking || !nodes[0].gateOpen(nowNs) || !nodes[1].gateOpen(nowNs)) {
            return;
        }
        for (int home = 0; home < 2; home++) {
            if (nodes[0].owners[home] == 0 && nodes[1].owners[home] == 1) {
                throw new AssertionError("two senders for home " + home + " at " + nowNs / MS + " ms" + story());
            }
        }
        if ((nodes[0].leaders & nodes[1].leaders) != 0) {
            throw new AssertionError("two leaders at " + nowNs / MS + " ms" + story());
        }
    }

    /** Whether every bucket and interface is served, by somebody who may send. */
    boolean served() {
        long leaders = 0;
        final boolean[] homes = new boolean[2];
        for (final Node node : nodes) {
            if (node.gateOpen(nowNs)) {
                leaders |= node.leaders;
                homes[0] |= node.owners[0] == node.id;
                homes[1] |= node.owners[1] == node.id;
            }
        }
        return leaders == ALL && homes[0] && homes[1];
    }

    PairState state(final int id) {
        return nodes[id].arbiter.state();
    }

    String story() {
        final StringBuilder story = new StringBuilder();
        for (final Node node : nodes) {
            node.log.subList(Math.max(0, node.log.size() - 20), node.log.size()).forEach(line -> story.append('\n')
                    .append(line));
            story.append("\nnode" + node.id + " incarnation " + node.incarnation + (node.arbiter == null ? " dead" : "")
                    + (node.frozen ? " frozen" : "") + (node.deaf ? " deaf" : "")
                    + (node.carriers ? "" : " unplugged") + " lease left " + (node.validUntilNs - nowNs) / MS + " ms");
            if (node.arbiter != null) {
                story.append(" " + node.arbiter.state() + " partner " + node.arbiter.partnerIncarnation() + " dead "
                        + node.arbiter.deadIncarnation() + " closed " + node.closedBySentinel);
            }
        }
        return story.toString();
    }
}
