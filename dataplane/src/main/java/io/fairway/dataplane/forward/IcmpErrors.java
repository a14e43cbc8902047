package io.fairway.dataplane.forward;

import io.fairway.dataplane.neighbor.IcmpResponder;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.IcmpError;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.QuotedPacket;

/**
 * ICMP errors of our own about packets of known flows: to the client or server that has sent the packet, or along the
 * session to its sender's router if it came from a peer. Forwarder's thread only.
 */
final class IcmpErrors {
    private static final int TTL = 64;

    private final FlowTable table;
    private final Interfaces interfaces;
    private final IcmpResponder icmp;
    private final IcmpErrorSender sender;
    private final ForwardCounters counters;
    private final IcmpErrorReport report = new IcmpErrorReport();

    IcmpErrors(
            final FlowTable table,
            final Interfaces interfaces,
            final IcmpResponder icmp,
            final IcmpErrorSender sender,
            final ForwardCounters counters) {
        this.table = table;
        this.interfaces = interfaces;
        this.icmp = icmp;
        this.sender = sender;
        this.counters = counters;
    }

    /** Tells the sender that the packet's time to live ran out here. */
    void timeExceeded(final Packet packet, final int flow, final int bucket) {
        if (fromSvr(flow)) {
            tellPeer(packet, flow, bucket, IcmpError.timeExceeded(packet.v6));
        } else {
            icmp.timeExceeded(packet.interfaceIndex, packet.buffer, packet.ip, packet.stationMac);
        }
    }

    /**
     * Tells the sender of a packet that may not be cut how large it may be.
     *
     * @param largestBytes bytes of IP packet that would fit, as the packet came
     * @param mtuBytes of the interface by which it would leave
     */
    void tooBig(final Packet packet, final int flow, final int bucket, final int largestBytes, final int mtuBytes) {
        if (fromSvr(flow)) {
            tellPeer(packet, flow, bucket, IcmpError.tooBig(packet.v6, goesToPeer(flow) ? largestBytes : mtuBytes));
        } else {
            icmp.packetTooBig(packet.interfaceIndex, packet.buffer, packet.ip, packet.stationMac, largestBytes);
        }
    }

    private void tellPeer(final Packet packet, final int flow, final int bucket, final long head) {
        if (QuotedPacket.parse(packet.buffer, packet.ip, packet.end, report.quoted) != null || !icmp.mayTellOfError()) {
            return;
        }
        report.buffer = packet.buffer;
        report.head = head;
        report.ttl = TTL;
        report.betweenRouters = goesToPeer(flow);
        locate(packet, flow);
        if (sender.send(report, flow ^ 1, bucket) == null) {
            counters.addGenerated();
        }
    }

    /** Our address where the packet came in, of the session's family so far as we know it, or where it would leave. */
    private void locate(final Packet packet, final int flow) {
        final int action = table.actionOffset(flow);
        final boolean v6 = FlowActionFlyweight.toV6(table.actions(), action);
        final int out = FlowActionFlyweight.egressInterface(table.actions(), action);
        final int in = packet.interfaceIndex;
        if (v6) {
            final int ours = interfaces.addressHigh(in) == 0 ? out : in;
            report.location(interfaces.addressHigh(ours), interfaces.addressLow(ours));
        } else {
            final int ours = interfaces.addressV4(in) == 0 ? out : in;
            report.location(0, IpAddress.v4Low(interfaces.addressV4(ours)));
        }
    }

    private boolean fromSvr(final int flow) {
        return FlowActionFlyweight.fromSvr(table.actions(), table.actionOffset(flow));
    }

    private boolean goesToPeer(final int flow) {
        return FlowActionFlyweight.metadataRole(table.actions(), table.actionOffset(flow))
                != FlowActionFlyweight.METADATA_NONE;
    }
}
