package io.fairway.dataplane.forward;

import io.aeron.logbuffer.FragmentHandler;

/** Hands over the controller's messages; {@code Subscription::poll} is one. */
@FunctionalInterface
public interface CommandSource {
    /** Hands over up to this many messages, each whole, and says how many. */
    int poll(FragmentHandler handler, int limit);
}
