package io.fairway.dataplane.neighbor;

import io.fairway.model.wire.VnetHeader;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Tells the partner which neighbours this node has heard itself, on interfaces that both have, and hears of the
 * partner's: so that who takes over need not ask. What is new is told within a tenth of a second, all of it again every
 * few seconds, so that a loss repairs itself; some entries a tick, never on a packet's way. Forwarder's thread only.
 *
 * <pre>
 * 0 u16 layout version (1)   2 u16 notes   4 zero, to 8   8 the notes ({@link NeighborNote})
 * </pre>
 */
public final class NeighborExchange {
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long AGAIN_NS = TimeUnit.SECONDS.toNanos(5);

    /** As many as fit into the smallest MTU that a fabric may have. */
    private static final int NOTES = 32;

    private static final short LAYOUT = 1;
    private static final int COUNT = 2;
    private static final int FIRST = 8;

    private final NeighborTable table;
    private final Links links;
    private final NeighborResolver resolver;
    private final Line line;
    private final UnsafeBuffer message = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(VnetHeader.LENGTH + FIRST + NOTES * NeighborNote.LENGTH, 64));
    private final int[] told = new int[NOTES];

    private long nextTickNs;
    private boolean ticked;
    private boolean connected;
    private int next;

    public NeighborExchange(
            final NeighborTable table, final Links links, final NeighborResolver resolver, final Line line) {
        this.table = table;
        this.links = links;
        this.resolver = resolver;
        this.line = line;
    }

    /** The way to the partner; what it takes may be lost. */
    public interface Line {
        /** Whether the partner listens. */
        boolean isConnected();

        /**
         * Sends a message in front of which {@link VnetHeader#LENGTH} bytes are free.
         *
         * @return false if it was not taken
         */
        boolean send(DirectBuffer buffer, int offset, int length);
    }

    /** Tells what is due, every 100 ms at most. */
    public int tick(final long nowNs) {
        if (ticked && nowNs - nextTickNs < 0) {
            return 0;
        }
        ticked = true;
        nextTickNs = nowNs + TICK_NS;
        final boolean before = connected;
        connected = line.isConnected();
        if (!connected) {
            return 0;
        }
        if (!before) {
            // Another process may be there than before.
            table.tellAnew();
        }
        return tell(nowNs);
    }

    private int tell(final long nowNs) {
        int notes = 0;
        for (int seen = 0; seen < table.capacity() && notes < NOTES; seen++) {
            final int entry = next;
            next = next + 1 < table.capacity() ? next + 1 : 0;
            if (table.isToTell(entry, nowNs, AGAIN_NS) && links.isShared(table.interfaceIndex(entry))) {
                final long ageMs = TimeUnit.NANOSECONDS.toMillis(nowNs - table.confirmedNs(entry));
                final int note = VnetHeader.LENGTH + FIRST + notes * NeighborNote.LENGTH;
                NeighborNote.encode(message, note, table, entry, (int) Math.min(ageMs, Integer.MAX_VALUE));
                told[notes++] = entry;
            }
        }
        if (notes == 0) {
            return 0;
        }
        message.putShort(VnetHeader.LENGTH, LAYOUT);
        message.putShort(VnetHeader.LENGTH + COUNT, (short) notes);
        if (line.send(message, VnetHeader.LENGTH, FIRST + notes * NeighborNote.LENGTH)) {
            for (int i = 0; i < notes; i++) {
                table.tell(told[i], nowNs);
            }
        }
        return 1;
    }

    /** What the partner tells has come. */
    public void onMessage(final DirectBuffer buffer, final int offset, final int length, final long nowNs) {
        if (length < FIRST || buffer.getShort(offset) != LAYOUT) {
            return;
        }
        final int notes = Math.min(buffer.getShort(offset + COUNT) & 0xffff, (length - FIRST) / NeighborNote.LENGTH);
        for (int i = 0; i < notes; i++) {
            resolver.onNote(buffer, offset + FIRST + i * NeighborNote.LENGTH, nowNs);
        }
    }
}
