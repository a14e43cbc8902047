package io.fairway.dataplane.neighbor;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/** Reads the neighbour table from any thread, without locks: an entry that changes meanwhile may look mixed. */
public final class NeighborView {
    private static final String[] STATES = {"free", "incomplete", "reachable", "probing"};

    private final NeighborTable table;
    private final NanoClock clock;

    public NeighborView(final NeighborTable table, final NanoClock clock) {
        this.table = table;
        this.clock = clock;
    }

    /** All neighbours; allocates. */
    public List<NeighborEntry> snapshot() {
        final List<NeighborEntry> entries = new ArrayList<>();
        final long nowNs = clock.nanoTime();
        for (int entry = 0; entry < table.capacity(); entry++) {
            final int state = table.state(entry);
            if (state != NeighborTable.FREE) {
                entries.add(new NeighborEntry(
                        table.interfaceIndex(entry),
                        new IpAddress(table.high(entry), table.low(entry)),
                        new MacAddress(table.mac(entry)),
                        STATES[state],
                        TimeUnit.NANOSECONDS.toMillis(nowNs - table.confirmedNs(entry)),
                        table.isPartners(entry)));
            }
        }
        return entries;
    }
}
