package io.fairway.cluster.session;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.agrona.collections.IntHashSet;

/**
 * The wayports of one peer path and one transport (svr-protocol.md, section 2.2): even local, odd remote ports of 16384
 * to 65535. Of a pair, node 0 chooses local ports from the lower half and node 1 from the upper half, so that the two
 * never choose the same. A value is a couple, {@code local << 16 | remote}. Not thread-safe: {@link PortLedger} guards
 * it.
 */
final class WayportAllocator {
    /** Nothing is free. */
    static final int NONE = -1;

    /** The lowest wayport. */
    static final int FIRST_PORT = 16384;

    private static final int PORTS = 65536 - FIRST_PORT;
    private static final int MAX_PROBES = 4096;

    private final int firstLocal;
    private final int locals;
    private final int firstRemote;
    private final int remotes;
    private final IntHashSet taken = new IntHashSet();
    private final Quarantine quarantine;
    private int localCursor;
    private int remoteCursor;

    /** A node's half of all wayports; a router of one node has both halves. */
    WayportAllocator(final int nodeId, final int nodes, final long quarantineNs) {
        this(nodeId, nodes, PORTS, quarantineNs);
    }

    /** The same, from a place that the numbers say. */
    WayportAllocator(final int nodeId, final int nodes, final long quarantineNs, final LongSupplier random) {
        this(nodeId, nodes, PORTS, quarantineNs, random);
    }

    /** A node's half of this many ports from {@link #FIRST_PORT} on, a multiple of four. */
    WayportAllocator(final int nodeId, final int nodes, final int ports, final long quarantineNs) {
        this(nodeId, nodes, ports, quarantineNs, ThreadLocalRandom.current()::nextLong);
    }

    /** A node's half of this many ports, from a place that the numbers say. */
    WayportAllocator(
            final int nodeId, final int nodes, final int ports, final long quarantineNs, final LongSupplier random) {
        final int span = ports / nodes;
        firstLocal = FIRST_PORT + nodeId * span;
        locals = span / 2;
        firstRemote = FIRST_PORT + 1;
        remotes = ports / 2;
        quarantine = new Quarantine(quarantineNs);
        // A router that has lost its sessions must not begin with the ports of those that its peers still know.
        localCursor = (int) Math.floorMod(random.getAsLong(), (long) locals);
        remoteCursor = (int) Math.floorMod(random.getAsLong(), (long) remotes);
    }

    /** A free couple, taken from now on, or {@link #NONE}. */
    int allocate(final long nowNs) {
        quarantine.end(nowNs, taken::remove);
        final int probes = (int) Math.min((long) locals * remotes, MAX_PROBES);
        for (int probe = 0; probe < probes; probe++) {
            final int couple = couple(firstLocal + 2 * localCursor, firstRemote + 2 * remoteCursor);
            advance();
            if (taken.add(couple)) {
                return couple;
            }
        }
        return NONE;
    }

    /** Marks a couple as taken that was lent before a restart or by the partner; false if it was taken already. */
    boolean mark(final int couple) {
        return taken.add(couple);
    }

    /** Gives a taken couple back; it may be lent again after its quarantine. */
    void release(final int couple, final long nowNs) {
        quarantine.end(nowNs, taken::remove);
        quarantine.add(couple, nowNs);
    }

    static int couple(final int local, final int remote) {
        return local << 16 | remote;
    }

    static int local(final int couple) {
        return couple >>> 16;
    }

    static int remote(final int couple) {
        return couple & 0xffff;
    }

    private void advance() {
        if (++localCursor == locals) {
            localCursor = 0;
            remoteCursor = remoteCursor + 1 == remotes ? 0 : remoteCursor + 1;
        }
    }
}
