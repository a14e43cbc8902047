package io.fairway.cluster.peer;

import io.fairway.cluster.peer.exchange.ExchangeRefusal;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What happened on one path since the node's start. Any thread may add and read. */
public final class PeerCounters {
    private final AtomicLongArray drops = new AtomicLongArray(PeerDrop.values().length);
    private final AtomicLongArray refusals = new AtomicLongArray(ExchangeRefusal.values().length);
    private final LongAdder sent = new LongAdder();
    private final LongAdder believed = new LongAdder();
    private final LongAdder ups = new LongAdder();
    private final LongAdder downs = new LongAdder();

    void drop(final PeerDrop reason) {
        drops.incrementAndGet(reason.ordinal());
    }

    void refuse(final ExchangeRefusal reason) {
        refusals.incrementAndGet(reason.ordinal());
    }

    /** Messages that were not believed, by reason. */
    public long drops(final PeerDrop reason) {
        return drops.get(reason.ordinal());
    }

    /** Parts of key exchanges that had no effect, by reason. */
    public long refusals(final ExchangeRefusal reason) {
        return refusals.get(reason.ordinal());
    }

    /** Messages sent. */
    public LongAdder sent() {
        return sent;
    }

    /** Authentic, new messages. */
    public LongAdder believed() {
        return believed;
    }

    /** How often the path came up. */
    public LongAdder ups() {
        return ups;
    }

    /** How often it fell. */
    public LongAdder downs() {
        return downs;
    }
}
