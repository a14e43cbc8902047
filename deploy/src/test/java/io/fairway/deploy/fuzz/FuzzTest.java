package io.fairway.deploy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fuzzer itself: that it finds, that an input is always the same, and a few inputs for every target. */
class FuzzTest {
    private static final long SEED = Long.getLong("seed", System.nanoTime());

    /** Fails when the numbers of an input begin in one way. */
    private static final class Fragile implements FuzzTarget {
        private byte[] last = {};

        @Override
        public boolean run(final FuzzRandom random) {
            last = new byte[8];
            random.fill(last, 0, last.length);
            FuzzTarget.check(last[0] != 0x42 || last[1] < 0, "a byte that it cannot stand");
            return true;
        }

        @Override
        public List<byte[]> input() {
            return List.of(last);
        }
    }

    @Test
    void failureIsFoundAndComesAgainByItsNumber() throws InterruptedException {
        final FuzzRun.Failure failure = new FuzzRun("fragile", Fragile::new, SEED, 0, 100_000).run(2);

        assertThat(failure).as("seed %d", SEED).isNotNull();
        assertThat(failure.packets().getFirst()[0]).isEqualTo((byte) 0x42);
        final FuzzRun.Failure again = new FuzzRun("fragile", Fragile::new, SEED, failure.input(), 1).run(1);
        assertThat(again.input()).isEqualTo(failure.input());
        assertThat(again.packets().getFirst()).isEqualTo(failure.packets().getFirst());
    }

    @ParameterizedTest
    @ValueSource(strings = {"packet", "metadata", "tcp-as-udp", "reassembly"})
    void targetsHoldAndTheirInputsDependOnNothingElse(final String name) throws InterruptedException {
        final Supplier<FuzzTarget> target = FuzzMain.targets().get(name);
        final FuzzRun run = new FuzzRun(name, target, SEED, 0, 50_000);

        final FuzzRun.Failure failure = run.run(2);

        if (failure != null) {
            run.print(failure);
        }
        assertThat(failure).isNull();
        try (FuzzTarget used = target.get();
                FuzzTarget fresh = target.get()) {
            for (int input = 0; input < 2_000; input++) {
                hex(used, input);
            }
            for (int input = 2_000; input < 2_050; input++) {
                assertThat(hex(fresh, input))
                        .as("seed %d input %d", SEED, input)
                        .isEqualTo(hex(used, input));
                hex(used, input - 1_999);
            }
        }
    }

    private static String hex(final FuzzTarget target, final int input) {
        final FuzzRandom random = new FuzzRandom();
        random.begin(SEED, input);
        target.run(random);
        return String.join(
                " ", target.input().stream().map(HexFormat.of()::formatHex).toList());
    }
}
