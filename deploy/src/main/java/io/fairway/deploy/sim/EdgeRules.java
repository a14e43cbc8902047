package io.fairway.deploy.sim;

import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.model.pair.BucketId;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.svr.Metadata;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What packets must show as they leave a node: one sender per bucket and epoch (S1), none after its lease (S2), one
 * inner flow per public port (S7), no plain text and no number twice where it is sealed (S9), no answer twice (S10).
 */
final class EdgeRules {
    private static final long QUARANTINE_NS = 10_000_000_000L;
    private static final long CALM_NS = 1_000_000_000L;

    /** An epoch is remembered in the background; the disk's reservation covers it until then. */
    private static final long REMEMBERED_NS = 10_000_000;

    private static final int NONE = -1;

    private final World world;
    private final SessionBook book;
    /** Per bucket the epoch of the last packet. */
    private final int[] epochs = new int[BucketId.COUNT];

    /** Per node and bucket the highest epoch that it knew, as long as its disk has it. */
    private final int[][] known = new int[2][BucketId.COUNT];

    /** Whether a node's process has not heard its partner: it cannot know which epochs that one used. */
    private final boolean[] ignorant = new boolean[2];

    private final boolean[] told = new boolean[2];

    /** Per node the highest incarnation, and whether its process has a lower one: its disk was lost. */
    private final long[] incarnations = new long[2];

    /** Until it hears its partner, which takes its beats for old ones, each may hold the other for dead. */
    private final boolean[] reborn = new boolean[2];

    private final int[][] knownBefore = new int[2][BucketId.COUNT];
    private final long[] gateChanges = {-1, -1};
    private final long[] gateChangedNs = new long[2];

    /** A bucket and an interface that both gates give to their nodes, or -1. */
    private int disputedBucket = NONE;

    private int disputedInterface = NONE;
    private final int[] senders = new int[BucketId.COUNT];
    private final Map<Long, PublicUse> publicUses = new HashMap<>();
    private final Map<Remote.Tunnel, LongHashSet> numbers = new HashMap<>();
    private final Map<Long, SimProcess> answered = new HashMap<>();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private long splitNs = Long.MIN_VALUE / 2;

    private record PublicUse(int connection, long lastNs) {}

    EdgeRules(final World world, final SessionBook book) {
        this.world = world;
        this.book = book;
    }

    void onFrame(final int node, final int interfaceIndex, final byte[] frame) {
        view.wrap(frame);
        world.trace().add(interfaceIndex, node, frame.length);
        checkLeader(node, interfaceIndex);
        if (!Frames.isUdp(view)) {
            return;
        }
        if (interfaceIndex == Profile.WAN) {
            onWan(node);
        } else {
            onLan(node);
        }
    }

    private void broken(final String invariant, final String what) {
        throw new BrokenInvariant(invariant, what);
    }

    /**
     * Whether two nodes that hear nothing of each other are both right to go on: there is no witness, all four ways
     * were silent both ways for half a lease, and the pair has not settled since.
     */
    boolean splitLately() {
        final long nowNs = world.timeline().nowNs();
        if (!world.profile().witnessed()
                && world.network().silentNs() > world.profile().leaseNs() / 2) {
            splitNs = nowNs;
        }
        return nowNs - splitNs < CALM_NS;
    }

    /** The node's disk was lost: what nobody else knows was never seen. */
    void onDiskLost(final int node) {
        Arrays.fill(known[node], 0);
        Arrays.fill(epochs, 0);
    }

    void onProcessStarted(final int node, final long incarnation) {
        ignorant[node] = true;
        reborn[node] = incarnation <= incarnations[node];
        incarnations[node] = Math.max(incarnations[node], incarnation);
        told[node] = false;
    }

    void onPartnerHeard(final int node) {
        ignorant[node] = false;
        reborn[node] = false;
    }

    /** What the process knew for a moment only, nobody may know any more. */
    void onProcessEnded(final int node) {
        if (world.timeline().nowNs() - gateChangedNs[node] < REMEMBERED_NS
                && !Arrays.equals(known[node], knownBefore[node])) {
            world.evidence("known gap: a node died before its newest epoch was remembered");
            System.arraycopy(knownBefore[node], 0, known[node], 0, BucketId.COUNT);
        }
    }

    private void noteGate(final int node) {
        final OwnershipGate gate = world.node(node).gate();
        if (gate.changes() == gateChanges[node]) {
            return;
        }
        gateChanges[node] = gate.changes();
        gateChangedNs[node] = world.timeline().nowNs();
        System.arraycopy(known[node], 0, knownBefore[node], 0, BucketId.COUNT);
        disputedBucket = NONE;
        disputedInterface = NONE;
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            known[node][bucket] = Math.max(known[node][bucket], gate.epoch(bucket));
            disputedBucket = owns(0, bucket) && owns(1, bucket) ? bucket : disputedBucket;
        }
        for (int i = 0; i < 2; i++) {
            final boolean both =
                    world.node(0).gate().leads(i) && world.node(1).gate().leads(i);
            disputedInterface = both ? i : disputedInterface;
        }
    }

    private boolean owns(final int node, final int bucket) {
        return world.node(node).gate().owner(bucket) == node;
    }

    /** Both nodes run, both gates are open: no bucket and no interface may be both's. */
    void checkGates() {
        noteGate(0);
        noteGate(1);
        final boolean split = splitLately();
        if (disputedBucket == NONE && disputedInterface == NONE || !mayRun(0) || !mayRun(1)) {
            return;
        }
        if (split || reborn[0] || reborn[1]) {
            splitNs = world.timeline().nowNs();
        } else if (disputedBucket != NONE) {
            broken("S1", "both nodes may send for bucket " + disputedBucket);
        } else {
            broken("S1", "both nodes lead interface " + disputedInterface);
        }
    }

    private boolean mayRun(final int node) {
        return world.node(node).isRunning() && isOpen(node);
    }

    private boolean isOpen(final int node) {
        return world.node(node).gate().isOpen(world.node(node).clock().nanoTime());
    }

    private void checkLeader(final int node, final int interfaceIndex) {
        final long source = EthernetHeader.source(view, 0);
        final long virtual = interfaceIndex == Profile.LAN ? Profile.LAN_VIRTUAL_MAC : Profile.WAN_VIRTUAL_MAC;
        if (source == virtual && !splitLately()) {
            if (!isOpen(node)) {
                broken("S2", "node" + node + " speaks for interface " + interfaceIndex + " after its lease");
            } else if (!world.node(node).gate().leads(interfaceIndex)) {
                broken("S2", "node" + node + " speaks for interface " + interfaceIndex + " that it does not lead");
            }
        }
    }

    private void onWan(final int node) {
        final Frames.Way way = Frames.way(view);
        final SessionBook.Entry session = book.ofWanWay(way);
        if (session == null && !Metadata.isPresent(view, Frames.PAYLOAD, Frames.payloadBytes(view))) {
            broken("S7", "node" + node + " sends from a port that no session has: " + way);
        }
        final int length = Frames.payloadBytes(view);
        if (Metadata.isPresent(view, Frames.PAYLOAD, length)) {
            onControl(node);
            return;
        }
        final boolean plain = Frames.isMessage(view, Frames.PAYLOAD, length);
        final Remote.Tunnel tunnel = world.remote().tunnel(way);
        int connection = session.connection;
        if (tunnel != null) {
            if (plain) {
                broken("S9", "plain text of connection " + connection + " leaves on a sealed path");
            }
            onSealed(session, tunnel, length);
        } else if (plain) {
            connection = Frames.connection(view, Frames.PAYLOAD);
        }
        checkSender(node, session);
        checkPublic(node, way, session, connection);
        if (session.planner == world.node(node).process() && !session.committed) {
            broken(
                    "S5",
                    "the first packet of session " + Long.toHexString(session.sessionId)
                            + " leaves before the journal said that it is committed");
        }
    }

    /** The pair asks its peer about a session, which belongs to no bucket here. */
    private void onControl(final int node) {
        if (!isOpen(node) && !splitLately()) {
            broken("S2", "node" + node + " speaks to its peer after its lease");
        }
    }

    private void onSealed(final SessionBook.Entry session, final Remote.Tunnel tunnel, final int length) {
        if (!tunnel.open(view, length)) {
            broken("S9", "what leaves for connection " + session.connection + " is not sealed with its key");
        }
        if (!numbers.computeIfAbsent(tunnel, unused -> new LongHashSet()).add(tunnel.packetNumber())) {
            broken(
                    "S9",
                    "packet number " + Long.toHexString(tunnel.packetNumber()) + " of session "
                            + Long.toHexString(session.sessionId) + " is used twice");
        }
    }

    private void checkSender(final int node, final SessionBook.Entry session) {
        final OwnershipGate gate = world.node(node).gate();
        final int bucket = session.bucket;
        final int epoch = gate.epoch(bucket);
        if (splitLately()) {
            return;
        }
        // What its owner has no link for leaves by the partner, which answers for its own lease (docs/decisions/030).
        final boolean departs =
                gate.owner(bucket) != node && !world.network().pluggedFor(1 - node, PairNetwork.WAN, CALM_NS);
        final int sender = departs ? 1 - node : node;
        if (departs
                ? !isOpen(node)
                : !gate.mayForward(bucket, world.node(node).clock().nanoTime())) {
            broken("S2", "node" + node + " sends for bucket " + bucket + " behind a closed gate");
        }
        final int theirs = known[1 - node][bucket];
        final int seen = Math.max(known[node][bucket], ignorant[node] ? 0 : theirs);
        if (ignorant[node] && epoch < theirs && !told[node]) {
            told[node] = true;
            world.evidence("known gap: a lone node's epoch is below one of its dead partner's");
        }
        if (epoch < seen) {
            broken(
                    "S2",
                    "node" + node + " sends for bucket " + bucket + " under epoch " + epoch + " though " + seen
                            + " was seen");
        }
        if (epoch == epochs[bucket] && senders[bucket] != sender) {
            broken("S1", "both nodes send for bucket " + bucket + " under epoch " + epoch);
        }
        epochs[bucket] = epoch;
        senders[bucket] = sender;
        final SimNode other = world.node(1 - sender);
        if (other.isRunning() && other.gate().mayForward(bucket, other.clock().nanoTime())) {
            broken("S1", "node" + node + " sends for bucket " + bucket + " while the other may, too");
        }
    }

    private void checkPublic(
            final int node, final Frames.Way way, final SessionBook.Entry session, final int connection) {
        final long key = (long) way.source() << 32 | (long) way.sourcePort() << 16 | way.destinationPort();
        final long nowNs = world.timeline().nowNs();
        final PublicUse last = publicUses.put(key, new PublicUse(connection, nowNs));
        if (last != null && last.connection() != connection && nowNs - last.lastNs() < QUARANTINE_NS) {
            if (world.node(node).process().startedNs() > last.lastNs()) {
                world.evidence("known gap: port reused inside its quarantine after a restart");
                return;
            }
            broken(
                    "S7",
                    "port " + way.sourcePort() + " is connection " + connection + "'s, "
                            + (nowNs - last.lastNs()) / 1_000_000 + " ms after it was connection " + last.connection()
                            + "'s");
        }
        if (connection != session.connection) {
            broken("S7", "session " + Long.toHexString(session.sessionId) + " carries another's packets");
        }
    }

    private void onLan(final int node) {
        if (!Frames.isMessage(view, Frames.PAYLOAD, Frames.payloadBytes(view))) {
            broken("S9", "node" + node + " lets something through to the LAN that nobody sent");
        }
        final int connection = Frames.connection(view, Frames.PAYLOAD);
        if (Frames.way(view).destinationPort()
                != world.client().connection(connection).port()) {
            broken("S7", "an answer of connection " + connection + " goes to another client");
        }
        if (world.client().connection(connection).sealed) {
            final long key = (long) connection << 40 | Frames.number(view, Frames.PAYLOAD);
            final SimProcess acceptor = acceptor(node, book.ofConnection(connection).bucket);
            final SimProcess before = answered.put(key, acceptor);
            if (acceptor != null && before == acceptor) {
                broken("S10", "a sealed packet of connection " + connection + " is accepted twice");
            } else if (before != null) {
                world.evidence("known gap: replay accepted after a takeover");
            }
        }
    }

    /** Whoever owns the session opened the packet, though it may leave by the partner (docs/decisions/030). */
    private SimProcess acceptor(final int node, final int bucket) {
        final int owner = world.node(node).gate().owner(bucket) == node ? node : 1 - node;
        return world.node(owner).process();
    }
}
