package io.fairway.ha.journal;

import static io.fairway.ha.journal.Records.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fairway.dataplane.fabric.Fabric;
import io.fairway.dataplane.io.ThreadScheduling;
import io.fairway.model.config.Router;
import io.fairway.model.wire.IpAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two journals, each with its own thread and media driver, over real sockets. */
final class AeronJournalTest {
    private static final List<List<Router.FabricLink>> LINKS =
            List.of(links("127.21.1.1", "127.21.2.1"), links("127.21.1.2", "127.21.2.2"));

    @TempDir
    private Path folder;

    private final Fabric[] fabrics = new Fabric[2];
    private final TestNode[] nodes = new TestNode[2];
    private final AgentRunner[] runners = new AgentRunner[2];
    private long nextIncarnation = 1;

    private static List<Router.FabricLink> links(final String first, final String second) {
        return List.of(
                new Router.FabricLink("lo", IpAddress.parse(first)),
                new Router.FabricLink("lo", IpAddress.parse(second)));
    }

    private void start(final int id) throws IOException {
        fabrics[id] = Fabric.open(folder.resolve("aeron" + id), LINKS.get(id), LINKS.get(1 - id), 8_192);
        nodes[id] = new TestNode(id, nextIncarnation++, new FabricJournalLink(fabrics[id]), SystemNanoClock.INSTANCE);
        nodes[id].wakeUp = fabrics[id]::wake;
        runners[id] = new AgentRunner(
                fabrics[id].idleStrategy(),
                Throwable::printStackTrace,
                null,
                new CompositeAgent(fabrics[id], nodes[id].agent));
        AgentRunner.startOnThread(
                runners[id], loop -> Thread.ofPlatform().daemon(true).unstarted(() -> {
                    ThreadScheduling.timerSlackNs(1);
                    loop.run();
                }));
    }

    private void stop(final int id) {
        CloseHelper.closeAll(runners[id], fabrics[id]);
    }

    @AfterEach
    void stop() {
        stop(0);
        stop(1);
    }

    private void meet() {
        nodes[0].meets(nodes[1]);
        nodes[1].meets(nodes[0]);
        await().until(() -> nodes[0].agent.synced() && nodes[1].agent.synced());
    }

    private void putAll(final int node, final int first, final int count) {
        for (int i = first; i < first + count; i++) {
            while (!nodes[node].put(id(node, i), 1)) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void replicatesAndSurvivesRestarts() throws IOException {
        start(0);
        start(1);
        meet();
        putAll(0, 0, 20_000);
        putAll(1, 0, 20_000);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> nodes[0].replica.size() == 40_000 && nodes[1].replica.size() == 40_000);
        for (int restart = 1; restart <= 3; restart++) {
            stop(1);
            nodes[0].partnerAlive = false;
            nodes[0].ownsHome[1] = true;
            putAll(0, restart * 30_000, 1_000);
            start(1);
            nodes[1].ownsHome[1] = false;
            meet();
            final int expected = 40_000 + restart * 1_000;
            assertThat(nodes[1].replica.size()).isEqualTo(expected);
            assertThat(nodes[1].digests()).isEqualTo(nodes[0].digests());
            nodes[0].ownsHome[1] = false;
            nodes[1].ownsHome[1] = true;
        }
        assertThat(nodes[0].count(JournalCounters.Counter.CORRUPT_FRAMES)).isZero();
    }

    @Test
    void commitsWithinTheTimeOneAfterTheOther() throws IOException {
        start(0);
        start(1);
        meet();
        final int warmUp = 2_000;
        final int measured = 2_000;
        final long[] latenciesNs = new long[measured];
        for (int i = 0; i < warmUp + measured; i++) {
            final int before = nodes[0].committedCount();
            final long beginNs = System.nanoTime();
            nodes[0].put(id(0, i), 1);
            while (nodes[0].committedCount() == before) {
                LockSupport.parkNanos(5_000);
            }
            if (i >= warmUp) {
                latenciesNs[i - warmUp] = System.nanoTime() - beginNs;
            }
        }
        Arrays.sort(latenciesNs);
        System.out.printf(
                "commit: p50 %d us, p99 %d us, unsynced %d%n",
                latenciesNs[measured / 2] / 1_000,
                latenciesNs[measured * 99 / 100] / 1_000,
                nodes[0].count(JournalCounters.Counter.UNSYNCED));
        assertThat(nodes[0].replica.size()).isEqualTo(warmUp + measured);
        await().until(() -> nodes[1].replica.size() == warmUp + measured);
    }
}
