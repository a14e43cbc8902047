package io.fairway.cluster.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.Lab;
import io.fairway.model.config.Router;
import io.fairway.model.wire.IpProtocol;
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

/** The port pools against a naive model, and the two nodes of a pair against each other. */
class PortsTest {
    private static final long REST_NS = 50;

    @Property(tries = 200)
    void wayportsFollowTheModel(@ForAll final long seed) {
        // 16 ports: 8 even local ones times 8 odd remote ones, or half of that for a node of a pair.
        checkAgainstModel(seed, new WayportAllocator(1, 2, 16, REST_NS), 32);
    }

    @Property(tries = 200)
    void natPortsFollowTheModel(@ForAll final long seed) {
        checkAgainstModel(seed, new NatPool(0, 2, 40, REST_NS), 20);
    }

    @Example
    void twoNodesNeverChooseTheSame() {
        final Set<Integer> wayports = new HashSet<>();
        final Set<Integer> natPorts = new HashSet<>();
        for (int node = 0; node < 2; node++) {
            final WayportAllocator couples = new WayportAllocator(node, 2, REST_NS);
            final NatPool ports = new NatPool(node, 2, REST_NS);
            for (int i = 0; i < 30_000; i++) {
                final int couple = couples.allocate(0);
                assertThat(WayportAllocator.local(couple)).isEven().isBetween(16384, 65535);
                assertThat(WayportAllocator.remote(couple)).isOdd().isBetween(16384, 65535);
                assertThat(wayports.add(couple)).isTrue();
                assertThat(natPorts.add(ports.allocate(0))).isTrue();
            }
        }
    }

    @Example
    void aTransferredBindingOutlivesItsFirstSession() {
        final Router router = Lab.authority("127.0.0.2", "127.0.0.3").router("east");
        final PortLedger ledger = new PortLedger(router, 0, () -> 0);
        assertThat(ledger.lendNatPort(1, Lab.DMZ, IpProtocol.UDP)).isPositive();
        ledger.transfer(1, 2);
        ledger.release(1);
        assertThat(ledger.holds(1)).isFalse();
        assertThat(ledger.holds(2)).isTrue();
    }

    private static void checkAgainstModel(final long seed, final PortPool pool, final int capacity) {
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
                assertThat(value == PortPool.NONE).as("seed " + seed).isEqualTo(taken.size() == capacity);
                if (value != PortPool.NONE) {
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
