package io.fairway.cluster.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.SourceNatPool;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
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

/** Source NAT against a naive model, and its promises: many sessions, no rate, the client's own port. */
class NatPoolTest {
    private static final long REST_NS = 50;
    private static final IpAddress NAT = IpAddress.parse("203.0.113.1");
    private static final IpAddress SERVER = IpAddress.parse("198.51.100.80");

    private final NatBindings bindings = new NatBindings(REST_NS, 4_711);

    @Property(tries = 200)
    void lendsWhatTheModelHasFree(@ForAll final long seed) {
        final Random random = new Random(seed);
        final SourceNatPool addresses = pool(1 + random.nextInt(3), 2_000, 2_015);
        final int nodeId = random.nextInt(2);
        final NatPool pool = new NatPool(addresses, nodeId, 2);
        final Model model = new Model(new NatBindings(REST_NS, seed), addresses, 2_000 + 8 * nodeId);
        final List<FiveTuple> held = new ArrayList<>();
        long nowNs = random.nextLong();
        for (int step = 0; step < 300; step++) {
            nowNs += random.nextInt(8);
            model.tick(nowNs);
            final FiveTuple wanted = new FiveTuple(
                    client(random.nextInt(40)),
                    SERVER,
                    1_996 + random.nextInt(24),
                    80 + random.nextInt(2),
                    random.nextBoolean() ? IpProtocol.TCP : IpProtocol.UDP);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    final FiveTuple lent = pool.lend(wanted, model.bindings);
                    model.check(wanted, lent, "seed " + seed + ", step " + step);
                    if (lent != null) {
                        model.taken.add(lent);
                        model.resting.remove(lent);
                        held.add(lent);
                    }
                }
                case 2 -> {
                    // From before a restart, or the partner's.
                    final FiveTuple noted = new FiveTuple(
                            addresses.address(random.nextInt(addresses.size())),
                            SERVER,
                            2_000 + random.nextInt(16),
                            80,
                            IpProtocol.TCP);
                    assertThat(model.bindings.take(model.bindings.key(noted)))
                            .as("seed " + seed)
                            .isEqualTo(model.taken.add(noted));
                    model.resting.remove(noted);
                }
                default -> {
                    if (!held.isEmpty()) {
                        final FiveTuple released = held.remove(random.nextInt(held.size()));
                        model.bindings.release(model.bindings.key(released), nowNs);
                        model.taken.remove(released);
                        model.resting.put(released, nowNs + REST_NS);
                    }
                }
            }
            assertThat(model.bindings.size()).isEqualTo(model.taken.size());
        }
    }

    /** Tuples by themselves, not by their hashes. */
    private static final class Model {
        private final NatBindings bindings;
        private final SourceNatPool addresses;
        private final int firstPort;
        private final Set<FiveTuple> taken = new HashSet<>();
        private final Map<FiveTuple, Long> resting = new HashMap<>();

        private Model(final NatBindings bindings, final SourceNatPool addresses, final int firstPort) {
            this.bindings = bindings;
            this.addresses = addresses;
            this.firstPort = firstPort;
        }

        private void tick(final long nowNs) {
            bindings.tick(nowNs);
            resting.values().removeIf(deadlineNs -> deadlineNs - nowNs <= 0);
        }

        private void check(final FiveTuple wanted, final FiveTuple lent, final String description) {
            if (lent == null) {
                for (int i = 0; i < addresses.size(); i++) {
                    assertThat(at(wanted, addresses.address(i))).as(description).allMatch(taken::contains);
                }
                return;
            }
            assertThat(at(wanted, lent.source())).as(description).contains(lent);
            assertThat(addresses.contains(lent.source())).isTrue();
            assertThat(taken).as(description).doesNotContain(lent);
            if (resting.containsKey(lent)) {
                assertThat(at(wanted, lent.source()))
                        .as(description)
                        .noneMatch(tuple -> !taken.contains(tuple) && !resting.containsKey(tuple));
            }
            final FiveTuple own = with(wanted, lent.source(), wanted.sourcePort());
            if (at(wanted, lent.source()).contains(own) && !taken.contains(own) && !resting.containsKey(own)) {
                assertThat(lent).as(description).isEqualTo(own);
            }
        }

        private List<FiveTuple> at(final FiveTuple wanted, final IpAddress address) {
            final List<FiveTuple> all = new ArrayList<>();
            for (int port = firstPort; port < firstPort + 8; port++) {
                all.add(with(wanted, address, port));
            }
            return all;
        }
    }

    @Example
    void theTwoHalvesOfAPairAreDisjoint() {
        final SourceNatPool whole = SourceNatPool.of("wan", NAT);
        final Set<FiveTuple> lent = new HashSet<>();
        for (int node = 0; node < 2; node++) {
            final NatPool half = new NatPool(whole, node, 2);
            final NatBindings own = new NatBindings(REST_NS, node);
            for (int i = 0; i < 30_000; i++) {
                assertThat(lent.add(half.lend(tuple(client(i), 5_060, 53), own)))
                        .isTrue();
            }
        }
        assertThat(lent)
                .allMatch(tuple -> tuple.sourcePort() >= 1024 && tuple.source().equals(NAT));
    }

    @Example
    void aClientKeepsItsPortUnlessItIsTakenTowardsTheSameServer() {
        final NatPool pool = new NatPool(SourceNatPool.of("wan", NAT), 0, 1);
        assertThat(pool.lend(tuple(client(1), 5_060, 53), bindings).sourcePort())
                .isEqualTo(5_060);
        assertThat(pool.lend(tuple(client(2), 5_060, 53), bindings).sourcePort())
                .as("the next one")
                .isEqualTo(5_061);
        assertThat(pool.lend(tuple(client(2), 5_060, 54), bindings).sourcePort())
                .isEqualTo(5_060);
        assertThat(pool.lend(tuple(client(3), 80, 53), bindings).sourcePort())
                .as("not a port of the pool")
                .isGreaterThanOrEqualTo(1024);
        final NatPool upper = new NatPool(SourceNatPool.of("wan", NAT), 1, 2);
        assertThat(upper.lend(tuple(client(4), 5_060, 99), bindings).sourcePort())
                .as("of the partner's half")
                .isGreaterThan(33_000);
    }

    @Example
    void anIdentifierIsTakenTowardsOneHost() {
        final NatPool pool = new NatPool(SourceNatPool.of("wan", NAT), 0, 1);
        final FiveTuple ping = new FiveTuple(client(1), SERVER, 7_000, 0, IpProtocol.ICMP);
        assertThat(pool.lend(ping, bindings)).isEqualTo(new FiveTuple(NAT, SERVER, 7_000, 0, IpProtocol.ICMP));
        assertThat(pool.lend(ping, bindings).sourcePort()).isNotEqualTo(7_000);
        final FiveTuple elsewhere = new FiveTuple(client(1), NAT, 7_000, 0, IpProtocol.ICMP);
        assertThat(pool.lend(elsewhere, bindings).sourcePort()).isEqualTo(7_000);
    }

    @Example
    void restDoesNotLimitTheRate() {
        final NatPool half = new NatPool(SourceNatPool.of("wan", NAT), 0, 2);
        for (int i = 0; i < 200_000; i++) {
            final FiveTuple lent = half.lend(tuple(client(i), 1_024 + i % 60_000, 443), bindings);
            assertThat(lent).as("session %d within one instant", i).isNotNull();
            bindings.release(bindings.key(lent), 0);
        }
        assertThat(bindings.size()).isZero();
    }

    @Example
    void aHalfFullOfLiveSessionsTowardsOneServerLendsTheLastPort() {
        final NatPool pool = new NatPool(pool(1, 20_000, 21_999), 0, 2);
        for (int i = 0; i < 1_000; i++) {
            assertThat(pool.lend(tuple(client(i), 1, 443), bindings)).isNotNull();
        }
        assertThat(pool.lend(tuple(client(0), 1, 443), bindings)).isNull();
        assertThat(pool.lend(tuple(client(0), 1, 444), bindings)).isNotNull();
    }

    @Example
    void oneAddressCarriesHalfAMillionSessions() {
        final NatPool half = new NatPool(SourceNatPool.of("wan", NAT), 1, 2);
        for (int i = 0; i < 500_000; i++) {
            assertThat(half.lend(tuple(client(i), 40_000 + i % 20_000, i % 25), bindings))
                    .isNotNull();
        }
        assertThat(bindings.size()).isEqualTo(500_000);
    }

    private static SourceNatPool pool(final int addresses, final int firstPort, final int lastPort) {
        final IpAddress last = IpAddress.v4(NAT.v4Bits() + addresses - 1);
        return new SourceNatPool("p", List.of(new SourceNatPool.Range(NAT, last)), firstPort, lastPort);
    }

    private static IpAddress client(final int number) {
        return IpAddress.v4(0x0a00_0000 + number);
    }

    private static FiveTuple tuple(final IpAddress client, final int sourcePort, final int destinationPort) {
        return new FiveTuple(client, SERVER, sourcePort, destinationPort, IpProtocol.UDP);
    }

    private static FiveTuple with(final FiveTuple tuple, final IpAddress source, final int sourcePort) {
        return new FiveTuple(source, tuple.destination(), sourcePort, tuple.destinationPort(), tuple.protocol());
    }
}
