package io.fairway.dataplane.forward;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * Reads the flow table from any thread while the forwarder writes it, without locks: for showing. A session that
 * changes meanwhile may be reported half old, half new; one that is removed meanwhile may still be reported.
 */
public final class FlowTableView {
    private final FlowTable table;
    private final SessionScanner scanner;
    private final NanoClock clock;

    FlowTableView(final FlowTable table, final SessionScanner scanner, final NanoClock clock) {
        this.table = table;
        this.scanner = scanner;
        this.clock = clock;
    }

    /** Hands over every session; allocates one object for each. */
    public void scan(final SessionStatsConsumer consumer) {
        final long nowNs = clock.nanoTime();
        for (int slot = 0; slot < table.highWater(); slot++) {
            if (table.isUsed(slot)) {
                consumer.onSession(stats(slot, nowNs));
            }
        }
    }

    /** One session's numbers, or null if it is not here; walks over the table. */
    public SessionStats find(final long sessionId) {
        for (int slot = 0; slot < table.highWater(); slot++) {
            if (table.isUsed(slot) && table.sessionId(slot) == sessionId) {
                return stats(slot, clock.nanoTime());
            }
        }
        return null;
    }

    private SessionStats stats(final int slot, final long nowNs) {
        return new SessionStats(
                table.sessionId(slot),
                table.version(slot),
                table.bucket(slot),
                table.packets(2 * slot),
                table.bytes(2 * slot),
                table.packets(2 * slot + 1),
                table.bytes(2 * slot + 1),
                nowNs - table.lastSeenNs(slot),
                TimeUnit.NANOSECONDS.toMillis(scanner.remainingNs(slot, nowNs)),
                TcpTracker.name(table.tcpState(slot), table.marks(slot)),
                table.isMarked(slot, FlowTable.HANDSHAKE_DONE));
    }
}
