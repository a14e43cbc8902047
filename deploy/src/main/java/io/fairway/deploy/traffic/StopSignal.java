package io.fairway.deploy.traffic;

/** Tells a program's loop that SIGTERM or SIGINT came, and keeps the JVM alive until the loop has reported. */
final class StopSignal {
    private static final long REPORT_WAIT_MS = 3_000;

    private volatile boolean stopped;

    /** Watches for signals on behalf of the calling thread. */
    StopSignal() {
        final Thread program = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(program)));
    }

    boolean stopped() {
        return stopped;
    }

    private void stop(final Thread program) {
        stopped = true;
        try {
            program.join(REPORT_WAIT_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
