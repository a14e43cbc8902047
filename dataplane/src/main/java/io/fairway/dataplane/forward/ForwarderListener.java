package io.fairway.dataplane.forward;

import org.agrona.DirectBuffer;

/** Takes the forwarder's messages, on the thread that polls the {@link ForwarderAdapter}. */
public interface ForwarderListener {
    /** A new flow waits; the message is a FirstPacketFlyweight, valid during the call. */
    void onFirstPacket(DirectBuffer message, int offset, int length);

    /**
     * Something happened to a session.
     *
     * @param event a constant of SessionEventFlyweight
     * @param detail of INSTALL_FAILED: the drop reason's index
     */
    void onSessionEvent(long sessionId, int event, int detail);

    /** Somebody sent something to UDP port 1280 of a waypoint; a PeerMessageFlyweight, valid during the call. */
    void onPeerMessage(DirectBuffer message, int offset);

    /** A message of a type that this release does not know was skipped. */
    void onSkipped(int type);
}
