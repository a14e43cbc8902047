package io.fairway.cluster.replication;

import io.fairway.model.session.SessionRecordFlyweight;
import org.agrona.concurrent.UnsafeBuffer;

/** One thing that happened to a session and that the journal must learn. */
public sealed interface SessionChange {
    /** Hands the change to the journal; false: full. */
    boolean publish(SessionJournal journal);

    /**
     * A new version.
     *
     * @param record the encoded record, not changed any more
     */
    @SuppressWarnings("ArrayRecordComponent") // Messages are never compared.
    record Put(byte[] record) implements SessionChange {
        @Override
        public boolean publish(final SessionJournal journal) {
            final UnsafeBuffer buffer = new UnsafeBuffer(record);
            return journal.append(buffer, 0, SessionRecordFlyweight.length(buffer, 0));
        }
    }

    /**
     * The end.
     *
     * @param sessionId the session
     * @param version the tombstone's version, above every version of the session
     */
    record Delete(long sessionId, int version) implements SessionChange {
        @Override
        public boolean publish(final SessionJournal journal) {
            return journal.delete(sessionId, version);
        }
    }

    /**
     * Whoever wrote about a bucket's sessions here writes no more.
     *
     * @param bucket which one
     */
    record Settled(int bucket) implements SessionChange {
        @Override
        public boolean publish(final SessionJournal journal) {
            return journal.settled(bucket);
        }
    }
}
