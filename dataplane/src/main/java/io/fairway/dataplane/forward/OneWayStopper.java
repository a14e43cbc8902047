package io.fairway.dataplane.forward;

import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.svr.ControlReason;
import java.util.concurrent.TimeUnit;

/**
 * Tells a peer to stop sending forward metadata when its session has no packet that could say so on the way back: after
 * two packets with metadata and none in reverse, then every second (svr-protocol.md section 9, item 14). TCP always has
 * packets both ways. Forwarder's thread only.
 */
final class OneWayStopper {
    private static final int PACKETS_BEFORE = 2;
    private static final int INTERVAL_MS = 1_000;

    private final FlowTable table;
    private final ControlSender sender;

    OneWayStopper(final FlowTable table, final ControlSender sender) {
        this.table = table;
        this.sender = sender;
    }

    /** After a packet of this flow was counted: sends the control message if it is due. */
    void onPacket(final int flow, final int protocolFromPeer, final int bucket, final long nowNs) {
        final int answer = flow ^ 1;
        if (protocolFromPeer != IpProtocol.UDP
                || table.metadataState(answer) != FlowTable.METADATA_ON
                || FlowActionFlyweight.metadataRole(table.actions(), table.actionOffset(answer))
                        != FlowActionFlyweight.METADATA_REVERSE
                || table.packets(answer) > 0
                || table.packets(flow) < PACKETS_BEFORE) {
            return;
        }
        final int nowMs = (int) TimeUnit.NANOSECONDS.toMillis(nowNs);
        if (table.packets(flow) > PACKETS_BEFORE && nowMs - table.controlledMs(flow >> 1) < INTERVAL_MS) {
            return;
        }
        table.setControlledMs(flow >> 1, nowMs);
        sender.send(answer, bucket, ControlReason.DISABLE_METADATA);
    }
}
