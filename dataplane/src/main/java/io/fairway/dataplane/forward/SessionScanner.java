package io.fairway.dataplane.forward;

import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.wire.IpProtocol;
import java.util.concurrent.TimeUnit;

/**
 * Walks over the flow table, a bounded number of slots a turn, and reports the sessions of our buckets that are idle or
 * closed, and events that the ring could not take before; {@link NatKeeper} breaks the others' silence. It removes
 * nothing: the controller does. Forwarder's thread.
 */
final class SessionScanner {
    private static final long LINGER_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long REPEAT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int SMALL_TABLE = 1 << 16;
    private static final long SMALL_ROUND_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LARGE_ROUND_NS = TimeUnit.SECONDS.toNanos(8);
    private static final int MAX_SLOTS_PER_TURN = 1024;
    private static final int MAX_EVENTS_PER_TURN = 64;

    private final FlowTable table;
    private final OwnershipGate gate;
    private final ToController controller;
    private final NatKeeper keeper;
    private final SessionProgress progress;
    private final long tcpOpeningMs;
    private final long[] ownedSinceNs = new long[BucketId.COUNT];
    private final boolean[] owned = new boolean[BucketId.COUNT];
    private final boolean[] told = new boolean[BucketId.COUNT];

    private long seenChanges = -1;
    private long scannedNs;
    private int next;

    SessionScanner(
            final FlowTable table,
            final OwnershipGate gate,
            final ToController controller,
            final Others others,
            final int tcpOpeningMs) {
        this.table = table;
        this.gate = gate;
        this.controller = controller;
        keeper = others.keeper();
        progress = others.progress();
        this.tcpOpeningMs = tcpOpeningMs;
    }

    /**
     * Who else is concerned with silence.
     *
     * @param keeper breaks it
     * @param progress knows how long it was at the partner's
     */
    record Others(NatKeeper keeper, SessionProgress progress) {}

    /** Scans what is due. */
    int tick(final long nowNs) {
        final long changes = gate.changes();
        if (changes != seenChanges) {
            noteOwners(nowNs, seenChanges == -1);
            seenChanges = changes;
        }
        final int slots = slotsDue(nowNs);
        int events = 0;
        for (int i = 0; i < slots && events < MAX_EVENTS_PER_TURN; i++) {
            next = next + 1 < table.highWater() ? next + 1 : 0;
            if (table.isUsed(next) && owned[table.bucket(next)]) {
                events += scan(next, nowNs);
            }
        }
        return events;
    }

    /**
     * Sessions taken over were seen when the partner last said so; if it had said nothing for long, they count as seen
     * at that moment: their packets went through the partner before.
     */
    private void noteOwners(final long nowNs, final boolean first) {
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            final boolean ours = gate.owner(bucket) == gate.self();
            if (first || (ours && !owned[bucket])) {
                ownedSinceNs[bucket] = nowNs;
                told[bucket] = progress.isFresh(nowNs);
            }
            owned[bucket] = ours;
        }
    }

    private int slotsDue(final long nowNs) {
        final int highWater = table.highWater();
        if (highWater == 0) {
            scannedNs = nowNs;
            return 0;
        }
        final long perSlotNs = Math.max(1, (highWater <= SMALL_TABLE ? SMALL_ROUND_NS : LARGE_ROUND_NS) / highWater);
        final long due = (nowNs - scannedNs) / perSlotNs;
        if (due <= 0) {
            return 0;
        }
        scannedNs = due > MAX_SLOTS_PER_TURN ? nowNs : scannedNs + due * perSlotNs;
        return (int) Math.min(Math.min(due, MAX_SLOTS_PER_TURN), highWater);
    }

    private int scan(final int slot, final long nowNs) {
        controller.report(slot);
        if (table.isMarked(slot, FlowTable.END_REPORTED) && nowNs - table.lastEventNs(slot) < REPEAT_NS) {
            return 0;
        }
        if (table.isMarked(slot, FlowTable.CLOSED)) {
            return nowNs - table.closedAtNs(slot) >= LINGER_NS ? end(slot, SessionEventFlyweight.CLOSED, nowNs) : 0;
        }
        if (remainingNs(slot, nowNs) <= 0) {
            return end(slot, SessionEventFlyweight.IDLE, nowNs);
        }
        keeper.onSession(slot, nowNs);
        return 0;
    }

    private int end(final int slot, final int event, final long nowNs) {
        if (!controller.event(table.sessionId(slot), event, 0)) {
            return 0;
        }
        table.mark(slot, FlowTable.END_REPORTED);
        table.setLastEventNs(slot, nowNs);
        return 1;
    }

    /** How long the session may still be silent. */
    long remainingNs(final int slot, final long nowNs) {
        final int bucket = table.bucket(slot);
        final long unseenNs = nowNs - table.lastSeenNs(slot);
        final long silentNs = told[bucket] ? unseenNs : Math.min(unseenNs, nowNs - ownedSinceNs[bucket]);
        return TimeUnit.MILLISECONDS.toNanos(timeoutMs(slot)) - silentNs;
    }

    private long timeoutMs(final int slot) {
        // Of what was taken over and is silent since, the news that it was established may have died with its owner.
        final boolean opening = !table.isMarked(slot, FlowTable.ESTABLISHED)
                && table.lastSeenNs(slot) - ownedSinceNs[table.bucket(slot)] >= 0
                && FlowKeyFlyweight.protocol(table.actions(), table.keyOffset(2 * slot)) == IpProtocol.TCP;
        if (!opening) {
            return table.idleTimeoutMs(slot);
        }
        return table.tcpOpeningMs(slot) == 0 ? tcpOpeningMs : table.tcpOpeningMs(slot);
    }
}
