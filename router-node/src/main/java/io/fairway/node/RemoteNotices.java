package io.fairway.node;

import io.fairway.cluster.ControllerSystem;
import io.fairway.ha.feed.FeedListener;
import org.agrona.DirectBuffer;
import org.agrona.collections.IntHashSet;

/**
 * Tells a controller of its own process what comes through the feed; as long as there is none, the replica learns and
 * what was said of partner and buckets waits. One thread, and the one that attaches before it.
 */
final class RemoteNotices implements FeedListener {
    private ControllerSystem controller;
    private final IntHashSet settling = new IntHashSet();
    private Boolean partnerDead;
    private String why;

    /** From now on this controller is told. */
    void attach(final ControllerSystem system) {
        controller = system;
        settling.forEachInt(system::onSettle);
        if (partnerDead != null) {
            onPartner(partnerDead, why);
        }
    }

    @Override
    public void onRecord(final DirectBuffer record, final int offset, final int length) {
        if (controller != null) {
            controller.onRemoteRecord(record, offset, length);
        }
    }

    @Override
    public void onRemoved(final long sessionId) {
        if (controller != null) {
            controller.onRemoteDelete(sessionId);
        }
    }

    @Override
    public void onCommitted(final long sessionId, final int version, final boolean synced) {
        if (controller != null) {
            controller.onCommitted(sessionId, version, synced);
        }
    }

    @Override
    public void onOwnershipChanged() {
        if (controller != null) {
            controller.onOwnershipChanged();
        }
    }

    @Override
    public void onSettle(final int bucket) {
        if (controller != null) {
            controller.onSettle(bucket);
        } else {
            settling.add(bucket);
        }
    }

    @Override
    public void onUnsettle(final int bucket) {
        if (controller != null) {
            controller.onUnsettle(bucket);
        } else {
            settling.remove(bucket);
        }
    }

    @Override
    public void onPartner(final boolean dead, final String reason) {
        partnerDead = dead;
        why = reason;
        if (controller != null && dead) {
            controller.onPartnerDead(reason);
        } else if (controller != null) {
            controller.onPartnerAlive();
        }
    }
}
