package io.fairway.dataplane.forward;

import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.SessionEventFlyweight;
import org.agrona.DirectBuffer;

/** Receives the forwarder's messages for the controller; used by one thread of the controller. */
public final class ForwarderAdapter {
    private final CommandSource source;
    private final ForwarderListener listener;
    private final FragmentHandler handler = this::onMessage;

    /** @param toController the IPC stream from the forwarder */
    public ForwarderAdapter(final Subscription toController, final ForwarderListener listener) {
        this((CommandSource) toController::poll, listener);
    }

    /** @param source where the forwarder's messages come from */
    public ForwarderAdapter(final CommandSource source, final ForwarderListener listener) {
        this.source = source;
        this.listener = listener;
    }

    /** Hands over up to this many messages and says how many. */
    public int poll(final int limit) {
        return source.poll(handler, limit);
    }

    private void onMessage(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        final int type = buffer.getInt(offset);
        if (type == BoundaryMessage.FIRST_PACKET) {
            listener.onFirstPacket(buffer, offset, buffer.getInt(offset + 4));
        } else if (type == BoundaryMessage.SESSION_EVENT) {
            listener.onSessionEvent(
                    buffer.getLong(offset + SessionEventFlyweight.SESSION_ID),
                    buffer.getInt(offset + SessionEventFlyweight.EVENT),
                    buffer.getInt(offset + SessionEventFlyweight.DETAIL));
        } else if (type == BoundaryMessage.PEER_MESSAGE) {
            listener.onPeerMessage(buffer, offset);
        } else {
            listener.onSkipped(type);
        }
    }
}
