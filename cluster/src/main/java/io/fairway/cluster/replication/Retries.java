package io.fairway.cluster.replication;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One daemon thread that runs short tasks a little later: what met a full ring. It sleeps while there is nothing to try
 * again. Pekko's scheduler ticks every 10 ms, five times the commit bound, hence this.
 */
public final class Retries implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

    /** How long to wait before trying again. */
    public static final long DELAY_US = 200;

    private final ScheduledThreadPoolExecutor executor;

    /** Starts the thread when it is first needed. */
    public Retries() {
        executor = new ScheduledThreadPoolExecutor(
                1,
                Thread.ofPlatform().name("fairway-retries").daemon().factory(),
                new ThreadPoolExecutor.DiscardPolicy());
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs a short task that does not block, {@link #DELAY_US} from now; after close, never. */
    public void later(final Runnable task) {
        later(task, DELAY_US);
    }

    /** Runs a short task that does not block, so many microseconds from now; after close, never. */
    public void later(final Runnable task, final long delayUs) {
        final var unused = executor.schedule(() -> run(task), delayUs, TimeUnit.MICROSECONDS);
    }

    private static void run(final Runnable task) {
        try {
            task.run();
        } catch (final RuntimeException e) {
            LOG.error("a retry failed", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
