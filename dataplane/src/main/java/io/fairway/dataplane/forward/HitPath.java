package io.fairway.dataplane.forward;

import io.fairway.dataplane.neighbor.IcmpResponder;
import io.fairway.model.DropReason;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.PacketParser;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import org.agrona.DirectBuffer;

/**
 * What happens to a packet whose flow is known; the order of its steps is the security argument. Forwarder's thread.
 */
final class HitPath {
    private final FlowTable table;
    private final OwnershipGate gate;
    private final Interfaces interfaces;
    private final CrossingLink crossing;
    private final ForwardCounters counters;
    private final MetadataRemover remover;
    private final MetadataInserter inserter;
    private final OneWayStopper stopper;
    private final ToController controller;
    private final IcmpResponder icmp;
    private final Egress egress;

    HitPath(
            final FlowTable table,
            final OwnershipGate gate,
            final Interfaces interfaces,
            final CrossingLink crossing,
            final ForwardCounters counters,
            final MetadataRemover remover,
            final MetadataInserter inserter,
            final OneWayStopper stopper,
            final ToController controller,
            final IcmpResponder icmp,
            final Egress egress) {
        this.table = table;
        this.gate = gate;
        this.interfaces = interfaces;
        this.crossing = crossing;
        this.counters = counters;
        this.remover = remover;
        this.inserter = inserter;
        this.stopper = stopper;
        this.controller = controller;
        this.icmp = icmp;
        this.egress = egress;
    }

    /** Forwards, crosses or drops the packet. */
    void onPacket(final Packet packet, final int flow, final long nowNs) {
        final int slot = flow >> 1;
        final int bucket = table.bucket(slot);
        if (gate.owner(bucket) != gate.self()) {
            cross(packet, bucket);
            return;
        }
        final DropReason refused = forward(packet, flow, bucket, nowNs);
        if (refused != null) {
            counters.drop(refused);
        }
        controller.report(slot);
    }

    private void cross(final Packet packet, final int bucket) {
        if (packet.crossed) {
            // It was sent here under an ownership that is over; sending it back could go on for ever.
            counters.drop(DropReason.STALE_EPOCH);
        } else if (crossing.send(
                packet.interfaceIndex, bucket, gate.epoch(bucket), packet.buffer, packet.vnet, packet.frameLength)) {
            counters.addCrossedOut();
        } else {
            counters.drop(DropReason.OWNER_UNREACHABLE);
        }
    }

    private DropReason forward(final Packet packet, final int flow, final int bucket, final long nowNs) {
        final DirectBuffer actions = table.actions();
        final int action = table.actionOffset(flow);
        final boolean fromSvr = FlowActionFlyweight.fromSvr(actions, action);
        if (!gate.mayForward(bucket, nowNs)) {
            return DropReason.GATE_CLOSED;
        }
        if (packet.parsed.ttl() <= 1) {
            return timeExceeded(packet, fromSvr, nowNs);
        }
        final DropReason metadata = fromSvr ? remover.onPacket(packet, flow) : null;
        if (metadata != null) {
            return metadata;
        }
        final int transport = FlowActionFlyweight.transport(actions, action);
        final DropReason content =
                transport == FlowActionFlyweight.DECAPSULATE_UDP ? Rewriter.decapsulate(packet) : null;
        if (content != null) {
            return content;
        }
        table.count(flow, packet.ipLength(), nowNs);
        track(packet, flow, nowNs);
        final boolean encapsulate = transport == FlowActionFlyweight.ENCAPSULATE_UDP;
        final int mtuBytes = mtuBytes(FlowActionFlyweight.egressInterface(actions, action));
        final int room = mtuBytes - packet.wireLength() - (encapsulate ? UdpHeader.LENGTH : 0);
        int growth = inserter.metadataGrowth(flow);
        if (growth > 0 && tooMuch(packet, growth, room) && table.isMarked(flow >> 1, FlowTable.HANDSHAKE_DONE)) {
            growth = 0;
        }
        final boolean withMetadata = growth > 0;
        if (!withMetadata) {
            growth = inserter.falsePositiveGrowth(packet, flow, encapsulate);
        }
        if (room < 0 || tooMuch(packet, growth, room)) {
            return tooBig(packet, fromSvr, room, growth, mtuBytes - (encapsulate ? UdpHeader.LENGTH : 0), nowNs);
        }
        if ((growth > 0 || encapsulate) && !checksumOk(packet)) {
            return DropReason.BAD_L4_CHECKSUM;
        }
        Rewriter.rewrite(packet, actions, action);
        if (withMetadata) {
            inserter.addMetadata(packet, flow, encapsulate);
        } else if (growth > 0) {
            inserter.addFalsePositive(packet, flow, encapsulate);
        } else if (encapsulate) {
            inserter.encapsulate(packet, flow);
        }
        Rewriter.finish(packet);
        egress.forward(packet, flow, bucket);
        if (fromSvr) {
            stopper.onPacket(flow, packet.parsed.protocol(), bucket, nowNs);
        }
        return null;
    }

    private int mtuBytes(final int egressInterface) {
        return egressInterface < interfaces.count() ? interfaces.mtuBytes(egressInterface) : Integer.MAX_VALUE;
    }

    private DropReason timeExceeded(final Packet packet, final boolean fromSvr, final long nowNs) {
        if (!fromSvr) {
            icmp.timeExceeded(packet.interfaceIndex, packet.buffer, packet.ip, packet.stationMac, nowNs);
        }
        return DropReason.TTL_EXCEEDED;
    }

    private void track(final Packet packet, final int flow, final long nowNs) {
        if (packet.protocol == IpProtocol.TCP) {
            TcpTracker.onPacket(table, flow, TcpHeader.flags(packet.buffer, packet.l4), nowNs);
        } else if ((flow & 1) == 1 && !table.isMarked(flow >> 1, FlowTable.ESTABLISHED)) {
            table.mark(flow >> 1, FlowTable.ESTABLISHED);
        }
    }

    /** Whether this growth does not fit; a super-frame cannot grow, as only its first packet would. */
    private static boolean tooMuch(final Packet packet, final int growth, final int room) {
        return growth > 0 && (packet.isSuperFrame() || growth > room);
    }

    private DropReason tooBig(
            final Packet packet,
            final boolean fromSvr,
            final int room,
            final int growth,
            final int mtuBytes,
            final long nowNs) {
        if (!fromSvr && packet.dontFragment()) {
            icmp.fragmentationNeeded(
                    packet.interfaceIndex, packet.buffer, packet.ip, packet.stationMac, mtuBytes - growth, nowNs);
        }
        return room < 0 ? DropReason.TOO_BIG_FOR_EGRESS : DropReason.METADATA_DOES_NOT_FIT;
    }

    /** A checksum is computed anew only over what was right before: damage must not be sealed. */
    private static boolean checksumOk(final Packet packet) {
        return packet.verified || packet.recompute || PacketParser.l4ChecksumOk(packet.buffer, packet.parsed);
    }
}
