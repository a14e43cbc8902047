package io.fairway.ha.journal;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** What the journal did. The pair's thread writes, any thread reads. */
public final class JournalCounters {
    /** What is counted; the ordinal is the stable code. */
    public enum Counter {
        /** Versions that were committed because the partner did not answer in time, or lags: an alarm. */
        UNSYNCED,
        /** Batches sent for the first time. */
        BATCHES_SENT,
        /** Batches sent again. */
        BATCHES_RESENT,
        /** Batches taken from the partner. */
        BATCHES_RECEIVED,
        /** Batches that came again, by the other link or a repeat. */
        DUPLICATES,
        /** Batches that came before one that is missing. */
        GAPS,
        /** Frames that were damaged, or not a journal's. */
        CORRUPT_FRAMES,
        /** Frames of or for a process that is not the one meant. */
        FOREIGN_FRAMES,
        /** Entries that hold no valid record. */
        INVALID_RECORDS,
        /** Entries whose sequence in their bucket is not the next. */
        BUCKET_SEQUENCE_BREAKS,
        /** The partner's versions of buckets that this node owns under a higher epoch. */
        FENCED,
        /** Versions of sessions that have ended. */
        TOMBSTONED,
        /** Appended versions that were not newer than the known one. */
        STALE,
        /** Records for which the replica had no room: an alarm. */
        OVERFLOW,
        /** Changes that did not fit into a full journal: their buckets are sent again when it has room: an alarm. */
        OVERRUNS,
        /** Resynchronisations completed. */
        RESYNCS,
        /** Records removed at a resynchronisation's end because the partner knows better. */
        RESYNC_REMOVED,
        /** Buckets of this node whose digest was not the partner's, at a comparison: an alarm. */
        BUCKETS_DIFFERED,
        /** Buckets of the partner that it sent again, whole. */
        BUCKETS_REPAIRED,
        /** Frames and entries of a kind that this release does not know, and skips. */
        UNKNOWN_KINDS,
        /** Frames and records of a layout that this release does not read: an alarm. */
        OTHER_LAYOUTS
    }

    private final UnsafeBuffer values =
            new UnsafeBuffer(ByteBuffer.allocateDirect(Counter.values().length * Long.BYTES));

    /** The counter's value. */
    public long get(final Counter counter) {
        return values.getLongVolatile(counter.ordinal() * Long.BYTES);
    }

    void increment(final Counter counter) {
        final int at = counter.ordinal() * Long.BYTES;
        values.putLongRelease(at, values.getLong(at) + 1);
    }
}
