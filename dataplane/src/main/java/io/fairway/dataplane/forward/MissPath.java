package io.fairway.dataplane.forward;

import io.fairway.dataplane.neighbor.IcmpResponder;
import io.fairway.model.DropReason;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.PacketParser;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.MetadataView;
import io.fairway.model.wire.svr.TcpAsUdp;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What happens to a packet whose flow is unknown: it is for ourselves, or it waits while the controller decides, or it
 * is refused. Forwarder's thread only.
 */
final class MissPath {
    private static final int SYN_MASK = TcpHeader.SYN | TcpHeader.ACK | TcpHeader.RST | TcpHeader.FIN;

    private final FlowTable table;
    private final PendingTable pending;
    private final FramePool pool;
    private final Interfaces interfaces;
    private final PartnerPath partner;
    private final Waypoints waypoints;
    private final PeerKeys keys;
    private final MetadataRemover remover;
    private final ControlSender sender;
    private final SessionHealth health;
    private final ToController controller;
    private final PeerInbox inbox;
    private final IcmpResponder icmp;
    private final boolean judgesUnknownTcp;
    private final UnsafeBuffer controlKey = new UnsafeBuffer(new byte[FlowKeyFlyweight.LENGTH]);

    private int tcpFlags;

    MissPath(
            final FlowTable table,
            final PendingTable pending,
            final FramePool pool,
            final Interfaces interfaces,
            final PartnerPath partner,
            final Waypoints waypoints,
            final PeerKeys keys,
            final MetadataRemover remover,
            final ControlSender sender,
            final SessionHealth health,
            final ToController controller,
            final IcmpResponder icmp,
            final boolean judgesUnknownTcp) {
        this.table = table;
        this.pending = pending;
        this.pool = pool;
        this.interfaces = interfaces;
        this.partner = partner;
        this.waypoints = waypoints;
        this.keys = keys;
        this.remover = remover;
        this.sender = sender;
        this.health = health;
        this.controller = controller;
        inbox = new PeerInbox(waypoints.paths(), controller);
        this.icmp = icmp;
        this.judgesUnknownTcp = judgesUnknownTcp;
    }

    /** Null if the packet waits now, else why it is dropped. */
    DropReason onPacket(final Packet packet, final DirectBuffer key, final long nowNs) {
        final long high = packet.parsed.destinationHigh();
        final long low = packet.parsed.destinationLow();
        if (interfaces.isOurs(packet.interfaceIndex, packet.parsed.sourceHigh(), packet.parsed.sourceLow())) {
            return DropReason.MARTIAN_SOURCE;
        }
        final boolean said = PeerInbox.isFor(packet) && waypoints.isLocal(high, low);
        if (said || PeerInbox.isProbe(packet) && keys.isFromPeer(packet.parsed)) {
            return checksumOk(packet)
                    ? inbox.onPacket(packet, keys.path(packet.parsed), nowNs)
                    : DropReason.BAD_L4_CHECKSUM;
        }
        final boolean echo = packet.protocol == IpProtocol.ICMP || packet.protocol == IpProtocol.ICMPV6;
        if (IpProtocol.hasPorts(packet.protocol) && waypoints.isLocal(high, low) && !mayLeadOn(packet)) {
            return atWaypoint(packet, key, nowNs);
        }
        if (!checksumOk(packet)) {
            return DropReason.BAD_L4_CHECKSUM;
        }
        if (interfaces.isOurs(packet.interfaceIndex, high, low) && (echo || !interfaces.leadsOn())) {
            return toOurselves(packet);
        }
        if (IpAddress.isLinkLocal(high) || IpAddress.isLinkLocal(packet.parsed.sourceHigh())) {
            return DropReason.LINK_LOCAL;
        }
        if (packet.protocol == IpProtocol.TCP && !mayOpen(packet.parsed.tcpFlags())) {
            return DropReason.TCP_NOT_SYN;
        }
        tcpFlags = packet.parsed.tcpFlags();
        return await(packet, key, packet.buffer, 0, nowNs);
    }

    /** A stranger's packet to a waypoint may be for a service that has its NAT target behind us. */
    private boolean mayLeadOn(final Packet packet) {
        return interfaces.leadsOn()
                && !keys.isFromPeer(packet.parsed)
                && !Metadata.isPresent(packet.buffer, packet.payload, packet.payloadLength());
    }

    /** A SYN; of other segments none, or if a service judges them, all that a sender without fault may send. */
    private boolean mayOpen(final int flags) {
        final boolean resets = (flags & TcpHeader.RST) != 0;
        final boolean absurd = (flags & (TcpHeader.SYN | TcpHeader.FIN)) == (TcpHeader.SYN | TcpHeader.FIN);
        return (flags & SYN_MASK) == TcpHeader.SYN || judgesUnknownTcp && !resets && !absurd;
    }

    private DropReason atWaypoint(final Packet packet, final DirectBuffer key, final long nowNs) {
        final boolean fromPeer = keys.isFromPeer(packet.parsed);
        if (!Metadata.isPresent(packet.buffer, packet.payload, packet.payloadLength())) {
            return unknownFlow(packet, fromPeer, nowNs);
        }
        if (!fromPeer) {
            return DropReason.METADATA_UNKNOWN_PEER;
        }
        final DropReason refused = remover.check(packet);
        if (refused != null) {
            return refused;
        }
        final MetadataView view = remover.view();
        if (view.healthCheck() != 0) {
            return onHealthCheck(packet, key, nowNs);
        }
        if (view.isFalsePositive()) {
            return unknownFlow(packet, true, nowNs);
        }
        if (view.controlReason() != MetadataView.NO_CONTROL && !remover.isAnnounced()) {
            return onControl(packet, key, view.controlReason(), nowNs);
        }
        final int length = remover.reveal(packet);
        if (length < 0) {
            return DropReason.METADATA_NOT_DECRYPTED;
        }
        final boolean tcpAsUdp =
                packet.protocol == IpProtocol.UDP && MetadataParser.saysTcpAsUdp(remover.revealed(), 0, length);
        final int behind = packet.payload + view.total();
        tcpFlags = tcpAsUdp ? TcpAsUdp.flags(packet.buffer, behind, packet.end - behind) : packet.parsed.tcpFlags();
        return await(packet, key, remover.revealed(), length, nowNs);
    }

    /**
     * A peer goes on with a session that is unknown here (svr-protocol.md section 2.7): it must say again what it is.
     */
    private DropReason unknownFlow(final Packet packet, final boolean fromPeer, final long nowNs) {
        if (fromPeer && !health.watches()) {
            sender.requestMetadata(packet, nowNs);
        }
        return DropReason.UNKNOWN_FLOW_AT_WAYPOINT;
    }

    private DropReason onHealthCheck(final Packet packet, final DirectBuffer key, final long nowNs) {
        final int flow = controlledFlow(key);
        if (flow == FlowTable.NONE) {
            sender.requestMetadata(packet, nowNs);
            return DropReason.UNKNOWN_FLOW_AT_WAYPOINT;
        }
        if (partner.crossed(packet, table.bucket(flow >> 1))) {
            return null;
        }
        health.answer(flow);
        return DropReason.CONTROL_MESSAGE;
    }

    /** A control message about a TCP session comes in UDP (svr-protocol.md section 9, item 16). */
    private int controlledFlow(final DirectBuffer key) {
        controlKey.putBytes(0, key, 0, FlowKeyFlyweight.LENGTH);
        controlKey.putByte(FlowKeyFlyweight.PROTOCOL, (byte) IpProtocol.TCP);
        return table.find(controlKey, 0);
    }

    private DropReason onControl(final Packet packet, final DirectBuffer key, final int reason, final long nowNs) {
        final int flow = controlledFlow(key);
        if (flow != FlowTable.NONE && !partner.crossed(packet, table.bucket(flow >> 1))) {
            remover.onControl(flow, reason);
            if (health.watches()) {
                health.onReceived(flow, nowNs);
            }
            return DropReason.CONTROL_MESSAGE;
        }
        return flow == FlowTable.NONE ? DropReason.CONTROL_MESSAGE : null;
    }

    private DropReason toOurselves(final Packet packet) {
        if (!packet.parsed.isEchoRequest()) {
            return DropReason.TO_OURSELVES;
        }
        icmp.echoReply(
                packet.interfaceIndex, packet.stationMac, packet.buffer, packet.l4, packet.end - packet.l4, packet.ip);
        return DropReason.CONSUMED_ECHO;
    }

    private DropReason await(
            final Packet packet,
            final DirectBuffer key,
            final DirectBuffer metadata,
            final int metadataLength,
            final long nowNs) {
        if (partner.crossedUnknown(packet, key)) {
            return null;
        }
        final int waiting = pending.find(key, 0);
        if (waiting != PendingTable.NONE) {
            return pending.hasRoom(waiting) ? queue(packet, waiting) : DropReason.PENDING_QUEUE_FULL;
        }
        if (pending.isFull()) {
            return DropReason.PENDING_TABLE_FULL;
        }
        final int entry = pending.open(key, 0, nowNs);
        final DropReason refused = queue(packet, entry);
        if (refused != null) {
            pending.close(entry);
            return refused;
        }
        if (!controller.firstPacket(pending.id(entry), key, tcpFlags, packet.ipLength(), metadata, 0, metadataLength)) {
            pool.giveBack(pending.close(entry));
            return DropReason.CONTROLLER_BUSY;
        }
        return null;
    }

    private DropReason queue(final Packet packet, final int entry) {
        final int frame = pool.copy(packet.buffer, packet.vnet, packet.frameLength, packet.interfaceIndex, packet.vlan);
        if (frame == FramePool.NONE) {
            return DropReason.PENDING_QUEUE_FULL;
        }
        pending.queue(entry, frame);
        return null;
    }

    private static boolean checksumOk(final Packet packet) {
        return packet.verified || PacketParser.l4ChecksumOk(packet.buffer, packet.parsed);
    }
}
