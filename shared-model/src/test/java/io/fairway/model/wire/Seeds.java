package io.fairway.model.wire;

import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;

/**
 * Seeds for property tests that build their own data: jqwik prints the failing one, {@code -Dseed=} runs just that one.
 */
public final class Seeds implements ArbitrarySupplier<Long> {
    @Override
    public Arbitrary<Long> get() {
        final Long fixed = Long.getLong("seed");
        return fixed != null ? Arbitraries.just(fixed) : Arbitraries.randomValue(Random::nextLong);
    }
}
