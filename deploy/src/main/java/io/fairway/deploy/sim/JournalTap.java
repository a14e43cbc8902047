package io.fairway.deploy.sim;

import io.fairway.ha.journal.JournalListener;
import org.agrona.DirectBuffer;

/** Lets the checker hear what the journal says, before the controller does. */
record JournalTap(Checker checker, int node, JournalListener controller) implements JournalListener {
    @Override
    public void onCommitted(final long sessionId, final int version, final boolean synced) {
        checker.onCommitted(node, sessionId, version, synced);
        controller.onCommitted(sessionId, version, synced);
    }

    @Override
    public void onSynced(final long sessionId, final int version) {
        checker.onSynced(node, sessionId, version);
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
