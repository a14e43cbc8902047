package io.fairway.node;

import io.fairway.cluster.ControllerSystem;
import io.fairway.ha.journal.JournalListener;
import org.agrona.DirectBuffer;

/** Tells the controller what became of its records; exists before the controller does, and is quiet until then. */
final class Journalling implements JournalListener {
    private volatile ControllerSystem controller;

    void attach(final ControllerSystem system) {
        controller = system;
    }

    @Override
    public void onCommitted(final long sessionId, final int version, final boolean synced) {
        controller.onCommitted(sessionId, version, synced);
    }

    @Override
    public void onSynced(final long sessionId, final int version) {
        controller.onSynced(sessionId, version);
    }

    @Override
    public void onRemoteRecord(final DirectBuffer record, final int offset, final int length) {
        controller.onRemoteRecord(record, offset, length);
    }

    @Override
    public void onRemoteDelete(final long sessionId, final int version) {
        controller.onRemoteDelete(sessionId, version);
    }
}
