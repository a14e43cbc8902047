package io.fairway.node;

import io.fairway.cluster.replication.StandbyInstaller;
import io.fairway.ha.feed.PairNotices;
import org.agrona.DirectBuffer;

/**
 * Keeps a standby entry in the forwarder for every session of the partner's, with or without a controller, and tells
 * the controller. On the thread that has the journal.
 */
final class StandbyNotices implements PairNotices {
    private final StandbyInstaller standby;
    private final PairNotices controller;

    StandbyNotices(final StandbyInstaller standby, final PairNotices controller) {
        this.standby = standby;
        this.controller = controller;
    }

    @Override
    public void onRemoteRecord(final DirectBuffer record, final int offset, final int length) {
        controller.onRemoteRecord(record, offset, length);
        standby.install(record, offset, length);
    }

    @Override
    public void onRemoteDelete(final long sessionId, final int version) {
        controller.onRemoteDelete(sessionId, version);
        standby.remove(sessionId);
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
