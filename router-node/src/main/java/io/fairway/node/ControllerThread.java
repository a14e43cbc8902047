package io.fairway.node;

import io.fairway.dataplane.io.Doorbell;
import io.fairway.dataplane.io.Poller;
import java.util.function.IntUnaryOperator;

/** Brings what the other half says to the controller's actors: sleeps until the bell rings, never forwards a packet. */
final class ControllerThread implements Runnable, AutoCloseable {
    private static final int MESSAGES_PER_TURN = 256;
    private static final long SLEEP_NS = 10_000_000;

    private final Doorbell bell;
    private final IntUnaryOperator[] adapters;
    private final Poller poller;
    private volatile boolean running = true;

    /** @param adapters hand over up to so many messages and say how many there were */
    ControllerThread(final Doorbell bell, final IntUnaryOperator... adapters) {
        this.bell = bell;
        this.adapters = adapters.clone();
        poller = new Poller(new int[] {bell.fd()});
    }

    @Override
    public void run() {
        try {
            while (running) {
                if (poll() == 0) {
                    sleep();
                }
            }
        } catch (final RuntimeException e) {
            NodeMain.defect(e);
        }
    }

    private int poll() {
        int messages = 0;
        for (final IntUnaryOperator adapter : adapters) {
            messages += adapter.applyAsInt(MESSAGES_PER_TURN);
        }
        return messages;
    }

    private void sleep() {
        bell.arm();
        if (poll() == 0) {
            poller.await(SLEEP_NS);
        }
        bell.disarm();
    }

    @Override
    public void close() {
        running = false;
        bell.ring();
    }
}
