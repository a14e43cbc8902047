package io.fairway.dataplane.fabric;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;

/**
 * Sleeps briefly while there was work a moment ago and longer when there was none: on a virtual machine each timer that
 * fires costs microseconds, and two nodes that look around 20,000 times a second leave nothing for packets. Whoever has
 * work for the sleeper unparks it. One thread uses it.
 */
public final class RecentWorkIdleStrategy implements IdleStrategy {
    private static final long HOT_NS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long HOT_PARK_NS = TimeUnit.MICROSECONDS.toNanos(30);
    private static final long COLD_PARK_NS = TimeUnit.MICROSECONDS.toNanos(400);

    private long lastWorkNs = System.nanoTime();

    @Override
    public void idle(final int workCount) {
        if (workCount > 0) {
            lastWorkNs = System.nanoTime();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        final boolean hot = System.nanoTime() - lastWorkNs < HOT_NS;
        LockSupport.parkNanos(hot ? HOT_PARK_NS : COLD_PARK_NS);
    }

    @Override
    public void reset() {
        lastWorkNs = System.nanoTime();
    }
}
