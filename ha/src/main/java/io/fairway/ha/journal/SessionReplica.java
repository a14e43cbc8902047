package io.fairway.ha.journal;

import io.fairway.ha.resync.SessionDigest;
import io.fairway.model.config.Router;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecordFlyweight;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The newest record of every session, this node's and its partner's, bucket by bucket, on the heap in about 60 bytes
 * beside the record, with a digest of each bucket. The pair's thread writes, any thread reads; neither waits for more
 * than a map operation. It never decides who owns what.
 */
public final class SessionReplica {
    /** What became of a record that was put. */
    public enum Put {
        /** It is the newest. */
        NEWER,
        /** This version was known. */
        SAME,
        /** A newer version is known. */
        OLDER,
        /** There is no room for another session. */
        FULL
    }

    /** Takes the records of {@link #forEach}; no lock is held. */
    @FunctionalInterface
    public interface RecordConsumer {
        /**
         * One session.
         *
         * @param record valid during the call, not to be changed
         * @param synced whether the partner has this version
         */
        void onRecord(long sessionId, DirectBuffer record, int offset, int length, boolean synced);
    }

    private static final int NAMED = 0;
    private static final int SYNCED = 2;
    private static final int PROVISIONAL = 4;
    private static final int TRAILER_BYTES = 5;
    private static final int MAX_GENERATION = 0xffff;

    private final int maxSessions;
    private final int tableSessions;
    private final Bucket[] buckets = new Bucket[BucketId.COUNT];
    private final AtomicInteger sessions = new AtomicInteger();
    private volatile int generation = 1;
    private volatile boolean trusted;

    private enum Source {
        SELF,
        PARTNER,
        STORE
    }

    /** An entry is the record's bytes, then u16 generation in which it was named, u16 synced, u8 provisional. */
    private static final class Bucket {
        private final Long2ObjectHashMap<byte[]> entries = new Long2ObjectHashMap<>();
        private final SessionDigest digest = new SessionDigest();

        private void put(final long sessionId, final byte[] entry) {
            entries.put(sessionId, entry);
            digest.add(sessionId, version(entry), checksum(entry));
        }

        private byte[] remove(final long sessionId) {
            final byte[] entry = entries.remove(sessionId);
            if (entry != null) {
                digest.remove(sessionId, version(entry), checksum(entry));
            }
            return entry;
        }
    }

    /** An empty replica: it refuses this node's own sessions early enough to have room for all of the partner's. */
    public SessionReplica(final Router.Limits limits) {
        maxSessions = limits.maxSessions();
        tableSessions = limits.tableSessions();
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new Bucket();
        }
    }

    /** A version of this node, which the partner does not have yet. */
    public Put put(final DirectBuffer record, final int offset, final int length) {
        return put(record, offset, length, Source.SELF);
    }

    /** A version that the partner has; marks the session as named by the partner whatever comes of it. */
    Put putOfPartner(final DirectBuffer record, final int offset, final int length) {
        return put(record, offset, length, Source.PARTNER);
    }

    /** A version of the warm store, provisional until the partner or {@link #trust()} confirms it. */
    public Put load(final DirectBuffer record, final int offset, final int length) {
        return put(record, offset, length, Source.STORE);
    }

    private Put put(final DirectBuffer record, final int offset, final int length, final Source source) {
        final int partnerGeneration = source == Source.PARTNER ? generation : 0;
        final int limit = source == Source.SELF ? maxSessions : tableSessions;
        final long sessionId = SessionRecordFlyweight.sessionId(record, offset);
        final Bucket bucket = bucket(sessionId);
        synchronized (bucket) {
            final byte[] known = bucket.entries.get(sessionId);
            final int version = SessionRecordFlyweight.version(record, offset);
            if (known != null) {
                if (version <= version(known)) {
                    return repeated(known, version == version(known), partnerGeneration);
                }
                bucket.remove(sessionId);
            } else if (sessions.get() >= limit) {
                return Put.FULL;
            } else {
                sessions.incrementAndGet();
            }
            final byte[] entry = new byte[length + TRAILER_BYTES];
            record.getBytes(offset, entry, 0, length);
            set(entry, NAMED, partnerGeneration);
            set(entry, SYNCED, partnerGeneration);
            entry[length + PROVISIONAL] = (byte) (source == Source.STORE ? 1 : 0);
            bucket.put(sessionId, entry);
            return Put.NEWER;
        }
    }

    private static Put repeated(final byte[] known, final boolean same, final int partnerGeneration) {
        if (partnerGeneration != 0) {
            set(known, NAMED, partnerGeneration);
            if (same) {
                set(known, SYNCED, partnerGeneration);
                known[length(known) + PROVISIONAL] = 0;
            }
        }
        return same ? Put.SAME : Put.OLDER;
    }

    /** Forgets a session; false: not known. */
    public boolean remove(final long sessionId) {
        final Bucket bucket = bucket(sessionId);
        synchronized (bucket) {
            if (bucket.remove(sessionId) == null) {
                return false;
            }
            sessions.decrementAndGet();
            return true;
        }
    }

    /** The partner acknowledged this version. */
    void acknowledged(final long sessionId, final int version) {
        final Bucket bucket = bucket(sessionId);
        synchronized (bucket) {
            final byte[] entry = bucket.entries.get(sessionId);
            if (entry != null && version(entry) == version) {
                set(entry, SYNCED, generation);
            }
        }
    }

    /** The partner, or what was agreed with it, changed: nothing counts as synced or named any more. */
    void nextGeneration() {
        generation = generation == MAX_GENERATION ? 1 : generation + 1;
    }

    /** Whether the record is provisional. */
    boolean provisional(final long sessionId) {
        final byte[] entry = trusted ? null : entry(sessionId);
        return entry != null && entry[length(entry) + PROVISIONAL] != 0;
    }

    /** Whether the partner named the session, in any version, since the generation began. */
    boolean named(final long sessionId) {
        final byte[] entry = entry(sessionId);
        return entry != null && get(entry, NAMED) == generation;
    }

    /** What the warm store brought counts as this node's own. */
    void trust() {
        trusted = true;
    }

    /** Whether a session is known with other bytes than these. */
    public boolean differs(final long sessionId, final DirectBuffer record, final int offset, final int length) {
        final byte[] entry = entry(sessionId);
        return entry != null
                && (length != length(entry)
                        || !new UnsafeBuffer(record, offset, length).equals(new UnsafeBuffer(entry, 0, length)));
    }

    /** A copy of the session's newest record, or null. */
    public byte[] get(final long sessionId) {
        final byte[] entry = entry(sessionId);
        return entry == null ? null : Arrays.copyOf(entry, length(entry));
    }

    /** Copies the newest record into a buffer; returns its length, 0 if the session is not known. */
    public int read(final long sessionId, final MutableDirectBuffer buffer, final int offset) {
        final byte[] entry = entry(sessionId);
        if (entry == null) {
            return 0;
        }
        final int length = length(entry);
        buffer.putBytes(offset, entry, 0, length);
        return length;
    }

    /** The newest version, or -1 if the session is not known. */
    public int version(final long sessionId) {
        final byte[] entry = entry(sessionId);
        return entry == null ? -1 : version(entry);
    }

    /** Whether the partner has the newest version. */
    public boolean synced(final long sessionId) {
        final byte[] entry = entry(sessionId);
        return entry != null && get(entry, SYNCED) == generation;
    }

    /** How many sessions are known. */
    public int size() {
        return sessions.get();
    }

    /** The sessions of one bucket at this moment. */
    public long[] sessionIds(final int id) {
        final LongArrayList ids = new LongArrayList();
        final Bucket bucket = buckets[id];
        synchronized (bucket) {
            bucket.entries.forEachLong((sessionId, entry) -> ids.addLong(sessionId));
        }
        return ids.toLongArray();
    }

    /** The sessions of this moment. */
    public long[] sessionIds() {
        final LongArrayList ids = new LongArrayList();
        for (int bucket = 0; bucket < buckets.length; bucket++) {
            for (final long id : sessionIds(bucket)) {
                ids.addLong(id);
            }
        }
        return ids.toLongArray();
    }

    /** Shows every session, a bucket at a time: one that comes or goes meanwhile may be shown or not. */
    public void forEach(final RecordConsumer consumer) {
        final UnsafeBuffer view = new UnsafeBuffer(0, 0);
        for (final Bucket bucket : buckets) {
            final byte[][] entries;
            synchronized (bucket) {
                entries = bucket.entries.values().toArray(new byte[0][]);
            }
            for (final byte[] entry : entries) {
                view.wrap(entry, 0, length(entry));
                consumer.onRecord(
                        SessionRecordFlyweight.sessionId(view, 0),
                        view,
                        0,
                        length(entry),
                        get(entry, SYNCED) == generation);
            }
        }
    }

    /** The fingerprint of a bucket's records. */
    public long digest(final int id) {
        final Bucket bucket = buckets[id];
        synchronized (bucket) {
            return bucket.digest.value();
        }
    }

    private Bucket bucket(final long sessionId) {
        return buckets[BucketId.ofSession(sessionId)];
    }

    private byte[] entry(final long sessionId) {
        final Bucket bucket = bucket(sessionId);
        synchronized (bucket) {
            return bucket.entries.get(sessionId);
        }
    }

    private static int length(final byte[] entry) {
        return entry[0] & 0xff | (entry[1] & 0xff) << 8;
    }

    private static int version(final byte[] entry) {
        return SessionRecordFlyweight.version(new UnsafeBuffer(entry), 0);
    }

    private static int checksum(final byte[] entry) {
        final CRC32C checksum = new CRC32C();
        checksum.update(entry, 0, length(entry));
        return (int) checksum.getValue();
    }

    private static int get(final byte[] entry, final int field) {
        final int at = length(entry) + field;
        return entry[at] & 0xff | (entry[at + 1] & 0xff) << 8;
    }

    private static void set(final byte[] entry, final int field, final int value) {
        final int at = length(entry) + field;
        entry[at] = (byte) value;
        entry[at + 1] = (byte) (value >> 8);
    }
}
