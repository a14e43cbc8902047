package io.fairway.dataplane.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fairway.model.config.Router;
import io.fairway.model.wire.IpAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes' fabrics on loopback addresses, over real sockets. */
final class FabricTest {
    private static final int MTU_BYTES = 8_192;
    private static final List<Router.FabricLink> ONE = links("127.20.1.1", "127.20.2.1");
    private static final List<Router.FabricLink> TWO = links("127.20.1.2", "127.20.2.2");

    @TempDir
    private Path folder;

    private final List<AgentRunner> runners = new ArrayList<>();
    private Fabric one;
    private Fabric two;
    private Crossing here;
    private Crossing there;
    private final UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(70_000));

    private int arrivedLength;
    private int arrivedInterface;
    private int arrivedBucket;
    private int arrivedEpoch;
    private int arrivedOffset;
    private boolean arrivedWhole;
    private final Crossing.CrossingHandler remember = (interfaceIndex, bucket, epoch, buffer, vnetOffset, length) -> {
        arrivedInterface = interfaceIndex;
        arrivedBucket = bucket;
        arrivedEpoch = epoch;
        arrivedLength = length;
        arrivedOffset = vnetOffset;
        arrivedWhole = true;
        for (int i = 0; i < length + 10; i++) {
            arrivedWhole &= buffer.getByte(vnetOffset + i) == frame.getByte(i);
        }
        buffer.setMemory(vnetOffset - 320, length + 10 + 320 + 64, (byte) -1);
    };

    private static List<Router.FabricLink> links(final String first, final String second) {
        return List.of(
                new Router.FabricLink("lo", IpAddress.parse(first)),
                new Router.FabricLink("lo", IpAddress.parse(second)));
    }

    @BeforeEach
    void open() throws IOException {
        one = run(Fabric.open(folder.resolve("one"), ONE, TWO, MTU_BYTES));
        two = run(Fabric.open(folder.resolve("two"), TWO, ONE, MTU_BYTES));
        here = new Crossing(one);
        there = new Crossing(two);
        for (int i = 0; i < frame.capacity(); i++) {
            frame.putByte(i, (byte) (i * 31 + (i >> 8)));
        }
        cross(1, 2, 3, 100);
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
        runners.forEach(AgentRunner::close);
        one.close();
        two.close();
    }

    private Fabric run(final Fabric fabric) {
        final AgentRunner runner = new AgentRunner(fabric.idleStrategy(), Throwable::printStackTrace, null, fabric);
        AgentRunner.startOnThread(runner);
        runners.add(runner);
        return fabric;
    }

    /** Closes the second node's fabric, and its thread before it. */
    private void closeTwo() {
        there.close();
        runners.removeLast().close();
        two.close();
    }

    private void cross(final int interfaceIndex, final int bucket, final int epoch, final int length) {
        arrivedLength = 0;
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> here.send(interfaceIndex, bucket, epoch, frame, 0, length));
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> there.poll(remember, 10) > 0);
        assertThat(arrivedLength).isEqualTo(length);
        assertThat(arrivedInterface).isEqualTo(interfaceIndex);
        assertThat(arrivedBucket).isEqualTo(bucket);
        assertThat(arrivedEpoch).isEqualTo(epoch);
        assertThat(arrivedOffset).isGreaterThanOrEqualTo(320);
        assertThat(arrivedWhole).isTrue();
    }

    @Test
    void carriesFramesAndSuperFramesUnchanged() {
        for (final int length : new int[] {14, 60, 1_514, 8_000, 8_160, 8_200, 20_000, 65_553, 66_000}) {
            cross(7, 511, -5, length);
        }
        assertThat(there.malformed() + there.incomplete()).isZero();
    }

    @Test
    void keepsEveryFrameOfOnePollApart() {
        for (int i = 0; i < 20; i++) {
            final int length = 2_000 + i;
            await().until(() -> here.send(0, length - 2_000, 9, frame, 0, length));
        }
        final int[] next = {0};
        await().until(() -> {
            final int[] offsets = new int[21];
            final int[] count = {0};
            there.poll(
                    (interfaceIndex, bucket, epoch, buffer, vnetOffset, length) -> {
                        assertThat(bucket).isEqualTo(next[0]++);
                        assertThat(length).isEqualTo(2_000 + bucket);
                        offsets[count[0]++] = vnetOffset;
                        if (count[0] > 1) {
                            assertThat(vnetOffset - 320).isGreaterThan(offsets[count[0] - 2] + 10 + length - 1 + 64);
                        }
                    },
                    64);
            return next[0] == 20;
        });
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThat(here.send(0, 0, 0, frame, 0, 69_000)).isFalse();
        assertThat(here.refused()).isPositive();
    }

    @Test
    void takesTheOtherLinkWhenOneIsDeclaredDownOrIsCut() throws IOException {
        one.linkUp(0, false);
        cross(1, 1, 1, 500);
        one.linkUp(0, true);
        one.linkUp(1, false);
        cross(1, 1, 2, 500);
        closeTwo();
        final List<Router.FabricLink> onlySecond = TWO.subList(1, 2);
        two = run(Fabric.open(folder.resolve("two"), onlySecond, ONE.subList(1, 2), MTU_BYTES));
        there = new Crossing(two);
        final long before = there.received();
        await().until(() -> {
            here.send(1, 1, 3, frame, 0, 500);
            there.poll(remember, 100);
            return there.received() > before;
        });
    }

    @Test
    void survivesAnyNumberOfPartnerRestarts() throws IOException {
        for (int restart = 0; restart < 4; restart++) {
            closeTwo();
            two = run(Fabric.open(folder.resolve("two"), TWO, ONE, MTU_BYTES));
            there = new Crossing(two);
            final int epoch = restart;
            await().pollInterval(Duration.ofMillis(2)).until(() -> {
                here.send(1, 1, epoch, frame, 0, 40_000);
                there.poll(remember, 100);
                return there.received() > 3;
            });
            await().pollInterval(Duration.ofMillis(2)).until(() -> {
                there.send(1, 1, epoch, frame, 0, 40_000);
                return here.poll(remember, 100) > 0 && arrivedEpoch == epoch;
            });
        }
        assertThat(one.aeron().isClosed()).isFalse();
    }

    @Test
    void worksWithoutLinks() throws IOException {
        try (Fabric alone = Fabric.open(folder.resolve("alone"), List.of(), List.of(), MTU_BYTES);
                AgentRunner runner = new AgentRunner(alone.idleStrategy(), Throwable::printStackTrace, null, alone);
                Crossing nowhere = new Crossing(alone);
                var publication = alone.ipcPublication(11);
                var subscription = alone.ipcSubscription(11)) {
            AgentRunner.startOnThread(runner);
            assertThat(nowhere.send(0, 0, 0, frame, 0, 100)).isFalse();
            assertThat(nowhere.poll(remember, 10)).isZero();
            final int[] length = {0};
            await().until(() -> publication.offer(frame, 0, 16_000) > 0);
            await().until(() -> subscription.poll((buffer, offset, bytes, header) -> length[0] = bytes, 1) == 1);
            assertThat(length[0]).as("not fragmented").isEqualTo(16_000);
        }
    }

    @Test
    void allocatesNothingPerFrame() {
        final var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        exchange(20_000);
        final long before = threads.getCurrentThreadAllocatedBytes();
        exchange(50_000);
        // The JVM may link a rarely taken branch meanwhile, once; one byte a frame would be more.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(50_000);
    }

    private void exchange(final int count) {
        final long deadlineNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        int taken = 0;
        for (int i = 0; taken < count && System.nanoTime() - deadlineNs < 0; i++) {
            here.send(1, 1, 1, frame, 0, i % 50 == 0 ? 60_000 : 200);
            taken += there.poll(remember, 64);
        }
        assertThat(taken).isGreaterThanOrEqualTo(count);
    }
}
