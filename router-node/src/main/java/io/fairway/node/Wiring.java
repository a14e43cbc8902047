package io.fairway.node;

import io.fairway.cluster.ControllerContext;
import io.fairway.cluster.ControllerSystem;
import io.fairway.cluster.peer.Incarnation;
import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.cluster.replication.OwnershipView;
import io.fairway.cluster.replication.ReplicaView;
import io.fairway.cluster.replication.SessionInstaller;
import io.fairway.cluster.replication.SessionJournal;
import io.fairway.dataplane.fabric.Fabric;
import io.fairway.dataplane.forward.ForwarderAdapter;
import io.fairway.dataplane.forward.ForwarderListener;
import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.ha.journal.Journal;
import io.fairway.ha.journal.RecordSink;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.ha.journal.StandaloneJournal;
import io.fairway.ha.owner.PairAgent;
import io.fairway.ha.owner.StandaloneOwnership;
import io.fairway.ha.sentinel.SentinelWatch;
import io.fairway.ha.sentinel.StateDirectory;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Router;
import io.fairway.node.api.ControlServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts one node together: gate, fabric, forwarder, journal, controller, pair, control socket, in this order. */
final class Wiring {
    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);
    private static final int IPC_PAUSE_MS = 10;
    private static final PairAgent.Answer NO_PAIR = new PairAgent.Answer(false, "this router has one node only");

    private final Authority authority;
    private final Router router;
    private final Router.Node node;
    private final StateDirectory state;
    private final CloseStack opened;

    private Wiring(
            final Authority authority,
            final Router router,
            final Router.Node node,
            final CloseStack opened,
            final StateDirectory state) {
        this.authority = authority;
        this.router = router;
        this.node = node;
        this.state = state;
        this.opened = opened;
    }

    /**
     * Starts a node; what it opened closes with {@code opened}.
     *
     * @throws IOException if a device is missing or privilege lacks, in one sentence
     * @throws IdentityException if a certificate or its key cannot be used, in one sentence
     */
    static void start(
            final Authority authority,
            final Router router,
            final Router.Node node,
            final Path stateDir,
            final CloseStack opened)
            throws IOException, IdentityException {
        new Wiring(authority, router, node, opened, new StateDirectory(stateDir)).start();
    }

    private void start() throws IOException, IdentityException {
        final OwnershipGate gate = opened.add(OwnershipGate.map(state.gate(), node.id()));
        gate.setValidUntilNs(0);
        final Fabric fabric = opened.add(openFabric());
        final ForwardRoom forward = ForwardRoom.open(
                new ForwardRoom.Parts(
                        authority, router, node, CipherWiring.open(authority, node, state, opened), gate, fabric),
                opened);
        final SessionReplica replica = new SessionReplica(router.limits());
        final PairWiring pair = router.pair() == null
                ? null
                : PairWiring.prepare(new PairWiring.Parts(router, node, state, gate, fabric, replica), opened);
        final Journalling listener = new Journalling();
        final Journal journal =
                pair == null ? new StandaloneJournal(replica, RecordSink.NONE, listener) : pair.journal();
        final Incarnation incarnation = PeerWiring.incarnation(state.incarnation(), pair != null && pair.kept());
        final PeerWiring peers = new PeerWiring(router, gate, forward.proxy(), incarnation);
        final ControllerSystem controller = opened.add(ControllerSystem.start(new ControllerContext(
                authority,
                node.name(),
                new ControllerContext.Neighbours(
                        SessionInstaller.of(
                                forward.proxy()::install,
                                forward.proxy()::refuse,
                                forward.proxy()::remove,
                                forward.proxy()::recover),
                        SessionJournal.of(journal::append, journal::delete, journal::settled),
                        replicaView(replica),
                        OwnershipView.of(gate::owner, gate::epoch),
                        peers))));
        restartIfRemoved(controller);
        listener.attach(controller);
        controller.restore();
        final ControllerThread adapter = new ControllerThread(
                new ForwarderAdapter(forward.toController(), hear(controller)), forward.controllerBell());
        Threads.start("controller", opened, adapter, adapter);
        final PairStatusReader statusReader = new PairStatusReader(router, node, gate);
        if (pair == null) {
            StandaloneOwnership.open(gate, node.id(), router.interfaces().size());
            // IPC needs its driver rarely: to notice streams that come and go.
            final AgentLoop loop = new AgentLoop(new SleepingMillisIdleStrategy(IPC_PAUSE_MS), fabric);
            Threads.start("fabric", opened, loop, loop);
        } else {
            pair.start(listener, controller);
        }
        opened.add(SentinelWatch.start(state, LOG::warn));
        opened.add(ControlServer.open(
                state.path().resolve("control.sock"),
                new RouterOperations(new RouterOperations.Parts(
                        authority,
                        router,
                        node,
                        gate,
                        forward,
                        replica,
                        controller,
                        () -> pair == null ? statusReader.single() : statusReader.of(pair.view(), pair.unsynced()),
                        order -> pair == null ? NO_PAIR : pair.order(order),
                        () -> pair == null ? List.of() : pair.counters()))));
    }

    /** A node that its partner has declared dead is removed from the cluster; only a new process may join again. */
    private void restartIfRemoved(final ControllerSystem controller) {
        final AtomicBoolean stopping = new AtomicBoolean();
        opened.add(() -> stopping.set(true));
        final var unused = controller.terminated().thenRun(() -> {
            if (!stopping.get()) {
                NodeMain.restart("the partner has removed it from the cluster");
            }
        });
    }

    private Fabric openFabric() throws IOException {
        final Path shared = Path.of("/dev/shm");
        final Path base = java.nio.file.Files.isWritable(shared) ? shared : state.path();
        final Path directory = base.resolve("fairway-" + router.name() + "-" + node.name());
        final List<Router.FabricLink> partner = router.pair() == null
                ? List.of()
                : router.nodes().get(1 - node.id()).fabric();
        return Fabric.open(
                directory,
                node.fabric(),
                partner,
                router.pair() == null ? 1408 : router.pair().fabricMtuBytes());
    }

    private static ReplicaView replicaView(final SessionReplica replica) {
        return ReplicaView.of(
                replica::get,
                consumer -> replica.forEach((id, record, offset, length, synced) -> {
                    final byte[] copy = new byte[length];
                    record.getBytes(offset, copy);
                    consumer.accept(copy);
                }));
    }

    private static ForwarderListener hear(final ControllerSystem controller) {
        return new ForwarderListener() {
            @Override
            public void onFirstPacket(final DirectBuffer message, final int offset, final int length) {
                controller.onFirstPacket(message, offset, length);
            }

            @Override
            public void onSessionEvent(final long sessionId, final int event, final int detail) {
                controller.onSessionEvent(sessionId, event, detail);
            }

            @Override
            public void onPeerMessage(final DirectBuffer message, final int offset) {
                controller.onPeerMessage(message, offset);
            }
        };
    }
}
