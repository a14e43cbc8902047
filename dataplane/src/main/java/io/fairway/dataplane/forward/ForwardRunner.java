package io.fairway.dataplane.forward;

import io.fairway.dataplane.io.Doorbell;
import io.fairway.dataplane.io.PacketPort;
import io.fairway.dataplane.io.Poller;
import java.util.List;
import java.util.function.Consumer;

/**
 * The forwarder thread's loop: turns as long as there is work; after an empty one it sleeps until a frame arrives, the
 * bell rings or a short time has passed. Interrupting the thread, or {@link #close}, ends it.
 */
public final class ForwardRunner implements Runnable, AutoCloseable {
    private final ForwardAgent agent;
    private final Doorbell doorbell;
    private final Poller poller;
    private final Consumer<Throwable> errorHandler;

    private final Poller napper = new Poller(new int[0]);
    private final WakeModeration moderation = new WakeModeration();

    private volatile boolean running = true;

    /**
     * @param agent the forwarder
     * @param ports whose frames wake it
     * @param doorbell rung by whoever sends it commands
     * @param errorHandler told of an exception of a turn: a defect, after which the thread ends
     */
    public ForwardRunner(
            final ForwardAgent agent,
            final List<? extends PacketPort> ports,
            final Doorbell doorbell,
            final Consumer<Throwable> errorHandler) {
        this.agent = agent;
        this.doorbell = doorbell;
        this.errorHandler = errorHandler;
        final int[] fds = new int[ports.size() + 1];
        for (int i = 0; i < ports.size(); i++) {
            fds[i] = ports.get(i).fd();
        }
        fds[ports.size()] = doorbell.fd();
        poller = new Poller(fds);
    }

    @Override
    public void run() {
        try {
            agent.onStart();
            while (running && !Thread.currentThread().isInterrupted()) {
                final int work = agent.doWork();
                if (work == 0) {
                    sleep();
                } else {
                    nap(work);
                }
            }
        } catch (final RuntimeException | Error e) {
            errorHandler.accept(e);
        } finally {
            agent.onClose();
        }
    }

    private void nap(final int work) {
        final long napNs = moderation.napNs(work, System.nanoTime());
        if (napNs > 0) {
            napper.await(napNs);
        }
    }

    private void sleep() {
        doorbell.arm();
        // Work that came before the bell was armed rang nothing.
        if (agent.doWork() == 0) {
            poller.await(agent.sleepNs());
        }
        doorbell.disarm();
    }

    /** Ends the loop after its turn. */
    @Override
    public void close() {
        running = false;
        doorbell.ring();
    }
}
