package io.fairway.dataplane.neighbor;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What a node tells its partner of one neighbour. Views bytes, in the machine's order.
 *
 * <pre>
 * 0 u64, u64 its address, as in IpAddress   16 u16 logical interface, u48 Ethernet address (one u64)
 * 24 u32 ms since it was heard   28 zero
 * </pre>
 */
final class NeighborNote {
    static final int LENGTH = 32;

    private static final int HIGH = 0;
    private static final int LOW = 8;
    private static final int PLACE = 16;
    private static final int AGE_MS = 24;
    private static final int INTERFACE_SHIFT = 48;
    private static final long MAC_MASK = (1L << INTERFACE_SHIFT) - 1;

    private NeighborNote() {}

    static void encode(
            final MutableDirectBuffer buffer,
            final int note,
            final NeighborTable table,
            final int entry,
            final int ageMs) {
        buffer.putLong(note + HIGH, table.high(entry));
        buffer.putLong(note + LOW, table.low(entry));
        buffer.putLong(note + PLACE, (long) table.interfaceIndex(entry) << INTERFACE_SHIFT | table.mac(entry));
        buffer.putLong(note + AGE_MS, 0);
        buffer.putInt(note + AGE_MS, ageMs);
    }

    static long high(final DirectBuffer buffer, final int note) {
        return buffer.getLong(note + HIGH);
    }

    static long low(final DirectBuffer buffer, final int note) {
        return buffer.getLong(note + LOW);
    }

    static int interfaceIndex(final DirectBuffer buffer, final int note) {
        return (int) (buffer.getLong(note + PLACE) >>> INTERFACE_SHIFT);
    }

    static long mac(final DirectBuffer buffer, final int note) {
        return buffer.getLong(note + PLACE) & MAC_MASK;
    }

    static long ageMs(final DirectBuffer buffer, final int note) {
        return buffer.getInt(note + AGE_MS) & 0xffff_ffffL;
    }
}
