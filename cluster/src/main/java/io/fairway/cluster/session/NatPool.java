package io.fairway.cluster.session;

import java.util.BitSet;

/**
 * The source ports (ICMP: identifiers) that one interface's own address lends to sessions of one protocol: 1024 to
 * 65535, of a pair the lower half by node 0 and the upper half by node 1. One port stands for one inner tuple at a
 * time, whatever its destination (ha-design.md, section 7, S7). Not thread-safe: {@link PortLedger} guards it.
 */
final class NatPool implements PortPool {
    /** The lowest port that is lent. */
    static final int FIRST_PORT = 1024;

    private static final int PORTS = 65536 - FIRST_PORT;

    private final int first;
    private final int count;
    private final BitSet taken = new BitSet(65536);
    private final Quarantine quarantine;
    private int cursor;

    /** A node's half of all ports; a router of one node has both halves. */
    NatPool(final int nodeId, final int nodes, final long quarantineNs) {
        this(nodeId, nodes, PORTS, quarantineNs);
    }

    /** A node's half of this many ports from {@link #FIRST_PORT} on. */
    NatPool(final int nodeId, final int nodes, final int ports, final long quarantineNs) {
        count = ports / nodes;
        first = FIRST_PORT + nodeId * count;
        quarantine = new Quarantine(quarantineNs);
    }

    @Override
    public int allocate(final long nowNs) {
        quarantine.end(nowNs, taken::clear);
        int port = taken.nextClearBit(first + cursor);
        if (port >= first + count) {
            port = taken.nextClearBit(first);
        }
        if (port >= first + count) {
            return NONE;
        }
        cursor = port + 1 == first + count ? 0 : port + 1 - first;
        taken.set(port);
        return port;
    }

    @Override
    public boolean mark(final int port) {
        final boolean free = !taken.get(port);
        taken.set(port);
        return free;
    }

    @Override
    public void release(final int port, final long nowNs) {
        quarantine.end(nowNs, taken::clear);
        quarantine.add(port, nowNs);
    }
}
