package io.fairway.dataplane.forward;

import io.fairway.model.DropReason;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.VnetHeader;
import org.agrona.MutableDirectBuffer;

/**
 * Packets that the partner has finished and that leave by an interface of this node ({@link PartnerExit}): the partner
 * answers for what is in them, this node for who may send. What was sent under an epoch that is over is dropped here,
 * so that a node that wakes after its time sends nothing through its partner either. Forwarder's thread.
 */
final class PartnerDepartures {
    private final OwnershipGate gate;
    private final Interfaces interfaces;
    private final ForwardCounters counters;
    private final Egress egress;
    private final PartnerExit.Target target = new PartnerExit.Target();

    PartnerDepartures(
            final OwnershipGate gate,
            final Interfaces interfaces,
            final ForwardCounters counters,
            final Egress egress) {
        this.gate = gate;
        this.interfaces = interfaces;
        this.counters = counters;
        this.egress = egress;
    }

    /** A packet came that is to leave here. */
    void onDeparture(
            final int interfaceIndex,
            final int bucket,
            final int epoch,
            final MutableDirectBuffer buffer,
            final int vnetOffset,
            final int frameLength) {
        final int header = vnetOffset + VnetHeader.LENGTH;
        final DropReason refused;
        if (frameLength < PartnerExit.HEADER_BYTES + Ipv4Header.LENGTH) {
            refused = DropReason.TRUNCATED_ETHERNET;
        } else if (interfaceIndex >= interfaces.count() || !interfaces.isHere(interfaceIndex)) {
            refused = DropReason.NO_ROUTE;
        } else if (epoch != PartnerExit.NO_EPOCH && isOver(bucket, epoch)) {
            refused = DropReason.STALE_EPOCH;
        } else {
            target.of(
                    buffer.getLong(header + PartnerExit.NEXT_HOP_HIGH),
                    buffer.getLong(header + PartnerExit.NEXT_HOP_LOW),
                    buffer.getShort(header + PartnerExit.ETHER_TYPE) & 0xffff);
            egress.depart(target, buffer, vnetOffset, frameLength, interfaceIndex);
            refused = null;
        }
        if (refused != null) {
            counters.drop(refused);
        }
    }

    /** An epoch above ours is one that this node has not heard of yet: the partner's. */
    private boolean isOver(final int bucket, final int epoch) {
        final int known = gate.epoch(bucket);
        return epoch < known || epoch == known && gate.owner(bucket) == gate.self();
    }
}
