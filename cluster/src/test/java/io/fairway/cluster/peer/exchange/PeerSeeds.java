package io.fairway.cluster.peer.exchange;

import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;

/**
 * Seeds for property tests that build their own data: the failing one is printed, {@code -Dseed=} runs just that one.
 */
public final class PeerSeeds implements ArbitrarySupplier<Long> {
    @Override
    public Arbitrary<Long> get() {
        final Long fixed = Long.getLong("seed");
        return fixed != null ? Arbitraries.just(fixed) : Arbitraries.randomValue(Random::nextLong);
    }
}
