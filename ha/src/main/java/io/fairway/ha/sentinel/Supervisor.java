package io.fairway.ha.sentinel;

import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.ha.owner.EpochStore;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A sentinel's life: start the node, watch it, close its gate and tell the partner when it dies, start it again. Of a
 * node in two processes that is the forwarder's; a {@link ControllerKeeper} has the other one. The main thread runs it;
 * {@link #stop} comes from the signal's thread.
 */
final class Supervisor {
    private static final long POLL_NS = 1_000_000;
    private static final long REFRESH_NS = 100_000_000;

    /** A killed process's threads run no user code again; what may be left is a send under way in the kernel. */
    private static final long THREADS_PATIENCE_NS = 5_000_000;

    /** This thread may run before all others: it must leave the processor to those that are to die. */
    private static final long THREADS_POLL_NS = 100_000;

    private static final long BATCH_NS = 2_000_000;
    private static final long STOP_PATIENCE_MS = 10_000;
    private static final int REHEARSALS = 20;
    private static final long[] REPEAT_AFTER_NS = {1_000_000, 5_000_000};

    private final StateDirectory state;
    private final List<String> command;
    private final Consumer<String> log;
    private final OwnershipGate gate;
    private final DeathNotifier notifier;

    /** Null if the node is one process. */
    private final ControllerKeeper controller;

    private final BackOff backOff = new BackOff();
    private final CountDownLatch ended = new CountDownLatch(1);

    /** A child inherits its starter's priority; this thread keeps the normal one while the main thread may not. */
    private final ExecutorService starter = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("starter").factory());

    private final Thread mainThread = Thread.currentThread();
    private volatile boolean stopping;

    /**
     * @param command starts the node, or its forwarder
     * @param controller starts its controller; empty if the node is one process
     */
    Supervisor(
            final StateDirectory state,
            final List<String> command,
            final List<String> controller,
            final Consumer<String> log) {
        this.state = state;
        this.controller = controller.isEmpty() ? null : new ControllerKeeper(state, controller, log);
        this.command = List.copyOf(command);
        this.log = log;
        gate = OwnershipGate.map(state.gate());
        notifier = new DeathNotifier(state.plan(), log);
        starter.execute(() -> {});
    }

    /** Runs until the node must not be started again, and returns the sentinel's exit code. */
    int run() throws IOException, InterruptedException {
        try {
            NodeProcess node = orphan();
            if (controller != null) {
                controller.begin();
            }
            while (!stopping) {
                final long startedNs = System.nanoTime();
                node = node == null ? start() : node;
                final int exitCode = watch(node);
                node.close();
                node = null;
                if (exitCode == ExitCode.MISCONFIGURED || refuses()) {
                    log.accept("the node cannot run as it is configured, see "
                            + state.nodeLog().getFileName());
                    return ExitCode.MISCONFIGURED;
                }
                if (!stopping) {
                    pause(backOff.afterLifeOf(System.nanoTime() - startedNs));
                }
            }
            return 0;
        } finally {
            if (controller != null) {
                controller.stop();
            }
            starter.shutdown();
            Files.deleteIfExists(state.nodePid());
            Files.deleteIfExists(state.sentinelPid());
            ended.countDown();
        }
    }

    /** A node that outlived an earlier sentinel, or null. */
    private NodeProcess orphan() throws IOException {
        final long pid = StateDirectory.readPid(state.nodePid());
        try (var lock = state.lockNode()) {
            if (lock != null || pid == 0) {
                return null;
            }
        }
        final NodeProcess node = NodeProcess.adopt(pid);
        if (node != null) {
            log.accept("the node's process " + pid + " outlived its sentinel; watching it");
        }
        return node;
    }

    private NodeProcess start() throws IOException, InterruptedException {
        final NodeProcess node;
        try {
            node = starter.submit(() -> NodeProcess.start(command, state.nodeLog()))
                    .get();
        } catch (final ExecutionException e) {
            throw new IOException("the node cannot be started: " + e.getCause().getMessage(), e);
        }
        Files.writeString(state.nodePid(), node.pid() + "\n");
        log.accept("started the node, process " + node.pid());
        return node;
    }

    private int watch(final NodeProcess node) throws InterruptedException {
        long refreshDeadlineNs = System.nanoTime();
        int rehearsals = 0;
        while (!node.exiting()) {
            if (stopping || refuses()) {
                return stopNode(node);
            }
            if (System.nanoTime() - refreshDeadlineNs >= 0) {
                notifier.refresh();
                if (rehearsals < REHEARSALS) {
                    rehearsals++;
                    rehearse(node);
                }
                refreshDeadlineNs = System.nanoTime() + REFRESH_NS;
            }
            LockSupport.parkNanos(POLL_NS);
        }
        final long seenNs = System.nanoTime();
        gate.closeBySentinel();
        // One moment for a send that passed the gate just before.
        LockSupport.parkNanos(THREADS_POLL_NS);
        boolean all = node.allThreadsExiting();
        while (!all && System.nanoTime() - seenNs < THREADS_PATIENCE_NS) {
            LockSupport.parkNanos(THREADS_POLL_NS);
            all = node.allThreadsExiting();
        }
        tellPartner(
                "the node's process " + node.pid() + " is exiting" + (all ? "" : ", not all its threads yet"), seenNs);
        node.awaitEnd(Long.MAX_VALUE);
        log.accept("the node's process " + node.pid() + " ended with " + NodeProcess.describe(node.exitCode()));
        return node.exitCode();
    }

    private boolean refuses() {
        return controller != null && controller.refuses();
    }

    /** What counts at a death must not run for the first time then. */
    private void rehearse(final NodeProcess node) {
        node.allThreadsExiting();
        EpochStore.readIncarnation(state.epochs());
    }

    /** A planned stop: the gate closes and the partner takes over before the node begins to stop. */
    private int stopNode(final NodeProcess node) throws InterruptedException {
        final long seenNs = System.nanoTime();
        gate.closeBySentinel();
        // A batch that passed the gate just before may still be on its way to the kernel.
        LockSupport.parkNanos(BATCH_NS);
        tellPartner("stopping the node, process " + node.pid(), seenNs);
        if (controller != null) {
            controller.stop();
        }
        node.terminate();
        if (!node.awaitEnd(STOP_PATIENCE_MS)) {
            log.accept("the node did not stop within " + STOP_PATIENCE_MS / 1_000 + " s; killing it");
            node.kill();
            node.awaitEnd(Long.MAX_VALUE);
        }
        log.accept("the node's process " + node.pid() + " ended with " + NodeProcess.describe(node.exitCode()));
        return 0;
    }

    private void tellPartner(final String what, final long seenNs) {
        final long incarnation = EpochStore.readIncarnation(state.epochs());
        if (notifier.paths() == 0) {
            notifier.refresh();
        }
        if (incarnation == 0 || notifier.paths() == 0) {
            log.accept(what + "; gate closed, no partner to tell");
            return;
        }
        final int sent = notifier.send(incarnation);
        final long tookUs = (System.nanoTime() - seenNs) / 1_000;
        log.accept(what + "; gate closed, death notice of incarnation " + incarnation + " sent on " + sent + " of "
                + notifier.paths() + " paths after " + tookUs + " us");
        for (final long waitNs : REPEAT_AFTER_NS) {
            LockSupport.parkNanos(waitNs);
            notifier.send(incarnation);
        }
    }

    private void pause(final long waitNs) {
        log.accept("starting the node again in " + waitNs / 1_000_000 + " ms");
        final long deadlineNs = System.nanoTime() + waitNs;
        for (long leftNs = waitNs; leftNs > 0 && !stopping; leftNs = deadlineNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
    }

    /** Ends the node and this sentinel; returns when both are done, or after a patience. */
    void stop() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(mainThread);
        ended.await(STOP_PATIENCE_MS + 5_000, TimeUnit.MILLISECONDS);
    }
}
