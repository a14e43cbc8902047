package io.fairway.cluster.session;

import java.util.function.IntConsumer;
import org.agrona.collections.IntArrayQueue;
import org.agrona.collections.LongArrayQueue;

/** Released ports in the order of their release, until each has rested long enough. Not thread-safe. */
final class Quarantine {
    private final long restNs;
    private final IntArrayQueue values = new IntArrayQueue();
    private final LongArrayQueue deadlinesNs = new LongArrayQueue();

    Quarantine(final long restNs) {
        this.restNs = restNs;
    }

    void add(final int value, final long nowNs) {
        values.addInt(value);
        deadlinesNs.addLong(nowNs + restNs);
    }

    /** Hands out every value that has rested. */
    void end(final long nowNs, final IntConsumer rested) {
        while (!values.isEmpty() && deadlinesNs.peekLong() - nowNs <= 0) {
            deadlinesNs.pollLong();
            rested.accept(values.pollInt());
        }
    }
}
