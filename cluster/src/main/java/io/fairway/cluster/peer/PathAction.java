package io.fairway.cluster.peer;

/** What the monitor of a path wants done, to be done in order. */
public sealed interface PathAction {
    /**
     * Tell the peer how things stand, at once.
     *
     * @param isFinal whether this answers the peer's wish for an answer
     */
    record Speak(boolean isFinal) implements PathAction {}

    /** The state changed. */
    record Become(PathState state, String why) implements PathAction {}

    /** The path may be used. */
    record AnnounceUp() implements PathAction {}

    /** The path may be used no more. */
    record AnnounceDown(String why) implements PathAction {}
}
