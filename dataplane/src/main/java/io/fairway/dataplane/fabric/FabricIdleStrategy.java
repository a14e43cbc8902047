package io.fairway.dataplane.fabric;

import io.fairway.dataplane.io.Doorbell;
import io.fairway.dataplane.io.Poller;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;

/**
 * Sleeps until a datagram comes over the fabric, the bell is rung or a millisecond has passed: a poller that slept for
 * a fixed time would either cost a tenth of a processor or keep every commit waiting. One thread uses it.
 */
final class FabricIdleStrategy implements IdleStrategy {
    /** How late a deadline of the pair's agents may be noticed. */
    private static final long SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Doorbell bell;
    private final FabricSockets sockets;
    private Poller poller;
    private int pollerChanges = -1;
    private boolean armed;

    FabricIdleStrategy(final Doorbell bell, final FabricSockets sockets) {
        this.bell = bell;
        this.sockets = sockets;
    }

    @Override
    public void idle(final int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    /** First arms the bell, so that the agents look once more; then sleeps. */
    @Override
    public void idle() {
        if (!armed) {
            bell.arm();
            armed = true;
            return;
        }
        poller().await(SLEEP_NS);
        reset();
    }

    @Override
    public void reset() {
        if (armed) {
            bell.disarm();
            armed = false;
        }
    }

    private Poller poller() {
        final int changes = sockets.changes();
        if (changes != pollerChanges) {
            pollerChanges = changes;
            poller = new Poller(sockets.descriptors(bell.fd()));
        }
        return poller;
    }
}
