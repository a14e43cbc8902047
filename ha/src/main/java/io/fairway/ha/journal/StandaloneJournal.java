package io.fairway.ha.journal;

import io.fairway.model.session.SessionRecordFlyweight;
import org.agrona.DirectBuffer;

/** The journal of a router of one node: any thread; commits at once, unsynced, and tells the listener in the call. */
public final class StandaloneJournal implements Journal {
    private final SessionReplica replica;
    private final RecordSink sink;
    private final JournalListener listener;

    public StandaloneJournal(final SessionReplica replica, final RecordSink sink, final JournalListener listener) {
        this.replica = replica;
        this.sink = sink;
        this.listener = listener;
    }

    @Override
    public boolean append(final DirectBuffer record, final int offset, final int length) {
        JournalProxy.requireValid(record, offset, length);
        final long sessionId = SessionRecordFlyweight.sessionId(record, offset);
        if (replica.put(record, offset, length) == SessionReplica.Put.NEWER) {
            sink.onChanged(sessionId);
        }
        listener.onCommitted(sessionId, SessionRecordFlyweight.version(record, offset), false);
        return true;
    }

    @Override
    public boolean delete(final long sessionId, final int version) {
        if (replica.remove(sessionId)) {
            sink.onChanged(sessionId);
        }
        return true;
    }

    @Override
    public boolean settled(final int bucket) {
        return true;
    }
}
