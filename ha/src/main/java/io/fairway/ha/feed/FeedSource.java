package io.fairway.ha.feed;

import io.aeron.logbuffer.ControlledFragmentHandler;

/** Where messages of the boundary come from; one thread polls. */
@FunctionalInterface
public interface FeedSource {
    /** Hands over up to so many messages, and again those that the handler aborts; says how many were there. */
    int poll(ControlledFragmentHandler handler, int limit);
}
