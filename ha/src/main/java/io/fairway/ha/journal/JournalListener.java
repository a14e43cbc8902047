package io.fairway.ha.journal;

import org.agrona.DirectBuffer;

/** Told what became of appended records, and what the partner sent. Called by the pair's thread; must not block. */
public interface JournalListener {
    /**
     * An appended version may be used now.
     *
     * @param synced whether the partner has it; false when alone, resynchronising, or when it did not answer in time
     */
    void onCommitted(long sessionId, int version, boolean synced);

    /** A version that was committed because time ran out has reached the partner after all. */
    void onSynced(long sessionId, int version);

    /**
     * The partner has a newer version of a session, or confirmed one that the warm store brought.
     *
     * @param record valid during the call
     */
    void onRemoteRecord(DirectBuffer record, int offset, int length);

    /** The partner ended a session, or does not know one that this node held of its past. */
    void onRemoteDelete(long sessionId, int version);
}
