package io.fairway.cluster.peer;

/** What the search for a path's MTU may learn. */
public sealed interface MtuEvent {
    /** The path came up. */
    record PathUp() implements MtuEvent {}

    /** The path fell. */
    record PathDown() implements MtuEvent {}

    /**
     * A probe of ours arrived.
     *
     * @param packetBytes its IP packet's length
     */
    record Answered(int packetBytes) implements MtuEvent {}

    /** Time passes. */
    record Tick() implements MtuEvent {}
}
