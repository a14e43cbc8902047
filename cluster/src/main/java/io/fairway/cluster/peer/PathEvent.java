package io.fairway.cluster.peer;

/** What the monitor of a path may learn. */
public sealed interface PathEvent {
    /**
     * This node speaks on the path from now on.
     *
     * @param succeeding whether another process may have done so until now, which the peer may not have missed yet
     */
    record Start(boolean succeeding) implements PathEvent {}

    /**
     * The peer spoke to us: an authentic message, newer than all before, that names our discriminator.
     *
     * @param discriminator the peer's name of the session
     * @param state the peer's
     * @param poll whether the peer wants an answer at once
     * @param isFinal whether this is the answer to such a wish of ours
     * @param timers the peer's
     */
    record Heard(int discriminator, PathState state, boolean poll, boolean isFinal, PeerTimers timers)
            implements PathEvent {}

    /**
     * What the peer says of its timers.
     *
     * @param multiplier how many of its messages in a row may be missing
     * @param desiredTxNs how often it would like to speak
     * @param requiredRxNs how often it can listen; 0: never
     */
    record PeerTimers(int multiplier, long desiredTxNs, long requiredRxNs) {}

    /**
     * A message came that names our discriminator but that nobody vouches for: there are no keys yet.
     *
     * @param discriminator the sender's name of the session
     */
    record HearsUs(int discriminator) implements PathEvent {}

    /**
     * A message of the peer came that does not name our discriminator: it does not know us yet, speaks to the process
     * before us, or is a replay.
     *
     * @param discriminator the sender's name of the session
     * @param state the sender's
     * @param authentic whether it is the peer's, at whatever time
     */
    record Overheard(int discriminator, PathState state, boolean authentic) implements PathEvent {}

    /** Time passes. */
    record Tick() implements PathEvent {}

    /**
     * Somebody wants the path to be used, or not to be.
     *
     * @param up whether to be used
     */
    record Administer(boolean up) implements PathEvent {}
}
