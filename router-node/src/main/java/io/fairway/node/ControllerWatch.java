package io.fairway.node;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** The forwarder's eye on its controller: says when it is gone, once. Runs on a daemon thread of its own. */
final class ControllerWatch implements AutoCloseable {
    private static final long POLL_NS = 100_000_000;

    private final LongSupplier controller;
    private final Logger log;
    private final Thread thread;
    private volatile boolean closed;
    private long missed;

    private ControllerWatch(final LongSupplier controller, final Logger log) {
        this.controller = controller;
        this.log = log;
        thread = Thread.ofPlatform().daemon().name("controller-watch").unstarted(this::run);
    }

    /** Starts watching the process that names itself last; 0 is nobody yet. */
    static ControllerWatch start(final LongSupplier controller, final Logger log) {
        final ControllerWatch watch = new ControllerWatch(controller, log);
        watch.thread.start();
        return watch;
    }

    private void run() {
        while (!closed) {
            final long pid = controller.getAsLong();
            if (pid != 0 && pid != missed && !Boundary.lives(pid)) {
                missed = pid;
                log.warn("the controller, process {}, is gone: established sessions go on, new ones wait for it", pid);
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
