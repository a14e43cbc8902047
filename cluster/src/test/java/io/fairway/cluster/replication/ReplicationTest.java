package io.fairway.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.DirectBuffer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.Materializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nothing that the graph or the standby installer has taken is lost or overtaken, whatever says "full". */
class ReplicationTest {
    private final ActorTestKit kit = ActorTestKit.create();
    private final Retries retries = new Retries();

    @AfterEach
    void close() {
        kit.shutdownTestKit();
        retries.close();
    }

    @Test
    void aStubbornJournalGetsEveryChangeInOrder() {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        final List<Long> published = new CopyOnWriteArrayList<>();
        final SessionJournal journal = SessionJournal.of(
                (record, offset, length) -> false,
                (id, version) -> {
                    if (random.nextInt(20) == 0) {
                        throw new IllegalStateException("a journal may fail too, seed " + seed);
                    }
                    return random.nextInt(3) > 0 && published.add(id);
                },
                bucket -> false);
        final ReplicationGraph graph =
                ReplicationGraph.start(journal, retries, 16, Materializer.createMaterializer(kit.system()));
        final List<Long> taken = new ArrayList<>();
        for (long id = 0; id < 2_000; id++) {
            if (graph.offer(new SessionChange.Delete(id, 1))) {
                taken.add(id);
            }
        }
        graph.drain().toCompletableFuture().join();

        assertThat(published).as("seed " + seed).isEqualTo(taken);
        assertThat(graph.offer(new SessionChange.Delete(1, 1))).isFalse();
    }

    @Test
    void aRefusedStandbyEntryIsTriedAgainWhileItsRecordLives() {
        final Map<Long, byte[]> replica = new ConcurrentHashMap<>();
        final List<Long> installs = new CopyOnWriteArrayList<>();
        final SessionInstaller installer = SessionInstaller.of(
                (record, offset, length, pendingId) -> installs.add(id(record, offset)),
                (pendingId, reason, answer) -> true,
                sessionId -> true,
                (record, offset, length) -> true,
                sessionId -> true);
        final StandbyInstaller standby =
                new StandbyInstaller(installer, ReplicaView.of(replica::get, c -> {}), retries);
        replica.put(7L, record(7, 1));

        standby.refused(7);
        standby.refused(8);

        await().until(() -> installs.equals(List.of(7L)));
    }

    @Test
    void whatTheForwarderCannotTakeComesLaterInItsNewestVersion() {
        final AtomicBoolean full = new AtomicBoolean(true);
        final Map<Long, byte[]> replica = new ConcurrentHashMap<>();
        final Map<Long, Integer> installed = new ConcurrentHashMap<>();
        final SessionInstaller installer = SessionInstaller.of(
                (record, offset, length, pendingId) -> {
                    if (!full.get()) {
                        installed.put(id(record, offset), version(record, offset));
                    }
                    return !full.get();
                },
                (pendingId, reason, answer) -> true,
                sessionId -> {
                    if (!full.get()) {
                        installed.remove(sessionId);
                    }
                    return !full.get();
                },
                (record, offset, length) -> true,
                sessionId -> true);
        final StandbyInstaller standby =
                new StandbyInstaller(installer, ReplicaView.of(replica::get, c -> {}), retries);
        for (int version = 1; version < 4; version++) {
            for (long id = 0; id < 500; id++) {
                replica.put(id, record(id, version));
                final var view = new org.agrona.concurrent.UnsafeBuffer(replica.get(id));
                standby.install(view, 0, view.capacity());
            }
        }
        for (long id = 0; id < 100; id++) {
            replica.remove(id);
            standby.remove(id);
        }
        assertThat(standby.waiting()).isEqualTo(500);
        full.set(false);
        await().until(() -> standby.waiting() == 0);

        assertThat(installed).hasSize(400);
        assertThat(installed.values()).containsOnly(3);
    }

    private static byte[] record(final long id, final int version) {
        final var buffer = new org.agrona.concurrent.UnsafeBuffer(new byte[300]);
        buffer.putInt(4, version);
        buffer.putLong(8, id);
        return buffer.byteArray();
    }

    private static long id(final DirectBuffer record, final int offset) {
        return record.getLong(offset + 8);
    }

    private static int version(final DirectBuffer record, final int offset) {
        return record.getInt(offset + 4);
    }
}
