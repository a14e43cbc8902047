package io.fairway.cluster.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The graph that feeds the journal: a bounded queue of changes, batched while the journal is busy and passed on at once
 * while it is not (no timer: a first packet waits for this), then published in order. A full journal is tried again
 * until it takes the change; meanwhile the batch and then the queue fill up, and {@link #offer} says no. Nothing that
 * was taken is lost, and no dispatcher thread waits.
 */
public final class ReplicationGraph {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicationGraph.class);
    private static final int MAX_BATCH = 256;

    private final SessionJournal journal;
    private final Retries retries;
    private final BoundedSourceQueue<SessionChange> queue;
    private final CompletionStage<Done> finished;

    private ReplicationGraph(
            final SessionJournal journal, final Retries retries, final int capacity, final Materializer materializer) {
        this.journal = journal;
        this.retries = retries;
        final var running = Source.<SessionChange>queue(capacity)
                .via(batched())
                .mapAsync(1, this::publish)
                .toMat(Sink.ignore(), Keep.both())
                .run(materializer);
        queue = running.first();
        finished = running.second();
    }

    /**
     * Starts the graph.
     *
     * @param capacity changes that may wait
     */
    public static ReplicationGraph start(
            final SessionJournal journal, final Retries retries, final int capacity, final Materializer materializer) {
        return new ReplicationGraph(journal, retries, capacity, materializer);
    }

    /** Takes a change; false: full, it was not taken. Any thread; changes of one thread keep their order. */
    public boolean offer(final SessionChange change) {
        return queue.offer(change) == QueueOfferResult.enqueued();
    }

    /** Takes no more changes; complete when all that were taken are published. */
    public CompletionStage<Done> drain() {
        if (!queue.isCompleted()) {
            queue.complete();
        }
        return finished;
    }

    private static Flow<SessionChange, List<SessionChange>, NotUsed> batched() {
        return Flow.<SessionChange>create()
                .batch(
                        MAX_BATCH,
                        first -> {
                            final List<SessionChange> batch = new ArrayList<>();
                            batch.add(first);
                            return batch;
                        },
                        (batch, change) -> {
                            batch.add(change);
                            return batch;
                        });
    }

    private CompletionStage<Done> publish(final List<SessionChange> batch) {
        final CompletableFuture<Done> done = new CompletableFuture<>();
        publishFrom(batch, 0, done);
        return done;
    }

    private void publishFrom(final List<SessionChange> batch, final int first, final CompletableFuture<Done> done) {
        int at = first;
        while (at < batch.size() && taken(batch.get(at))) {
            at++;
        }
        if (at == batch.size()) {
            done.complete(Done.getInstance());
        } else {
            final int next = at;
            retries.later(() -> publishFrom(batch, next, done));
        }
    }

    private boolean taken(final SessionChange change) {
        try {
            return change.publish(journal);
        } catch (final RuntimeException e) {
            LOG.error("the journal failed; the change is tried again", e);
            return false;
        }
    }
}
