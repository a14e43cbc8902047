package io.fairway.node;

import io.aeron.Subscription;
import io.fairway.cluster.ControllerSystem;
import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.dataplane.forward.ForwarderAdapter;
import io.fairway.ha.journal.Journal;
import io.fairway.ha.journal.RecordSink;
import io.fairway.model.boundary.BoundaryMessage;
import java.io.IOException;

/** A node in one process: both halves, which call each other. */
final class EmbeddedNode {
    private EmbeddedNode() {}

    /**
     * Starts a node; what it opened closes with {@code opened}.
     *
     * @throws IOException if a device is missing or privilege lacks, in one sentence
     * @throws IdentityException if a certificate or its key cannot be used, in one sentence
     */
    static void start(final NodeParts parts, final CloseStack opened) throws IOException, IdentityException {
        final ForwarderHalf half = ForwarderHalf.open(parts.forwarderHalf(false), opened);
        final LocalNotices notices = new LocalNotices();
        final Journal journal = half.connect(notices, RecordSink.NONE);
        final Subscription fromForwarder = half.fabric().ipcSubscription(BoundaryMessage.TO_CONTROLLER_STREAM);
        final ControllerSystem controller = ControllerHalf.start(
                new ControllerHalf.Parts(
                        parts.authority(),
                        parts.node().name(),
                        half.gate(),
                        half.forward().proxy(),
                        journal,
                        half.replicaView(),
                        half.standby()::refused,
                        new PeerWiring(
                                parts.router(),
                                half.gate(),
                                half.forward().proxy(),
                                PeerWiring.incarnation(parts.state().incarnation()),
                                Keepsakes.NONE)),
                opened);
        notices.attach(controller);
        controller.restore();
        final ControllerThread adapter = new ControllerThread(
                half.forward().controllerBell(),
                new ForwarderAdapter(fromForwarder, ControllerHalf.hear(controller))::poll);
        Threads.start("controller", opened, adapter, adapter);
        half.start(null);
        final ControllerOperations operations = ControllerOperations.of(parts.router(), controller, half.replica());
        ControlRoom.open(parts, half, operations, new ProcessView(() -> null), opened);
    }
}
