package io.fairway.dataplane.forward;

import io.fairway.dataplane.fabric.Crossing;
import io.fairway.dataplane.io.FrameHandler;
import io.fairway.dataplane.neighbor.GatewayWatch;
import io.fairway.dataplane.neighbor.NeighborExchange;
import io.fairway.dataplane.neighbor.NeighborResolver;
import io.fairway.model.DropReason;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.PacketParser;
import io.fairway.model.wire.VnetHeader;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where frames enter the pipeline: from a port, from the partner, or from the pending table. Forwarder's thread only.
 */
final class Ingress implements FrameHandler, Crossing.CrossingHandler {
    private final Interfaces interfaces;
    private final ForwardCounters counters;
    private final FlowTable table;
    private final HitPath hit;
    private final MissPath miss;
    private final Fragments fragments;
    private final IcmpErrorPath errors;
    private final PartnerDepartures departures;
    private final NeighborResolver resolver;
    private final NeighborExchange neighbors;
    private final GatewayWatch gateways;
    private final SessionProgress progress;
    private final Packet packet = new Packet();
    private final UnsafeBuffer key = new UnsafeBuffer(BufferUtil.allocateDirectAligned(FlowKeyFlyweight.LENGTH, 64));

    private long nowNs;

    Ingress(
            final Interfaces interfaces,
            final ForwardCounters counters,
            final FlowTable table,
            final HitPath hit,
            final MissPath miss,
            final Fragments fragments,
            final IcmpErrorPath errors,
            final PartnerDepartures departures,
            final NeighborResolver resolver,
            final NeighborExchange neighbors,
            final GatewayWatch gateways,
            final SessionProgress progress) {
        this.interfaces = interfaces;
        this.counters = counters;
        this.table = table;
        this.hit = hit;
        this.miss = miss;
        this.fragments = fragments;
        this.errors = errors;
        this.departures = departures;
        this.resolver = resolver;
        this.neighbors = neighbors;
        this.gateways = gateways;
        this.progress = progress;
    }

    /** A turn begins. */
    void begin(final long turnNowNs) {
        nowNs = turnNowNs;
    }

    @Override
    public void onFrame(
            final int interfaceIndex,
            final MutableDirectBuffer buffer,
            final int vnetOffset,
            final int frameLength,
            final int vlan) {
        counters.received(interfaceIndex, frameLength);
        final DropReason foreign = checkStation(interfaceIndex, buffer, vnetOffset + VnetHeader.LENGTH, frameLength);
        packet.crossedEpoch = PartnerPath.NOT_CROSSED;
        packet.released = false;
        if (foreign == null) {
            gateways.onFrame(interfaceIndex, EthernetHeader.source(buffer, vnetOffset + VnetHeader.LENGTH));
        }
        final DropReason refused =
                foreign != null ? foreign : onStation(interfaceIndex, buffer, vnetOffset, frameLength, vlan);
        if (refused != null) {
            counters.drop(refused);
        }
    }

    private DropReason checkStation(
            final int interfaceIndex, final MutableDirectBuffer buffer, final int frame, final int frameLength) {
        if (frameLength < EthernetHeader.LENGTH) {
            return DropReason.TRUNCATED_ETHERNET;
        }
        final long destination = EthernetHeader.destination(buffer, frame);
        if (destination == interfaces.hardwareMac(interfaceIndex)) {
            return null;
        }
        if (destination == interfaces.virtualMac(interfaceIndex)) {
            return interfaces.hears(interfaceIndex, nowNs) ? null : DropReason.NOT_GROUP_LEADER;
        }
        final boolean arpForAll =
                destination == MacAddress.BROADCAST.bits() && isType(EthernetHeader.ARP, buffer, frame, frameLength);
        final boolean forGroup = interfaces.isInGroup(interfaceIndex, destination)
                && isType(EthernetHeader.IPV6, buffer, frame, frameLength);
        return arpForAll || forGroup ? null : DropReason.NOT_FOR_US;
    }

    private static boolean isType(
            final int etherType, final MutableDirectBuffer buffer, final int frame, final int frameLength) {
        final int type = EthernetHeader.type(buffer, frame);
        return type == etherType
                || (type == EthernetHeader.VLAN_TAG
                        && frameLength >= EthernetHeader.LENGTH + EthernetHeader.TAG_LENGTH
                        && EthernetHeader.taggedType(buffer, frame) == etherType);
    }

    /** A frame for this station; null if it went on, else why it is dropped. */
    private DropReason onStation(
            final int interfaceIndex,
            final MutableDirectBuffer buffer,
            final int vnetOffset,
            final int frameLength,
            final int vlan) {
        packet.frame(interfaceIndex, buffer, vnetOffset, frameLength, vlan);
        final DropReason malformed =
                PacketParser.parse(buffer, packet.frameOffset(), frameLength, packet.verified, packet.parsed);
        if (malformed != null && malformed != DropReason.IP_FRAGMENT) {
            return malformed;
        }
        packet.vlan = vlan != 0 ? vlan : packet.parsed.vlan();
        packet.stationMac = EthernetHeader.source(buffer, packet.frameOffset());
        if (packet.vlan != interfaces.vlan(interfaceIndex)) {
            return DropReason.VLAN_UNKNOWN;
        }
        if (packet.parsed.isArp()) {
            resolver.onArp(interfaceIndex, buffer, packet.parsed.ipOffset(), nowNs);
            return DropReason.CONSUMED_ARP;
        }
        if (packet.parsed.isNeighborMessage()) {
            return onNeighborMessage();
        }
        if (EthernetHeader.isGroup(EthernetHeader.destination(buffer, packet.frameOffset()))) {
            return DropReason.NOT_FOR_US;
        }
        if (malformed != null) {
            return whole(fragments.onIpFragment(packet, nowNs), false);
        }
        packet.takeOffsets();
        if (packet.parsed.isIcmpError()) {
            return errors.onError(packet);
        }
        if (packet.partialChecksum && !IpProtocol.hasPorts(packet.protocol) && !packet.completeForeignChecksum()) {
            return DropReason.BAD_L4_CHECKSUM;
        }
        packet.parsed.encodeKey(key, 0, interfaceIndex, packet.vlan);
        if (fragments.isPiece(packet)) {
            return whole(fragments.onPiece(packet, key, nowNs), true);
        }
        if (errors.isFromPeer(packet)) {
            return errors.onPeersError(packet, key);
        }
        final int flow = table.find(key, 0);
        if (flow == FlowTable.NONE) {
            return miss.onPacket(packet, key, nowNs);
        }
        hit.onPacket(packet, flow, nowNs);
        return null;
    }

    /** What the last fragment made whole goes on as if it had come so. */
    private DropReason whole(final DropReason refused, final boolean trusted) {
        if (refused != null || !fragments.isWhole()) {
            return refused;
        }
        fragments.frame(packet, trusted);
        return onStation(
                packet.interfaceIndex,
                fragments.memory(),
                fragments.vnetOffset(),
                fragments.frameLength(),
                packet.vlan);
    }

    private DropReason onNeighborMessage() {
        if (!packet.verified && !PacketParser.l4ChecksumOk(packet.buffer, packet.parsed)) {
            return DropReason.BAD_L4_CHECKSUM;
        }
        return resolver.onNeighborMessage(packet.interfaceIndex, packet.buffer, packet.parsed, nowNs)
                ? DropReason.CONSUMED_NEIGHBOR_MESSAGE
                : DropReason.ROUTER_MESSAGE_IGNORED;
    }

    @Override
    public void onCrossing(
            final int interfaceIndex,
            final int bucket,
            final int epoch,
            final MutableDirectBuffer buffer,
            final int vnetOffset,
            final int frameLength) {
        if (interfaceIndex == PartnerLine.NEIGHBORS) {
            neighbors.onMessage(buffer, vnetOffset + VnetHeader.LENGTH, frameLength, nowNs);
            return;
        }
        if (interfaceIndex == PartnerLine.SESSIONS) {
            progress.onMessage(buffer, vnetOffset + VnetHeader.LENGTH, frameLength, nowNs);
            return;
        }
        counters.addCrossedIn();
        if ((interfaceIndex & PartnerExit.MARK) != 0) {
            departures.onDeparture(interfaceIndex & ~PartnerExit.MARK, bucket, epoch, buffer, vnetOffset, frameLength);
        } else {
            fromPartner(interfaceIndex, buffer, vnetOffset, frameLength, epoch);
        }
    }

    /** A packet that crossed and was held goes on. */
    void onHeld(final FramePool pool, final int frame, final int epoch) {
        fromPartner(
                pool.interfaceIndex(frame), pool.buffer(frame), pool.vnetOffset(frame), pool.frameLength(frame), epoch);
    }

    private void fromPartner(
            final int interfaceIndex,
            final MutableDirectBuffer buffer,
            final int vnetOffset,
            final int frameLength,
            final int epoch) {
        packet.crossedEpoch = epoch;
        packet.released = false;
        // The partner has checked the VLAN, and its kernel may have taken the tag out of the frame.
        final DropReason refused = interfaceIndex < interfaces.count()
                ? onStation(interfaceIndex, buffer, vnetOffset, frameLength, interfaces.vlan(interfaceIndex))
                : DropReason.NO_ROUTE;
        if (refused != null) {
            counters.drop(refused);
        }
    }

    /** A packet that waited for its session's set-up; the session should be there now. */
    void onReleased(
            final int interfaceIndex,
            final MutableDirectBuffer buffer,
            final int vnetOffset,
            final int frameLength,
            final int vlan) {
        packet.crossedEpoch = PartnerPath.NOT_CROSSED;
        packet.released = true;
        packet.frame(interfaceIndex, buffer, vnetOffset, frameLength, vlan);
        PacketParser.parse(buffer, packet.frameOffset(), frameLength, packet.verified, packet.parsed);
        packet.takeOffsets();
        packet.stationMac = EthernetHeader.source(buffer, packet.frameOffset());
        packet.parsed.encodeKey(key, 0, interfaceIndex, vlan);
        final int flow = table.find(key, 0);
        if (flow == FlowTable.NONE) {
            counters.drop(DropReason.CONTROLLER_REFUSED);
        } else {
            hit.onPacket(packet, flow, nowNs);
        }
    }
}
