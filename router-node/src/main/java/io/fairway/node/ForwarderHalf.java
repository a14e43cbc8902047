package io.fairway.node;

import io.fairway.cluster.replication.ReplicaView;
import io.fairway.cluster.replication.Retries;
import io.fairway.cluster.replication.SessionInstaller;
import io.fairway.cluster.replication.StandbyInstaller;
import io.fairway.dataplane.fabric.Fabric;
import io.fairway.dataplane.forward.ForwarderProxy;
import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.ha.arbiter.PairEvent;
import io.fairway.ha.feed.PairNotices;
import io.fairway.ha.journal.Journal;
import io.fairway.ha.journal.RecordSink;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.ha.journal.StandaloneJournal;
import io.fairway.ha.owner.PairAgent;
import io.fairway.ha.owner.StandaloneOwnership;
import io.fairway.ha.sentinel.StateDirectory;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Router;
import io.fairway.node.api.CounterRow;
import io.fairway.node.api.PairStatus;
import io.fairway.node.api.ProcessStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * The half of a node that established sessions and a takeover need: gate, fabric, forwarder, journal, replica, and in a
 * pair arbiter, beats and warm store. It knows a controller by {@link PairNotices} only.
 */
final class ForwarderHalf {
    private static final int IPC_PAUSE_MS = 10;
    private static final PairAgent.Answer NO_PAIR = new PairAgent.Answer(false, "this router has one node only");

    private final Parts parts;
    private final CloseStack opened;
    private final OwnershipGate gate;
    private final Fabric fabric;
    private final ForwardRoom forward;
    private final SessionReplica replica;
    private final PairWiring pair;
    private final StandbyInstaller standby;
    private PairNotices notices;
    private RecordSink changes;

    private ForwarderHalf(final Parts parts, final CloseStack opened) throws IOException {
        this.parts = parts;
        this.opened = opened;
        final Router router = parts.router();
        gate = opened.add(OwnershipGate.map(parts.state().gate(), parts.node().id()));
        gate.setValidUntilNs(0);
        fabric = opened.add(openFabric());
        forward = ForwardRoom.open(
                new ForwardRoom.Parts(
                        parts.authority(),
                        router,
                        parts.node(),
                        CipherWiring.open(parts.authority(), parts.node(), parts.state(), opened),
                        gate,
                        fabric,
                        parts.boundary()),
                opened);
        replica = new SessionReplica(router.limits());
        pair = router.pair() == null
                ? null
                : PairWiring.prepare(
                        new PairWiring.Parts(
                                router,
                                parts.node(),
                                parts.state(),
                                gate,
                                fabric,
                                replica,
                                forward.agent().gateways()),
                        opened);
        if (pair == null || !pair.kept()) {
            // Peers are to notice that this router has no sessions any more.
            Files.deleteIfExists(parts.state().incarnation());
        }
        standby = new StandbyInstaller(installer(forward.proxy()), replicaView(), opened.add(new Retries()));
        standby.restore();
    }

    /** What the half is built from. */
    record Parts(Authority authority, Router router, Router.Node node, StateDirectory state, Boundary boundary) {}

    /**
     * Opens everything; only the forwarder runs yet, behind a closed gate.
     *
     * @throws IOException if a device is missing or privilege lacks, in one sentence
     */
    static ForwarderHalf open(final Parts parts, final CloseStack opened) throws IOException {
        return new ForwarderHalf(parts, opened);
    }

    private Fabric openFabric() throws IOException {
        final Router router = parts.router();
        final List<Router.FabricLink> partner = router.pair() == null
                ? List.of()
                : router.nodes().get(1 - parts.node().id()).fabric();
        return Fabric.open(
                parts.boundary().aeron(),
                parts.node().fabric(),
                partner,
                router.pair() == null ? 1408 : router.pair().fabricMtuBytes(),
                parts.boundary().pairBell());
    }

    /** A forwarder as controllers see it. */
    static SessionInstaller installer(final ForwarderProxy proxy) {
        return SessionInstaller.of(proxy::install, proxy::refuse, proxy::remove, proxy::recover, proxy::report);
    }

    /** Says who is to hear of the journal, and returns where that one's records go. */
    Journal connect(final PairNotices controller, final RecordSink replicaChanges) {
        notices = new StandbyNotices(standby, controller);
        changes = replicaChanges;
        return pair == null ? new StandaloneJournal(replica, changes, notices) : pair.journal();
    }

    /**
     * Starts the pair, or opens the gate of a lone node for ever.
     *
     * @param feed runs on the thread of fabric and journal, or null
     */
    void start(final Agent feed) throws IOException {
        if (pair != null) {
            pair.start(notices, changes, feed);
            return;
        }
        StandaloneOwnership.open(
                gate, parts.node().id(), parts.router().interfaces().size());
        // Without a feed, IPC needs its driver rarely: to notice streams that come and go.
        final AgentLoop loop = feed == null
                ? new AgentLoop(new SleepingMillisIdleStrategy(IPC_PAUSE_MS), fabric)
                : new AgentLoop(fabric.idleStrategy(), fabric, feed);
        Threads.start("fabric", opened, loop, loop);
    }

    OwnershipGate gate() {
        return gate;
    }

    Fabric fabric() {
        return fabric;
    }

    ForwardRoom forward() {
        return forward;
    }

    SessionReplica replica() {
        return replica;
    }

    StandbyInstaller standby() {
        return standby;
    }

    ReplicaView replicaView() {
        return viewOf(replica);
    }

    /** A replica as controllers see it. */
    static ReplicaView viewOf(final SessionReplica replica) {
        return ReplicaView.of(
                replica::get,
                consumer -> replica.forEach((id, record, offset, length, synced) -> {
                    final byte[] copy = new byte[length];
                    record.getBytes(offset, copy);
                    consumer.accept(copy);
                }));
    }

    /** This moment of the pair. */
    PairStatus pairStatus(final ProcessStatus processes) {
        final PairStatusReader reader = new PairStatusReader(parts.router(), parts.node(), gate, processes);
        return pair == null ? reader.single() : reader.of(pair.view(), pair.copies(), pair.unsynced(), pair.obstacle());
    }

    /** Does what an operator wants of the pair, or says why not. */
    PairAgent.Answer order(final PairEvent.Order order) {
        return pair == null ? NO_PAIR : pair.order(order);
    }

    /** What journal and store count. */
    List<CounterRow> counters() {
        return pair == null ? List.of() : pair.counters();
    }
}
