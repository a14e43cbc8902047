package io.fairway.deploy.sim;

import io.fairway.ha.journal.SessionReplica;
import io.fairway.model.session.SessionRecord;

/**
 * Judges every step: what leaves at the edges ({@link EdgeRules}), what the nodes keep ({@link ReplicaRules}) and count
 * ({@link CounterRules}), and in the end whether the healed core serves ({@link Verdict}). It sees everything and
 * decides nothing.
 */
final class Checker {
    private static final long ROUND_NS = 50_000_000;

    private final World world;
    private final SessionBook book = new SessionBook();
    private final EdgeRules edge;
    private final ReplicaRules replicas;
    private final CounterRules counters;

    Checker(final World world) {
        this.world = world;
        edge = new EdgeRules(world, book);
        replicas = new ReplicaRules(world, book);
        counters = new CounterRules(world);
    }

    void begin() {
        world.timeline().after(ROUND_NS, this::round);
    }

    private void round() {
        replicas.check();
        counters.check();
        world.timeline().after(ROUND_NS, this::round);
    }

    void onFrame(final int node, final int interfaceIndex, final byte[] frame) {
        edge.onFrame(node, interfaceIndex, frame);
    }

    void onDiskLost(final int node) {
        edge.onDiskLost(node);
    }

    void onPartnerHeard(final int node) {
        edge.onPartnerHeard(node);
    }

    void onPairTurn() {
        edge.checkGates();
    }

    void onProcessStarted(final int node, final SimProcess process) {
        world.say("node" + node + " process " + process.incarnation() + " starts with "
                + process.replica().size() + " sessions");
        edge.onProcessStarted(node, process.incarnation());
        world.trace().add("start", node, process.incarnation());
    }

    void onProcessEnded(final int node, final SimProcess process) {
        counters.count(process);
        edge.onProcessEnded(node);
        world.say("node" + node + " process ends");
        world.trace().add("end", node, world.timeline().nowNs());
    }

    void onPlanned(final int node, final SessionRecord record) {
        book.plan(record, world.node(node).process());
    }

    void onCommitted(final int node, final long sessionId, final int version, final boolean synced) {
        world.trace().add(synced ? "synced" : "committed", sessionId, version);
        replicas.onCommitted(node, sessionId, version, synced);
    }

    void onSynced(final int node, final long sessionId, final int version) {
        replicas.onCommitted(node, sessionId, version, true);
    }

    void onDeleted(final int node, final long sessionId, final String why) {
        world.trace().add("deleted", sessionId, node);
        replicas.onDeleted(node, sessionId, why);
    }

    void onReplicaChanged(final int node, final SessionReplica replica, final long sessionId) {
        replicas.onChanged(node, replica, sessionId);
    }

    void onEnd() {
        for (int i = 0; i < 2; i++) {
            if (world.node(i).process() != null) {
                counters.count(world.node(i).process());
            }
        }
        new Verdict(world, book).check();
    }

    SessionBook book() {
        return book;
    }

    /** Whether no beat could pass either way, so that without a witness nothing can be demanded. */
    boolean splitLately() {
        return edge.splitLately();
    }
}
