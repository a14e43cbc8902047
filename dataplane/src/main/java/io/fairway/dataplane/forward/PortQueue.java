package io.fairway.dataplane.forward;

import io.fairway.dataplane.io.PacketPort;
import io.fairway.model.DropReason;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;

/**
 * The frames that leave by one port at the end of this turn. They are handed to the port only at the flush, after one
 * more look at the send gate with the time of that moment: a thread that was frozen in the middle of its turn sends
 * nothing when it wakes after its lease. Forwarder's thread only.
 */
final class PortQueue {
    private static final int BATCH = 128;

    private final int interfaceIndex;
    private final PacketPort port;
    private final OwnershipGate gate;
    private final ForwardCounters counters;
    private final NanoClock clock;
    private final DirectBuffer[] buffers = new DirectBuffer[BATCH];
    private final int[] vnetOffsets = new int[BATCH];
    private final int[] frameLengths = new int[BATCH];

    private int queued;

    PortQueue(
            final int interfaceIndex,
            final PacketPort port,
            final OwnershipGate gate,
            final ForwardCounters counters,
            final NanoClock clock) {
        this.interfaceIndex = interfaceIndex;
        this.port = port;
        this.gate = gate;
        this.counters = counters;
        this.clock = clock;
    }

    /** Queues a frame whose memory stays as it is until the flush. */
    void add(final DirectBuffer buffer, final int vnetOffset, final int frameLength) {
        if (queued == BATCH) {
            flush();
        }
        buffers[queued] = buffer;
        vnetOffsets[queued] = vnetOffset;
        frameLengths[queued] = frameLength;
        queued++;
    }

    void flush() {
        if (queued == 0) {
            return;
        }
        final int count = queued;
        queued = 0;
        if (!gate.isOpen(clock.nanoTime())) {
            counters.drop(DropReason.GATE_CLOSED, count);
            return;
        }
        int taken = 0;
        while (taken < count && port.send(buffers[taken], vnetOffsets[taken], frameLengths[taken])) {
            counters.transmitted(interfaceIndex, frameLengths[taken]);
            taken++;
        }
        final int sent = port.flush();
        counters.refused(interfaceIndex, taken - sent);
        counters.drop(DropReason.EGRESS_FULL, count - taken);
    }
}
