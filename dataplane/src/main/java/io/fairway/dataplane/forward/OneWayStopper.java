package io.fairway.dataplane.forward;

import io.fairway.dataplane.svr.MetadataKey;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.svr.ControlReason;
import io.fairway.model.wire.svr.MetadataEncoder;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Tells a peer to stop sending forward metadata when its session has no packet that could say so on the way back: after
 * two packets with metadata and none in reverse, then every second (svr-protocol.md section 9, item 14). TCP always has
 * packets both ways. Forwarder's thread only.
 */
final class OneWayStopper {
    private static final int PACKETS_BEFORE = 2;
    private static final int INTERVAL_MS = 1_000;
    private static final int TTL = 64;

    private final FlowTable table;
    private final PeerKeys keys;
    private final Egress egress;
    private final ForwardCounters counters;
    private final Packet packet = new Packet();

    OneWayStopper(final FlowTable table, final PeerKeys keys, final Egress egress, final ForwardCounters counters) {
        this.table = table;
        this.keys = keys;
        this.egress = egress;
        this.counters = counters;
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
        if (table.packets(flow) > PACKETS_BEFORE && nowMs - table.stoppedMs(flow >> 1) < INTERVAL_MS) {
            return;
        }
        table.setStoppedMs(flow >> 1, nowMs);
        send(answer, bucket);
    }

    private void send(final int flow, final int bucket) {
        final DirectBuffer actions = table.actions();
        final int action = table.actionOffset(flow);
        final MetadataKey key = keys.signing(actions, action);
        if (key == null) {
            return;
        }
        final int payloadLength = MetadataEncoder.CONTROL_LENGTH + key.macLength();
        final int total = Ipv4Header.LENGTH + UdpHeader.LENGTH + payloadLength;
        final int ip = egress.reserve(total);
        final MutableDirectBuffer out = egress.memory();
        packet.built(out, ip, ip + Ipv4Header.LENGTH, ip + total);
        Ipv4Header.encode(out, ip, total, TTL, IpProtocol.UDP);
        Ipv4Header.setSource(out, ip, (int) actions.getLong(action + FlowActionFlyweight.SOURCE + 8));
        Ipv4Header.setDestination(out, ip, (int) actions.getLong(action + FlowActionFlyweight.DESTINATION + 8));
        Ipv4Header.computeChecksum(out, ip);
        UdpHeader.encode(
                out,
                packet.l4,
                FlowActionFlyweight.sourcePort(actions, action),
                FlowActionFlyweight.destinationPort(actions, action),
                total - Ipv4Header.LENGTH);
        final int length = MetadataEncoder.control(out, packet.payload, ControlReason.DISABLE_METADATA, key.id());
        keys.sign(key, out, packet.payload, length);
        UdpHeader.computeChecksum(out, ip, packet.l4);
        counters.addGenerated();
        egress.forward(packet, flow, bucket);
    }
}
