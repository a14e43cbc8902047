package io.fairway.ha.resync;

import java.util.function.IntFunction;

/**
 * Walks a replica part by part while it changes. A session that comes to a part already walked travels in the journal
 * itself; one that is gone is skipped by the reader. One thread.
 */
public final class SnapshotCursor {
    private static final long[] NOTHING = {};

    private final IntFunction<long[]> sessionIdsOfPart;
    private final int parts;
    private int part;
    private long[] sessionIds = NOTHING;
    private int next;

    /** A walk over this many parts. */
    public SnapshotCursor(final int parts, final IntFunction<long[]> sessionIdsOfPart) {
        this.parts = parts;
        this.sessionIdsOfPart = sessionIdsOfPart;
    }

    /** Whether a session is left; fetches the next part if needed. */
    public boolean hasNext() {
        while (next == sessionIds.length && part < parts) {
            sessionIds = sessionIdsOfPart.apply(part++);
            next = 0;
        }
        return next < sessionIds.length;
    }

    /** The next session; only after {@link #hasNext()}. */
    public long next() {
        return sessionIds[next++];
    }
}
