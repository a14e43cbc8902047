package io.fairway.cluster.peer;

import static io.fairway.cluster.peer.PeerWorld.A;
import static io.fairway.cluster.peer.PeerWorld.B;
import static io.fairway.cluster.peer.PeerWorld.MS;
import static io.fairway.cluster.peer.PeerWorld.S;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.peer.exchange.PeerKeys;
import io.fairway.cluster.peer.exchange.PeerSeeds;
import io.fairway.cluster.peer.exchange.TestPki;
import io.fairway.cluster.peer.exchange.TestPki.Wanted;
import io.fairway.model.config.Peering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Two sessions through storms, restarts and takeovers: when it is over, they are up, agree and know each other. */
class PeerSessionPropertyTest {
    private static Path directory;
    private static Peering.Identity filesA;
    private static Peering.Identity filesB;

    @BeforeContainer
    static void makeFiles() throws IOException {
        directory = Files.createTempDirectory("peers");
        final TestPki ca = new TestPki(directory, "ca", "EC");
        filesA = ca.issue("a", new Wanted("a"), ca);
        filesB = ca.issue("b", new Wanted("b"), ca);
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

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void afterAnyStormBothAreUp(@ForAll(supplier = PeerSeeds.class) final long seed) {
        final SplittableRandom plan = new SplittableRandom(seed);
        final boolean certified = plan.nextBoolean();
        final PeerWorld world = certified ? PeerWorld.certified(seed, filesA, filesB) : PeerWorld.shared(seed);
        world.natPort = plan.nextInt(3) == 0 ? 40_000 : 0;
        world.pathBytes = plan.nextInt(1_280, 1_501);
        world.boot();
        for (int i = plan.nextInt(6); i > 0; i--) {
            disturb(world, plan);
            world.run(plan.nextLong(100, 4_000) * MS);
        }
        world.loss = 0;
        world.repeats = 0;
        world.spreadNs = 0;
        world.delayNs = 10 * MS;

        world.run(100 * S);

        assertThat(world.bothUp()).as(world.story()).isTrue();
        assertThat(world.keysAgree()).as(world.story()).isEqualTo(certified);
        assertThat(world.a.row().mtuBytes()).as(world.story()).isEqualTo(world.pathBytes);
        assertThat(world.b.row().peerIncarnation()).isEqualTo(world.a.incarnation);
        assertThat(world.a.row().peerIncarnation()).isEqualTo(world.b.incarnation);
        assertThat(world.a.row().quality().loss()).as(world.story()).isZero();
        assertThat(world.a.row().natAtPeer()).isEqualTo(world.natPort != 0);
    }

    private static void disturb(final PeerWorld world, final SplittableRandom plan) {
        world.loss = plan.nextInt(4) == 0 ? 1 : plan.nextDouble(0.5);
        world.repeats = plan.nextDouble(0.5);
        world.spreadNs = plan.nextLong(0, 400) * MS;
        world.delayNs = plan.nextLong(1, 100) * MS;
        final PeerWorld.End end = plan.nextBoolean() ? world.a : world.b;
        switch (plan.nextInt(6)) {
            case 0 -> {
                end.incarnation++;
                end.boot(false, PeerHandover.NONE);
            }
            case 1 -> end.boot(true, PeerHandover.NONE);
            case 2 -> end.boot(true, new PeerHandover(end.keys, end.row().peerIncarnation(), null));
            case 3 -> end.session.rekey(world.nowNs);
            case 4 -> world.natPort += world.natPort == 0 ? 0 : 1;
            default -> {
                // Weather only.
            }
        }
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void anyBytesAtAnyTimeDoNoHarm(@ForAll(supplier = PeerSeeds.class) final long seed) {
        final SplittableRandom attacker = new SplittableRandom(seed);
        final PeerWorld world =
                attacker.nextBoolean() ? PeerWorld.certified(seed, filesA, filesB) : PeerWorld.shared(seed);
        world.boot();
        // Before there are keys, who listens and floods can delay them; not afterwards.
        world.run(S);
        for (int i = 0; i < 2_000; i++) {
            world.run(PeerWorld.STEP_NS);
            final byte[] message =
                    world.heard.get(attacker.nextInt(world.heard.size())).clone();
            for (int flips = attacker.nextInt(4); flips > 0; flips--) {
                message[attacker.nextInt(message.length)] ^= (byte) (1 << attacker.nextInt(8));
            }
            if (attacker.nextBoolean()) {
                world.deliver(world.a, message, B);
            } else {
                world.deliver(world.b, message, A);
            }
        }
        assertThat(world.bothUp()).as(world.story()).isTrue();
        assertThat(world.a.told).as(world.story()).containsExactly("up");
        assertThat(world.a.keys.equals(PeerKeys.NONE) || world.keysAgree()).isTrue();
    }
}
