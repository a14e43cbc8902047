package io.fairway.node;

import io.fairway.cluster.ControllerContext;
import io.fairway.cluster.ControllerSystem;
import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.cluster.replication.OwnershipView;
import io.fairway.cluster.replication.ReplicaView;
import io.fairway.cluster.replication.SessionJournal;
import io.fairway.dataplane.forward.ForwarderListener;
import io.fairway.dataplane.forward.ForwarderProxy;
import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.ha.journal.Journal;
import io.fairway.model.UnknownKinds;
import io.fairway.model.config.Authority;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The half of a node that decides on new sessions and speaks to peers; the other half is here or elsewhere. */
final class ControllerHalf {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerHalf.class);

    private ControllerHalf() {}

    /**
     * What a controller is built from.
     *
     * @param forwarder the way to the forwarder
     * @param journal where records go
     * @param replica the newest records
     * @param standbyRefused who keeps standby entries
     * @param peers the way to peers
     */
    record Parts(
            Authority authority,
            String node,
            OwnershipGate gate,
            ForwarderProxy forwarder,
            Journal journal,
            ReplicaView replica,
            LongConsumer standbyRefused,
            PeerWiring peers) {}

    /** Starts its actors; hears of nothing yet. */
    static ControllerSystem start(final Parts parts, final CloseStack opened) throws IdentityException {
        final Journal journal = parts.journal();
        final OwnershipGate gate = parts.gate();
        final ControllerSystem controller = opened.add(ControllerSystem.start(new ControllerContext(
                parts.authority(),
                parts.node(),
                new ControllerContext.Neighbours(
                        ForwarderHalf.installer(parts.forwarder()),
                        SessionJournal.of(journal::append, journal::delete, journal::settled),
                        parts.replica(),
                        OwnershipView.of(gate::owner, gate::epoch),
                        parts.peers(),
                        parts.standbyRefused()))));
        restartIfRemoved(controller, opened);
        return controller;
    }

    /** A node that its partner has declared dead is removed from the cluster; only a new process may join again. */
    private static void restartIfRemoved(final ControllerSystem controller, final CloseStack opened) {
        final AtomicBoolean stopping = new AtomicBoolean();
        opened.add(() -> stopping.set(true));
        final var unused = controller.terminated().thenRun(() -> {
            if (!stopping.get()) {
                NodeMain.restart("the partner has removed it from the cluster");
            }
        });
    }

    /** Lets it hear what the forwarder says. */
    static ForwarderListener hear(final ControllerSystem controller) {
        final UnknownKinds unknown = new UnknownKinds("the forwarder", LOG::warn);
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

            @Override
            public void onSkipped(final int type) {
                unknown.skipped(type);
            }
        };
    }
}
