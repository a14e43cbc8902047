package io.fairway.cluster.replication;

import io.fairway.model.session.SessionRecordFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Gives the partner's records to the forwarder as standby entries. Called by the pair's thread; never blocks it: what
 * the forwarder cannot take now is remembered by its id alone and tried again from the replica, newest version first
 * and only.
 */
public final class StandbyInstaller {
    private static final int BURST = 64;

    /** How long a refused entry waits: what stood in its way is about to be removed. */
    private static final long REFUSED_DELAY_US = 20_000;

    private final SessionInstaller installer;
    private final ReplicaView replica;
    private final Retries retries;
    private final LongHashSet waiting = new LongHashSet();
    private boolean scheduled;

    /** An installer that reads what it must try again from this replica. */
    public StandbyInstaller(final SessionInstaller installer, final ReplicaView replica, final Retries retries) {
        this.installer = installer;
        this.replica = replica;
        this.retries = retries;
    }

    /** A record of the partner's; the replica must hold it already. */
    public void install(final DirectBuffer record, final int offset, final int length) {
        final long sessionId = SessionRecordFlyweight.sessionId(record, offset);
        if (mustWait(sessionId) || !installer.install(record, offset, length, 0)) {
            enqueue(sessionId);
        }
    }

    /** The partner deleted a session; the replica must have forgotten it already. */
    public void remove(final long sessionId) {
        if (mustWait(sessionId) || !installer.remove(sessionId)) {
            enqueue(sessionId);
        }
    }

    /**
     * The forwarder could not install a standby entry: its flow still belongs to a session whose removal is under way,
     * or the table is full. Tried again until it is there or the replica has forgotten it: without it a takeover would
     * lose the session.
     */
    public void refused(final long sessionId) {
        if (replica.get(sessionId) != null) {
            retries.later(() -> enqueue(sessionId), REFUSED_DELAY_US);
        }
    }

    /** Gives the forwarder every session of the replica, in the background. */
    public void restore() {
        replica.forEach(record -> enqueue(SessionRecordFlyweight.sessionId(new UnsafeBuffer(record), 0)));
    }

    /** Installs, or removes, a session as the replica has it, when the forwarder has room. */
    public synchronized void enqueue(final long sessionId) {
        waiting.add(sessionId);
        if (!scheduled) {
            scheduled = true;
            retries.later(this::retry);
        }
    }

    /** How many sessions wait for the forwarder. */
    public synchronized int waiting() {
        return waiting.size();
    }

    private synchronized boolean mustWait(final long sessionId) {
        return waiting.contains(sessionId);
    }

    private synchronized void retry() {
        final LongHashSet.LongIterator ids = waiting.iterator();
        int burst = BURST;
        boolean room = true;
        while (room && burst-- > 0 && ids.hasNext()) {
            room = deliver(ids.nextValue());
            if (room) {
                ids.remove();
            }
        }
        scheduled = !waiting.isEmpty();
        if (scheduled) {
            retries.later(this::retry);
        }
    }

    private boolean deliver(final long sessionId) {
        final byte[] record = replica.get(sessionId);
        return record == null
                ? installer.remove(sessionId)
                : installer.install(new UnsafeBuffer(record), 0, record.length, 0);
    }
}
