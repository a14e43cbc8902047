package io.fairway.ha.sentinel;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps the controller's process of a node in two: starts it, says how it ended, starts it again. Its death closes no
 * gate and is told to nobody: the forwarder goes on. Runs on a thread of its own, at normal priority, as nothing here
 * is urgent.
 */
final class ControllerKeeper {
    private static final long STOP_PATIENCE_MS = 5_000;

    private final StateDirectory state;
    private final List<String> command;
    private final Consumer<String> log;
    private final BackOff backOff = new BackOff();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private boolean hasLived;
    private volatile boolean refuses;

    /** Starts the thread, which inherits the caller's priority, but nothing else yet. */
    ControllerKeeper(final StateDirectory state, final List<String> command, final Consumer<String> log) {
        this.state = state;
        this.command = List.copyOf(command);
        this.log = log;
        thread = Thread.ofPlatform().daemon().name("controller-keeper").start(this::run);
    }

    /** Lets the controller start. */
    void begin() {
        begun.countDown();
    }

    /** Whether the controller cannot run as it is configured: it said so the first time that it was started. */
    boolean refuses() {
        return refuses;
    }

    private void run() {
        try {
            begun.await();
            boolean again = true;
            while (again) {
                final long startedNs = System.nanoTime();
                live();
                again = !isStopping() && !refuses && !stopsWithin(backOff.afterLifeOf(System.nanoTime() - startedNs));
            }
        } catch (final InterruptedException e) {
            // The stop.
        } finally {
            deletePid();
            stopped.countDown();
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private boolean stopsWithin(final long waitNs) throws InterruptedException {
        log.accept("starting the controller again in " + waitNs / 1_000_000 + " ms");
        return stopping.await(waitNs, TimeUnit.NANOSECONDS);
    }

    /** One life of the controller; what keeps it from starting is a short one. */
    private void live() throws InterruptedException {
        try {
            final NodeProcess orphan = orphan();
            try (NodeProcess controller = orphan == null ? start() : orphan) {
                watch(controller);
            }
        } catch (final IOException e) {
            log.accept("the controller cannot be started: " + e.getMessage());
        }
    }

    /** A controller that outlived an earlier sentinel, or null. */
    private NodeProcess orphan() throws IOException {
        final long pid = StateDirectory.readPid(state.controllerPid());
        try (FileLock lock = state.lockController()) {
            if (lock != null || pid == 0) {
                return null;
            }
        }
        final NodeProcess found = NodeProcess.adopt(pid);
        if (found != null) {
            log.accept("the controller's process " + pid + " outlived its sentinel; watching it");
        }
        return found;
    }

    private NodeProcess start() throws IOException {
        final NodeProcess started = NodeProcess.start(command, state.nodeLog());
        log.accept("started the controller, process " + started.pid());
        try {
            Files.writeString(state.controllerPid(), started.pid() + "\n");
        } catch (final IOException e) {
            log.accept("should this sentinel die, the next one will not find the controller: " + e.getMessage());
        }
        return started;
    }

    private void watch(final NodeProcess process) throws InterruptedException {
        try {
            process.awaitEnd(Long.MAX_VALUE);
        } catch (final InterruptedException e) {
            process.terminate();
            if (!process.awaitEnd(STOP_PATIENCE_MS)) {
                log.accept("the controller did not stop within " + STOP_PATIENCE_MS / 1_000 + " s; killing it");
                process.kill();
                process.awaitEnd(Long.MAX_VALUE);
            }
        }
        log.accept("the controller's process " + process.pid() + " ended with "
                + NodeProcess.describe(process.exitCode())
                + (isStopping() ? "" : "; the forwarder goes on with established sessions"));
        refuses = !hasLived && process.exitCode() == ExitCode.MISCONFIGURED;
        hasLived = true;
    }

    private void deletePid() {
        try {
            Files.deleteIfExists(state.controllerPid());
        } catch (final IOException e) {
            log.accept(state.controllerPid() + " stays behind: " + e.getMessage());
        }
    }

    /** Ends the controller in order; returns when it is gone. */
    void stop() throws InterruptedException {
        stopping.countDown();
        begun.countDown();
        thread.interrupt();
        stopped.await();
    }
}
