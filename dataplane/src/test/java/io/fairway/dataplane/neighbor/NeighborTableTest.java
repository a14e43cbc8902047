package io.fairway.dataplane.neighbor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.wire.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The neighbour table against a map, under random creations and removals. */
class NeighborTableTest {
    private static final int CAPACITY = 8;

    @Property(tries = 500)
    void behavesLikeAMap(@ForAll @Size(max = 200) final List<@IntRange(min = 0, max = 31) Integer> steps) {
        final NeighborTable table = new NeighborTable(CAPACITY);
        final Map<Integer, Integer> model = new HashMap<>();
        for (final int step : steps) {
            final Integer known = model.remove(step);
            if (known != null) {
                table.remove(known);
            } else if (model.size() < CAPACITY) {
                final int entry = table.create(step & 1, high(step), low(step), step);
                table.confirm(entry, step, step);
                model.put(step, entry);
            } else {
                assertThat(table.create(step & 1, high(step), low(step), step)).isEqualTo(NeighborTable.NONE);
            }
            for (int candidate = 0; candidate < 32; candidate++) {
                final int found =
                        table.find(candidate & 1, high(candidate), low(candidate), (candidate * 7) % CAPACITY);
                assertThat(found).isEqualTo(model.getOrDefault(candidate, NeighborTable.NONE));
                assertThat(found == NeighborTable.NONE || table.mac(found) == candidate)
                        .isTrue();
            }
            assertThat(table.unresolved()).isZero();
        }
    }

    @Example
    void whoIsUnresolvedIsCounted() {
        final NeighborTable table = new NeighborTable(CAPACITY);
        final int first = table.create(0, 1, 1, 0);
        final int second = table.create(0, 1, 2, 0);
        assertThat(table.unresolved()).isEqualTo(2);
        table.confirm(first, 7, 0);
        table.confirm(first, 8, 0);
        assertThat(table.unresolved()).isEqualTo(1);
        table.probing(first);
        table.remove(first);
        table.remove(second);
        assertThat(table.unresolved()).isZero();
    }

    /** Every fourth is an IPv4 address, and its IPv6 neighbours differ in one half only. */
    private static long high(final int step) {
        return (step >> 1 & 3) == 0 ? 0 : 0x2001_0db8_0000_0000L | step >> 1 & 3;
    }

    private static long low(final int step) {
        return IpAddress.v4Low(0x0a00_0000 | step >> 3);
    }
}
