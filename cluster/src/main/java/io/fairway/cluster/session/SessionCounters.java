package io.fairway.cluster.session;

import java.util.concurrent.atomic.LongAdder;

/** What the session actors of a node have done since its start. Any thread may add and read. */
public final class SessionCounters {
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unsynced = new LongAdder();
    private final LongAdder adopted = new LongAdder();
    private final LongAdder rebound = new LongAdder();
    private final LongAdder recovered = new LongAdder();
    private final LongAdder moved = new LongAdder();
    private final LongAdder yielded = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder standbyRefused = new LongAdder();

    /** First packets that became sessions. */
    public LongAdder accepted() {
        return accepted;
    }

    /** First packets that did not. */
    public LongAdder refused() {
        return refused;
    }

    /** Sessions whose first packet left before the partner acknowledged them: each is an alarm. */
    public LongAdder unsynced() {
        return unsynced;
    }

    /** Sessions taken over from the partner or found after a restart. */
    public LongAdder adopted() {
        return adopted;
    }

    /** Sessions that replaced one which their sender had forgotten. */
    public LongAdder rebound() {
        return rebound;
    }

    /** Times that a peer, having lost a session, was told all of it again. */
    public LongAdder recovered() {
        return recovered;
    }

    /** Times that a session went on another path, as its own was down. */
    public LongAdder moved() {
        return moved;
    }

    /** Sessions that ended because the partner had made one of the same flow, whose bucket is the lower. */
    public LongAdder yielded() {
        return yielded;
    }

    /** Sessions ended here. */
    public LongAdder ended() {
        return ended;
    }

    /** Steps that met a full ring and were tried again. */
    public LongAdder retried() {
        return retried;
    }

    /** Installs that the forwarder could not do, and faults of actors. */
    public LongAdder failed() {
        return failed;
    }

    /** Standby entries that the forwarder could not install at once; each is tried again. */
    public LongAdder standbyRefused() {
        return standbyRefused;
    }
}
