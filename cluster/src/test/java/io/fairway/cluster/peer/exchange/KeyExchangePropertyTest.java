package io.fairway.cluster.peer.exchange;

import static io.fairway.cluster.peer.exchange.ExchangeWorld.MS;
import static io.fairway.cluster.peer.exchange.ExchangeWorld.S;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Two ends over a link that loses, repeats, delays and reorders: they agree, and never send what is not accepted. */
class KeyExchangePropertyTest {
    private static Path directory;
    private static ExchangeWorld.Files files;

    @BeforeContainer
    static void makeFiles() throws IOException {
        directory = Files.createTempDirectory("peers");
        files = ExchangeWorld.Files.in(directory);
    }

    @AfterContainer
    static void removeFiles() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            for (final Path file : all.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    @Property(tries = 80, shrinking = ShrinkingMode.OFF)
    void anyLinkThatHealsLeadsToOneKey(@ForAll(supplier = PeerSeeds.class) final long seed) {
        final ExchangeWorld world = new ExchangeWorld(files, seed);
        storm(world);
        for (int i = world.random.nextInt(6); i > 0; i--) {
            if (world.random.nextBoolean()) {
                world.rekey(world.random.nextInt(2));
            }
            if (world.random.nextInt(4) == 0) {
                world.rekey(0);
                world.rekey(1);
            }
            world.run(world.random.nextLong(1, 40) * S);
        }
        heal(world);

        world.run(90 * S);

        assertThat(world.agreed()).as("seed %d: %s", seed, world.story()).isTrue();
        assertThat(world.ends[0].refusals.keySet())
                .as("seed %d: only what is late or crossed is refused", seed)
                .isSubsetOf(
                        ExchangeRefusal.UNKNOWN_EXCHANGE, ExchangeRefusal.CROSSED, ExchangeRefusal.STALE_GENERATION);
    }

    @Property(tries = 50, shrinking = ShrinkingMode.OFF)
    void whoeverForgetsEverythingAgreesAnew(@ForAll(supplier = PeerSeeds.class) final long seed) {
        final ExchangeWorld world = new ExchangeWorld(files, seed);
        // One who forgets cannot be told from one who lies: only the end is looked at.
        world.checking = false;
        storm(world);
        for (int i = 1 + world.random.nextInt(4); i > 0; i--) {
            world.run(world.random.nextLong(1, 30) * S);
            world.boot(world.random.nextInt(2));
        }
        heal(world);

        world.run(150 * S);

        assertThat(world.agreed()).as("seed %d: %s", seed, world.story()).isTrue();
    }

    @Property(tries = 30, shrinking = ShrinkingMode.OFF)
    void whatIsReplayedOrChangedHasNoEffect(@ForAll(supplier = PeerSeeds.class) final long seed) {
        final SplittableRandom attacker = new SplittableRandom(seed);
        final ExchangeWorld world = new ExchangeWorld(files, seed);
        world.run(20 * S);
        assertThat(world.agreed()).as("seed %d: %s", seed, world.story()).isTrue();
        world.rekey(attacker.nextInt(2));
        world.run(20 * S);
        final PeerKeys a = world.ends[0].keys;
        final PeerKeys b = world.ends[1].keys;

        for (int i = 0; i < 60; i++) {
            final int to = attacker.nextInt(2);
            final List<byte[]> heard = world.ends[attacker.nextInt(2)].sent;
            final byte[] part = heard.get(attacker.nextInt(heard.size())).clone();
            if (attacker.nextBoolean()) {
                part[attacker.nextInt(part.length)] ^= (byte) (1 << attacker.nextInt(8));
            }
            final byte[] shown = attacker.nextInt(5) == 0 ? Arrays.copyOf(part, attacker.nextInt(900)) : part;
            world.tell(to, new ExchangeEvent.Arrived(shown, attacker.nextBoolean()));
            world.run(50 * MS);
        }

        assertThat(world.agreed()).as("seed %d: %s", seed, world.story()).isTrue();
        assertThat(world.ends[0].keys.inUse()).isEqualTo(a.inUse());
        assertThat(world.ends[1].keys.inUse()).isEqualTo(b.inUse());
        assertThat(world.ends[0].keys.sending()).isEqualTo(a.sending());
        assertThat(world.ends[1].keys.newest()).isEqualTo(b.newest());

        world.rekey(0);
        world.run(20 * S);
        assertThat(world.agreed()).isTrue();
        assertThat(world.ends[0].keys.inUse()).isGreaterThan(a.inUse());
    }

    private static void storm(final ExchangeWorld world) {
        world.loss = world.random.nextDouble(0.7);
        world.repeats = world.random.nextDouble(0.5);
        world.delayNs = world.random.nextLong(1, 300) * MS;
        world.spreadNs = world.random.nextLong(0, 2_000) * MS;
    }

    private static void heal(final ExchangeWorld world) {
        world.loss = 0;
        world.repeats = 0;
        world.spreadNs = 0;
    }
}
