package io.fairway.cluster.session;

import io.fairway.model.session.SessionRecordFlyweight;
import java.util.concurrent.CompletableFuture;
import org.agrona.concurrent.UnsafeBuffer;

/** What only a young, a moving or a dying session needs; its actor drops it in between. */
final class Aside {
    /** Until the replica has it; or null. */
    final byte[] record;

    /** Under which the forwarder's packets wait. */
    long pendingId;

    /** Null unless someone waits for the end. */
    CompletableFuture<Boolean> ended;

    Aside(final byte[] record, final long pendingId) {
        this.record = record;
        this.pendingId = pendingId;
    }

    /** As it was, and who is told of the end too; null: nobody. */
    static Aside awaited(final Aside aside, final CompletableFuture<Boolean> future) {
        if (future == null) {
            return aside;
        }
        final Aside awaited = aside == null ? new Aside(null, 0) : aside;
        if (awaited.ended == null) {
            awaited.ended = future;
        } else {
            final var unused = awaited.ended.thenAccept(future::complete);
        }
        return awaited;
    }

    /** A session's newest record: what has been journalled reaches the replica a little later. */
    static byte[] newest(final Aside aside, final byte[] replicated) {
        final boolean newer = aside != null
                && aside.record != null
                && (replicated == null || version(replicated) < version(aside.record));
        return newer ? aside.record : replicated;
    }

    private static int version(final byte[] record) {
        return SessionRecordFlyweight.version(new UnsafeBuffer(record), 0);
    }
}
