package io.fairway.ha.journal;

import org.agrona.DirectBuffer;

/** Where the controller puts what must outlive this node. Any thread; never blocks. */
public interface Journal {
    /**
     * Appends a version of a session; {@link JournalListener#onCommitted} answers.
     *
     * @param record a record in the layout of SessionRecordFlyweight
     * @return false if full: try again later
     * @throws IllegalArgumentException if the bytes are no valid record
     */
    boolean append(DirectBuffer record, int offset, int length);

    /**
     * Appends a session's end. Not answered.
     *
     * @return false if full: try again later
     */
    boolean delete(long sessionId, int version);

    /**
     * Marks the place behind which nothing more comes about a bucket's sessions. Not answered.
     *
     * @return false if full: try again later
     */
    boolean settled(int bucket);
}
