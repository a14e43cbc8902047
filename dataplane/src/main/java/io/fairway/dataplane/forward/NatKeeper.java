package io.fairway.dataplane.forward;

import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.svr.ControlReason;
import java.util.concurrent.TimeUnit;

/**
 * Breaks the silence of sessions whose session type wants it, so that a NAT between the routers keeps its binding
 * (svr-protocol.md section 2.11): a keep-alive every 20 seconds from the router that opened the session, if UDP carries
 * it. A binding of TCP lives for hours (RFC 5382, requirement 5), and a keep-alive in UDP would not refresh it. The
 * session itself ends as if nothing had been sent. Forwarder's thread only.
 */
final class NatKeeper {
    private static final int INTERVAL_MS = 20_000;

    private final FlowTable table;
    private final ControlSender sender;

    NatKeeper(final FlowTable table, final ControlSender sender) {
        this.table = table;
        this.sender = sender;
    }

    /** Sends a keep-alive if it is due; the session is ours. */
    void onSession(final int slot, final long nowNs) {
        if (!table.isMarked(slot, FlowTable.KEPT_ALIVE)
                || nowNs - table.lastSeenNs(slot) < TimeUnit.MILLISECONDS.toNanos(INTERVAL_MS)) {
            return;
        }
        final int flow = 2 * slot;
        final int nowMs = (int) TimeUnit.NANOSECONDS.toMillis(nowNs);
        if (FlowActionFlyweight.metadataRole(table.actions(), table.actionOffset(flow))
                        == FlowActionFlyweight.METADATA_FORWARD
                && table.wireProtocol(flow) == IpProtocol.UDP
                && nowMs - table.controlledMs(slot) >= INTERVAL_MS) {
            table.setControlledMs(slot, nowMs);
            sender.send(flow, table.bucket(slot), ControlReason.KEEP_ALIVE);
        }
    }
}
