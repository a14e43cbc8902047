package io.fairway.dataplane.forward;

import io.fairway.model.DropReason;
import io.fairway.model.wire.VnetHeader;
import org.agrona.MutableDirectBuffer;

/**
 * Packets that this node has finished but cannot put on their link, as only the partner has the interface, or a link
 * there: they cross the fabric and leave at the partner ({@link PartnerDepartures}). Forwarder's thread.
 *
 * <p>They cross like any frame ({@code Crossing}), with {@link #MARK} set beside the interface's index. In the place of
 * an Ethernet header they carry whom they are for, as only who has the link can resolve it:
 *
 * <pre>
 * 0 u64, u64 next hop, as in IpAddress; or ETHERNET and an Ethernet address   16 u16 EtherType   18 IP packet
 * </pre>
 */
final class PartnerExit {
    /** Set in the interface's index: the frame is to leave there, it has not arrived there. */
    static final int MARK = 0x8000;

    /** Bytes in front of the IP packet; as many as those of an Ethernet header with a VLAN tag. */
    static final int HEADER_BYTES = 18;

    static final int NEXT_HOP_HIGH = 0;
    static final int NEXT_HOP_LOW = 8;
    static final int ETHER_TYPE = 16;

    /** In the upper half of a next hop, where it is of no address: the lower half is an Ethernet address. */
    static final long ETHERNET = -1;

    /** The epoch of what belongs to no session; its bucket says nothing. */
    static final int NO_EPOCH = -1;

    private static final int NO_BUCKET = 0;

    private final OwnershipGate gate;
    private final CrossingLink crossing;
    private final ForwardCounters counters;

    PartnerExit(final OwnershipGate gate, final CrossingLink crossing, final ForwardCounters counters) {
        this.gate = gate;
        this.crossing = crossing;
        this.counters = counters;
    }

    /** Whom a packet is for, and what it is. Reused. */
    static final class Target {
        long nextHopHigh;
        long nextHopLow;
        int etherType;

        Target of(final long high, final long low, final int type) {
            nextHopHigh = high;
            nextHopLow = low;
            etherType = type;
            return this;
        }
    }

    /**
     * Sends a packet of a session of ours, if the gate still lets it pass.
     *
     * @param vnetOffset where its vnet header is, that long and {@link #HEADER_BYTES} in front of the IP packet
     * @param frameLength bytes from the end of that header on
     */
    void send(
            final Target target,
            final MutableDirectBuffer buffer,
            final int vnetOffset,
            final int frameLength,
            final int egress,
            final int bucket,
            final long nowNs) {
        if (gate.mayForward(bucket, nowNs)) {
            cross(target, buffer, vnetOffset, frameLength, egress, bucket, gate.epoch(bucket));
        } else {
            counters.drop(DropReason.GATE_CLOSED);
        }
    }

    /** Sends a packet of our own that belongs to no session. */
    void originate(
            final Target target,
            final MutableDirectBuffer buffer,
            final int vnetOffset,
            final int frameLength,
            final int egress) {
        cross(target, buffer, vnetOffset, frameLength, egress, NO_BUCKET, NO_EPOCH);
    }

    private void cross(
            final Target target,
            final MutableDirectBuffer buffer,
            final int vnetOffset,
            final int frameLength,
            final int egress,
            final int bucket,
            final int epoch) {
        final int header = vnetOffset + VnetHeader.LENGTH;
        buffer.putLong(header + NEXT_HOP_HIGH, target.nextHopHigh);
        buffer.putLong(header + NEXT_HOP_LOW, target.nextHopLow);
        buffer.putShort(header + ETHER_TYPE, (short) target.etherType);
        if (crossing.send(MARK | egress, bucket, epoch, buffer, vnetOffset, frameLength)) {
            counters.addCrossedOut();
        } else {
            counters.drop(DropReason.EXIT_UNREACHABLE);
        }
    }
}
