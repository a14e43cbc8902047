package io.fairway.dataplane.forward;

import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.svr.ControlReason;
import java.util.concurrent.TimeUnit;

/**
 * Session health checks (svr-protocol.md section 2.8): who sends to a peer, but has heard nothing from it about this
 * session for a while, asks it; a peer without the session says so and is told of it. The check goes out by itself
 * beside the packet that caused it. Forwarder's thread only.
 *
 * <pre>
 * flow (16):   0 u64 last packet from the peer, ns   8 u32 last check, ms   12 u32 checks without an answer
 * </pre>
 */
final class SessionHealth implements AutoCloseable {
    /** After so many checks in vain the session's metadata goes out again. */
    private static final int MAX_UNANSWERED = 3;

    /** A request, and one after another to which nothing came: TLV 46's values. */
    private static final int FIRST = 1;

    private static final int REPEATED = 2;
    private static final int FLOW_BYTES = 16;
    private static final int ASKED_MS = 8;
    private static final int UNANSWERED = 12;

    private final FlowTable table;
    private final ControlSender sender;
    private final ForwardCounters counters;
    private final int inactivityMs;
    private final AnonymousMemory memory;

    /** @param inactivityMs after how much silence a peer is asked; 0 for never */
    SessionHealth(
            final FlowTable table, final ControlSender sender, final ForwardCounters counters, final int inactivityMs) {
        this.table = table;
        this.sender = sender;
        this.counters = counters;
        this.inactivityMs = inactivityMs;
        memory = AnonymousMemory.map(inactivityMs == 0 ? FLOW_BYTES : 2L * table.capacity() * FLOW_BYTES);
    }

    /** Whether sessions are watched; else packets of unknown sessions are what tells. */
    boolean watches() {
        return inactivityMs != 0;
    }

    /** A believed packet of this flow has come from a peer. */
    void onReceived(final int flow, final long nowNs) {
        final int at = flow * FLOW_BYTES;
        memory.buffer().putLong(at, nowNs);
        memory.buffer().putInt(at + UNANSWERED, 0);
    }

    /** A packet of this flow has left for a peer, whose last word came by the opposite flow. */
    void onSent(final int flow, final int bucket, final long nowNs) {
        final int at = (flow ^ 1) * FLOW_BYTES;
        final int nowMs = (int) TimeUnit.NANOSECONDS.toMillis(nowNs);
        if (nowNs - memory.buffer().getLong(at) < TimeUnit.MILLISECONDS.toNanos(inactivityMs)
                || nowMs - memory.buffer().getInt(at + ASKED_MS) < inactivityMs
                || table.metadataState(flow) == FlowTable.METADATA_ON) {
            return;
        }
        final int unanswered = memory.buffer().getInt(at + UNANSWERED);
        if (unanswered == MAX_UNANSWERED) {
            counters.addHealthTimeout();
            memory.buffer().putInt(at + UNANSWERED, 0);
            table.setMetadataState(flow, FlowTable.METADATA_ON);
            return;
        }
        memory.buffer().putInt(at + ASKED_MS, nowMs);
        memory.buffer().putInt(at + UNANSWERED, unanswered + 1);
        sender.healthCheck(flow, bucket, unanswered == 0 ? FIRST : REPEATED);
    }

    /** A peer asks about the session to which this flow belongs. */
    void answer(final int flow) {
        final int back = flow ^ 1;
        if (FlowActionFlyweight.metadataRole(table.actions(), table.actionOffset(back))
                != FlowActionFlyweight.METADATA_NONE) {
            sender.send(back, table.bucket(flow >> 1), ControlReason.STATE_EXISTS);
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
