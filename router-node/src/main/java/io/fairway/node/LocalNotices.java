package io.fairway.node;

import io.fairway.cluster.ControllerSystem;
import io.fairway.ha.feed.PairNotices;
import org.agrona.DirectBuffer;

/** Tells the controller in this process what the pair's thread knows; exists before the controller does. */
final class LocalNotices implements PairNotices {
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
        controller.onRemoteDelete(sessionId);
    }

    @Override
    public void onOwnershipChanged() {
        controller.onOwnershipChanged();
    }

    @Override
    public void onSettle(final int bucket) {
        controller.onSettle(bucket);
    }

    @Override
    public void onUnsettle(final int bucket) {
        controller.onUnsettle(bucket);
    }

    @Override
    public void onPartnerDead(final String why) {
        controller.onPartnerDead(why);
    }

    @Override
    public void onPartnerAlive() {
        controller.onPartnerAlive();
    }
}
