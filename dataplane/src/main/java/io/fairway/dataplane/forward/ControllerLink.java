package io.fairway.dataplane.forward;

import org.agrona.DirectBuffer;

/** Takes messages for the controller. */
@FunctionalInterface
public interface ControllerLink {
    /**
     * Copies a message into the ring.
     *
     * @return false if the ring is full or nobody listens
     */
    boolean offer(DirectBuffer message, int offset, int length);
}
