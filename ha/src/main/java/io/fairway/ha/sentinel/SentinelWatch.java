package io.fairway.ha.sentinel;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The node's eye on its sentinel. A node without one goes on (see the package's text); this says so, once per change.
 * Runs on a daemon thread of its own.
 */
public final class SentinelWatch implements AutoCloseable {
    private static final long POLL_NS = 100_000_000;

    private final StateDirectory state;
    private final Consumer<String> log;
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean present = true;

    private SentinelWatch(final StateDirectory state, final Consumer<String> log) {
        this.state = state;
        this.log = log;
        thread = Thread.ofPlatform().daemon().name("sentinel-watch").unstarted(this::run);
    }

    /** Starts watching. */
    public static SentinelWatch start(final StateDirectory state, final Consumer<String> log) {
        final SentinelWatch watch = new SentinelWatch(state, log);
        watch.thread.start();
        return watch;
    }

    private void run() {
        while (!closed) {
            look();
            LockSupport.parkNanos(POLL_NS);
        }
    }

    private void look() {
        final long pid = StateDirectory.readPid(state.sentinelPid());
        final boolean now =
                pid != 0 && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        if (now != present) {
            present = now;
            log.accept(
                    now
                            ? "the sentinel is there, process " + pid
                            : "no sentinel: this node goes on, but nobody restarts it, and its death would be found"
                                    + " by the end of its lease only");
        }
    }

    /** Whether there is a sentinel. Any thread. */
    public boolean present() {
        return present;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
