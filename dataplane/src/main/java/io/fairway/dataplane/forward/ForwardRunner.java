package io.fairway.dataplane.forward;

import io.fairway.dataplane.io.Doorbell;
import io.fairway.dataplane.io.PacketPort;
import io.fairway.dataplane.io.Poller;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;

/**
 * The forwarder thread's loop: turns as long as there is work; after an empty one it sleeps until a frame arrives, the
 * bell rings or a short time has passed. What polls its own memory (the crossing) decides how short. Interrupting the
 * thread, or {@link #close}, ends it.
 */
public final class ForwardRunner implements Runnable, AutoCloseable {
    /** Longest sleep of a node without a partner. */
    public static final long SINGLE_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Longest sleep of a node to which frames can cross: the fabric rings no bell. */
    public static final long PAIRED_TIMEOUT_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private final Agent agent;
    private final Doorbell doorbell;
    private final Poller poller;
    private final long timeoutNs;
    private final Consumer<Throwable> errorHandler;

    private volatile boolean running = true;

    /**
     * @param agent the forwarder
     * @param ports whose frames wake it
     * @param doorbell rung by whoever sends it commands
     * @param timeoutNs longest sleep: {@link #SINGLE_TIMEOUT_NS} or {@link #PAIRED_TIMEOUT_NS}
     * @param errorHandler told of an exception of a turn: a defect, after which the thread ends
     */
    public ForwardRunner(
            final Agent agent,
            final List<? extends PacketPort> ports,
            final Doorbell doorbell,
            final long timeoutNs,
            final Consumer<Throwable> errorHandler) {
        this.agent = agent;
        this.doorbell = doorbell;
        this.timeoutNs = timeoutNs;
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
                if (agent.doWork() == 0) {
                    sleep();
                }
            }
        } catch (final Exception | Error e) {
            errorHandler.accept(e);
        } finally {
            agent.onClose();
        }
    }

    private void sleep() throws Exception {
        doorbell.arm();
        // Work that came before the bell was armed rang nothing.
        if (agent.doWork() == 0) {
            poller.await(timeoutNs);
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
