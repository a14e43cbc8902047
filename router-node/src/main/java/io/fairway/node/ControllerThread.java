package io.fairway.node;

import io.fairway.dataplane.forward.ForwarderAdapter;
import io.fairway.dataplane.io.Doorbell;
import io.fairway.dataplane.io.Poller;

/** Brings what the forwarder says to the controller's actors: sleeps until the bell rings, never forwards a packet. */
final class ControllerThread implements Runnable, AutoCloseable {
    private static final int MESSAGES_PER_TURN = 256;
    private static final long SLEEP_NS = 10_000_000;

    private final ForwarderAdapter adapter;
    private final Doorbell bell;
    private final Poller poller;
    private volatile boolean running = true;

    ControllerThread(final ForwarderAdapter adapter, final Doorbell bell) {
        this.adapter = adapter;
        this.bell = bell;
        poller = new Poller(new int[] {bell.fd()});
    }

    @Override
    public void run() {
        try {
            while (running) {
                if (adapter.poll(MESSAGES_PER_TURN) == 0) {
                    sleep();
                }
            }
        } catch (final RuntimeException e) {
            NodeMain.defect(e);
        }
    }

    private void sleep() {
        bell.arm();
        if (adapter.poll(MESSAGES_PER_TURN) == 0) {
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
