package io.fairway.cluster.replication;

import java.util.function.IntPredicate;
import org.agrona.DirectBuffer;

/** The pair's journal, as the controller sees it: any thread, never blocks; false means full, try again later. */
public interface SessionJournal {
    /** Appends a version of a session. */
    boolean append(DirectBuffer record, int offset, int length);

    /** Appends a tombstone. */
    boolean delete(long sessionId, int version);

    /** Appends that nothing more comes about this bucket's sessions. */
    boolean settled(int bucket);

    /** As {@link #append}. */
    @FunctionalInterface
    interface Append {
        boolean append(DirectBuffer record, int offset, int length);
    }

    /** As {@link #delete}. */
    @FunctionalInterface
    interface Delete {
        boolean delete(long sessionId, int version);
    }

    /** Made of method references. */
    static SessionJournal of(final Append append, final Delete delete, final IntPredicate settled) {
        return new SessionJournal() {
            @Override
            public boolean append(final DirectBuffer record, final int offset, final int length) {
                return append.append(record, offset, length);
            }

            @Override
            public boolean delete(final long sessionId, final int version) {
                return delete.delete(sessionId, version);
            }

            @Override
            public boolean settled(final int bucket) {
                return settled.test(bucket);
            }
        };
    }
}
