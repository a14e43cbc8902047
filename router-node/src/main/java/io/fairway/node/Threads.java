package io.fairway.node;

import java.util.concurrent.TimeUnit;

/** Starts the node's own threads; each ends when the node closes, and its end is waited for. */
final class Threads {
    private static final long JOIN_MS = TimeUnit.SECONDS.toMillis(3);

    private Threads() {}

    /**
     * Starts a thread.
     *
     * @param stopper ends the thread's loop
     * @param body what the thread runs
     */
    static void start(final String name, final CloseStack opened, final AutoCloseable stopper, final Runnable body) {
        final Thread thread = Thread.ofPlatform().name(name).daemon(true).unstarted(body);
        opened.add(() -> {
            stopper.close();
            thread.join(JOIN_MS);
        });
        thread.start();
    }
}
