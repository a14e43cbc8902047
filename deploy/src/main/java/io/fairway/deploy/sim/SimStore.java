package io.fairway.deploy.sim;

import io.fairway.ha.journal.RecordSink;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.model.session.SessionRecordFlyweight;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * In the warm store's place: Chronicle Map maps real files. Like it, it is told of changed sessions, writes what the
 * replica holds a little later, outlives the process, and at the next start loads what it can believe.
 */
final class SimStore {
    private final Map<Long, byte[]> records = new TreeMap<>();
    private Map<Long, byte[]> backup = Map.of();

    /** The sink of a new process. */
    final class Writer implements RecordSink {
        private final SessionReplica replica;
        private final LongHashSet changed = new LongHashSet();

        Writer(final SessionReplica replica) {
            this.replica = replica;
        }

        @Override
        public void onChanged(final long sessionId) {
            changed.add(sessionId);
        }

        /** A turn of the writer's thread. */
        void write() {
            final LongHashSet.LongIterator ids = changed.iterator();
            while (ids.hasNext()) {
                final long sessionId = ids.nextValue();
                final byte[] record = replica.get(sessionId);
                if (record == null) {
                    records.remove(sessionId);
                } else {
                    records.put(sessionId, record);
                }
            }
            changed.clear();
        }
    }

    /** Loads the valid records; returns how many. */
    int load(final SessionReplica replica) {
        final UnsafeBuffer view = new UnsafeBuffer(0, 0);
        int loaded = 0;
        for (final byte[] record : records.values()) {
            view.wrap(record);
            if (SessionRecordFlyweight.isValid(view, 0, record.length)) {
                replica.load(view, 0, record.length);
                loaded++;
            }
        }
        return loaded;
    }

    /** Keeps a copy for {@link #goBack}. */
    void backUp() {
        backup = new TreeMap<>(records);
    }

    /** The store is what it was at the backup. */
    void goBack() {
        records.clear();
        records.putAll(backup);
    }

    /** Spoils one record in four: their checksums show it when the store is recovered. */
    void corrupt(final SimRandom random) {
        records.values().removeIf(record -> random.below(4) == 0);
    }

    /** The store begins empty, as it does when it belongs to another node or is unreadable. */
    void clear() {
        records.clear();
    }
}
