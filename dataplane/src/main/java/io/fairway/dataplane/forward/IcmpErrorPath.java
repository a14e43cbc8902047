package io.fairway.dataplane.forward;

import io.fairway.model.DropReason;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.wire.IcmpError;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.PacketParser;
import io.fairway.model.wire.QuotedPacket;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.MetadataView;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * ICMP errors that arrive: from a host or router about a packet that left here, or from a peer about one that it has
 * had from us. The packet in error names the session, and the error goes back the way that the packet came. An error
 * keeps no session alive and begins none. Forwarder's thread only.
 */
final class IcmpErrorPath {
    private final FlowTable table;
    private final Interfaces interfaces;
    private final MetadataRemover remover;
    private final PartnerPath partner;
    private final IcmpErrorSender sender;
    private final IcmpErrorRestorer restorer;
    private final IcmpErrorReport report = new IcmpErrorReport();
    private final MetadataView view = new MetadataView();
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowKeyFlyweight.LENGTH]);

    /** How an error goes on: to a peer, or to a client or server. */
    record Ways(IcmpErrorSender sender, IcmpErrorRestorer restorer) {}

    IcmpErrorPath(
            final FlowTable table,
            final Interfaces interfaces,
            final MetadataRemover remover,
            final PartnerPath partner,
            final Ways ways) {
        this.table = table;
        this.interfaces = interfaces;
        this.remover = remover;
        this.partner = partner;
        sender = ways.sender();
        restorer = ways.restorer();
    }

    /** Takes an error that is no peer's; null if it went on, else why it is dropped. */
    DropReason onError(final Packet packet) {
        final long high = packet.parsed.sourceHigh();
        final long low = packet.parsed.sourceLow();
        if (interfaces.isOurs(packet.interfaceIndex, high, low)) {
            return DropReason.MARTIAN_SOURCE;
        }
        if (IpAddress.isLinkLocal(high) || IpAddress.isLinkLocal(packet.parsed.destinationHigh())) {
            return DropReason.LINK_LOCAL;
        }
        if (!packet.verified && !PacketParser.l4ChecksumOk(packet.buffer, packet.parsed)) {
            return DropReason.BAD_L4_CHECKSUM;
        }
        final DropReason malformed = QuotedPacket.parse(packet.buffer, packet.payload, packet.end, report.quoted);
        // An error goes to who sent the packet, and is of the packet's family.
        if (malformed != null || report.quoted.isV6() != packet.v6 || !wentToSender(packet)) {
            return DropReason.ICMP_ERROR_MALFORMED;
        }
        report.quoted.encodeReverseKey(key, 0, packet.interfaceIndex, packet.vlan);
        final int flow = table.find(key, 0);
        if (flow == FlowTable.NONE) {
            return DropReason.ICMP_ERROR_NO_SESSION;
        }
        if (partner.crossed(packet, table.bucket(flow >> 1))) {
            return null;
        }
        report.buffer = packet.buffer;
        report.head = IcmpError.read(packet.buffer, packet.l4);
        report.betweenRouters = role(flow ^ 1) != FlowActionFlyweight.METADATA_NONE;
        report.location(high, low);
        hide(flow);
        return goOn(packet, flow);
    }

    private boolean wentToSender(final Packet packet) {
        return report.quoted.sourceHigh() == packet.parsed.destinationHigh()
                && report.quoted.sourceLow() == packet.parsed.destinationLow();
    }

    /** Where the sender knows the destination by another address, it learns no address from behind that. */
    private void hide(final int flow) {
        if (report.betweenRouters) {
            return;
        }
        final boolean toPeer = role(flow) != FlowActionFlyweight.METADATA_NONE;
        final boolean fromDestination = report.locationHigh == report.quoted.destinationHigh()
                && report.locationLow == report.quoted.destinationLow();
        final boolean hidden = toPeer
                ? fromDestination && table.isMarked(flow >> 1, FlowTable.TRANSLATED)
                : fromDestination || isTranslated(flow);
        if (hidden) {
            report.location(0, 0);
        }
    }

    private boolean isTranslated(final int flow) {
        final DirectBuffer actions = table.actions();
        final int as = table.actionOffset(flow) + FlowActionFlyweight.SOURCE;
        return actions.getLong(as) != report.quoted.destinationHigh()
                || actions.getLong(as + Long.BYTES) != report.quoted.destinationLow();
    }

    /** Whether a peer's packet tells of an error, so far as it says itself. */
    boolean isFromPeer(final Packet packet) {
        return packet.protocol == IpProtocol.UDP
                && Metadata.isPresent(packet.buffer, packet.payload, packet.payloadLength())
                && MetadataParser.parseHeader(packet.buffer, packet.payload, packet.payloadLength(), view) == null
                && view.hasIcmpErrorLocation()
                && remover.isFromPeer(packet);
    }

    /**
     * Takes a peer's packet that tells of an error; as {@link #onError}.
     *
     * @param packetKey its flow key; of a session in TCP it is the same but for the protocol
     */
    DropReason onPeersError(final Packet packet, final DirectBuffer packetKey) {
        final DropReason refused = remover.check(packet);
        if (refused != null) {
            return refused;
        }
        final int flow = session(packetKey);
        if (flow == FlowTable.NONE) {
            return DropReason.ICMP_ERROR_NO_SESSION;
        }
        if (partner.crossed(packet, table.bucket(flow >> 1))) {
            return null;
        }
        final int icmp = packet.payload + remover.view().total();
        final int end = packet.end - remover.macLength();
        if (QuotedPacket.parse(packet.buffer, icmp + IcmpMessage.LENGTH, end, report.quoted) != null
                || !IcmpError.isError(IcmpMessage.type(packet.buffer, icmp), report.quoted.isV6())) {
            return DropReason.ICMP_ERROR_MALFORMED;
        }
        report.buffer = packet.buffer;
        report.head = IcmpError.read(packet.buffer, icmp);
        report.betweenRouters = IcmpErrorSender.isBetweenRouters(report.quoted);
        report.location(remover.view().icmpErrorLocationHigh(), remover.view().icmpErrorLocationLow());
        return goOn(packet, flow);
    }

    private int session(final DirectBuffer packetKey) {
        key.putBytes(0, packetKey, 0, FlowKeyFlyweight.LENGTH);
        int flow = table.find(key, 0);
        if (flow == FlowTable.NONE) {
            key.putByte(FlowKeyFlyweight.PROTOCOL, (byte) IpProtocol.TCP);
            flow = table.find(key, 0);
        }
        final boolean fromSvr =
                flow != FlowTable.NONE && FlowActionFlyweight.fromSvr(table.actions(), table.actionOffset(flow));
        return fromSvr ? flow : FlowTable.NONE;
    }

    private DropReason goOn(final Packet packet, final int flow) {
        report.ttl = packet.parsed.ttl() - 1;
        if (report.ttl <= 0) {
            return DropReason.TTL_EXCEEDED;
        }
        final int bucket = table.bucket(flow >> 1);
        if (role(flow) == FlowActionFlyweight.METADATA_NONE) {
            return restorer.send(report, flow, bucket);
        }
        shortenMtu(flow ^ 1);
        return sender.send(report, flow, bucket);
    }

    /** In the middle the packets may change their family, and with it their length. */
    private void shortenMtu(final int flow) {
        final boolean v6 = report.quoted.isV6();
        final boolean fromV4 = FlowKeyFlyweight.isV4(table.actions(), table.keyOffset(flow));
        final boolean toV4 = !FlowActionFlyweight.toV6(table.actions(), table.actionOffset(flow));
        if (report.betweenRouters && fromV4 != toV4 && IcmpError.isTooBig(report.head, v6)) {
            final int growth = (fromV4 ? 1 : -1) * (Ipv6Header.LENGTH - Ipv4Header.LENGTH);
            report.head = IcmpError.tooBig(v6, IcmpError.mtuBytes(report.head, v6) - growth);
        }
    }

    private int role(final int flow) {
        return FlowActionFlyweight.metadataRole(table.actions(), table.actionOffset(flow));
    }
}
