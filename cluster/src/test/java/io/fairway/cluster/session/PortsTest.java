package io.fairway.cluster.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The wayports against a naive model, and the two nodes of a pair against each other. */
class PortsTest {
    private static final long REST_NS = 50;

    @Property(tries = 200)
    void wayportsFollowTheModel(@ForAll final long seed) {
        // 16 ports: 8 even local ones times 8 odd remote ones, or half of that for a node of a pair.
        checkAgainstModel(seed, new WayportAllocator(1, 2, 16, REST_NS), 32);
    }

    @Example
    void twoNodesNeverChooseTheSame() {
        final Set<Integer> wayports = new HashSet<>();
        for (int node = 0; node < 2; node++) {
            final WayportAllocator couples = new WayportAllocator(node, 2, REST_NS);
            for (int i = 0; i < 30_000; i++) {
                final int couple = couples.allocate(0);
                assertThat(WayportAllocator.local(couple)).isEven().isBetween(16384, 65535);
                assertThat(WayportAllocator.remote(couple)).isOdd().isBetween(16384, 65535);
                assertThat(wayports.add(couple)).isTrue();
            }
        }
    }

    private static void checkAgainstModel(final long seed, final WayportAllocator pool, final int capacity) {
        final Random random = new Random(seed);
        final Set<Integer> taken = new HashSet<>();
        final ArrayDeque<Map.Entry<Integer, Long>> resting = new ArrayDeque<>();
        final List<Integer> held = new ArrayList<>();
        final Map<Integer, Integer> lent = new HashMap<>();
        long nowNs = random.nextLong();
        for (int step = 0; step < 400; step++) {
            nowNs += random.nextInt(10);
            while (!resting.isEmpty() && resting.peek().getValue() - nowNs <= 0) {
                taken.remove(resting.poll().getKey());
            }
            if (random.nextInt(5) < 3) {
                final int value = pool.allocate(nowNs);
                assertThat(value == WayportAllocator.NONE).as("seed " + seed).isEqualTo(taken.size() == capacity);
                if (value != WayportAllocator.NONE) {
                    assertThat(taken.add(value)).as("seed " + seed).isTrue();
                    held.add(value);
                    lent.merge(value, 1, Integer::sum);
                }
            } else if (!held.isEmpty()) {
                final int value = held.remove(random.nextInt(held.size()));
                assertThat(pool.mark(value)).isFalse();
                pool.release(value, nowNs);
                resting.add(Map.entry(value, nowNs + REST_NS));
            }
        }
        assertThat(lent).hasSizeLessThanOrEqualTo(capacity);
    }
}
