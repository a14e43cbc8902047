package io.fairway.ha.journal;

/** Told of every change of the replica, on the pair's thread: the warm store. Must not block. */
@FunctionalInterface
public interface RecordSink {
    /** Keeps nothing. */
    RecordSink NONE = sessionId -> {};

    /** The replica's record of this session changed, or is gone. */
    void onChanged(long sessionId);
}
