package io.fairway.dataplane.neighbor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
                final int entry = table.create(step & 1, address(step), step);
                table.confirm(entry, step, step);
                model.put(step, entry);
            } else {
                assertThat(table.create(step & 1, address(step), step)).isEqualTo(NeighborTable.NONE);
            }
            for (int candidate = 0; candidate < 32; candidate++) {
                final int found = table.find(candidate & 1, address(candidate), (candidate * 7) % CAPACITY);
                assertThat(found).isEqualTo(model.getOrDefault(candidate, NeighborTable.NONE));
                assertThat(found == NeighborTable.NONE || table.mac(found) == candidate).isTrue();
            }
        }
    }

    private static int address(final int step) {
        return 0x0a00_0000 | step >> 1;
    }
}
