package io.fairway.dataplane.forward;

import io.fairway.model.DropReason;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.PacketParser;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.svr.Metadata;
import org.agrona.DirectBuffer;

/**
 * What happens to a packet whose flow is known; the order of its steps is the security argument. Forwarder's thread.
 */
final class HitPath {
    /** A packet may be copied for a UDP header, for its seal and for metadata, and once more if it is cut. */
    private static final int DEPARTURE_COPIES = 4;

    /** No step makes a packet longer by more: metadata, or the seals of a super-frame's segments. */
    private static final int DEPARTURE_GROWTH = 8192;

    private final FlowTable table;
    private final OwnershipGate gate;
    private final Interfaces interfaces;
    private final PathMtus mtus;
    private final PartnerPath partner;
    private final ForwardCounters counters;
    private final MetadataRemover remover;
    private final MetadataInserter inserter;
    private final OneWayStopper stopper;
    private final ControlSender sender;
    private final ToController controller;
    private final IcmpErrors errors;
    private final PayloadSealer sealer;
    private final AdaptiveSealing adaptive;
    private final SessionHealth health;
    private final PacketCutter cutter;
    private final Egress egress;
    private final Packet head = new Packet();

    HitPath(
            final FlowTable table,
            final OwnershipGate gate,
            final Interfaces interfaces,
            final PathMtus mtus,
            final PartnerPath partner,
            final ForwardCounters counters,
            final MetadataRemover remover,
            final MetadataInserter inserter,
            final OneWayStopper stopper,
            final ControlSender sender,
            final ToController controller,
            final IcmpErrors errors,
            final PayloadSealer sealer,
            final AdaptiveSealing adaptive,
            final SessionHealth health,
            final PacketCutter cutter,
            final Egress egress) {
        this.table = table;
        this.gate = gate;
        this.interfaces = interfaces;
        this.mtus = mtus;
        this.partner = partner;
        this.counters = counters;
        this.remover = remover;
        this.inserter = inserter;
        this.stopper = stopper;
        this.sender = sender;
        this.controller = controller;
        this.errors = errors;
        this.sealer = sealer;
        this.adaptive = adaptive;
        this.health = health;
        this.cutter = cutter;
        this.egress = egress;
    }

    /** Forwards, crosses or drops the packet. */
    void onPacket(final Packet packet, final int flow, final long nowNs) {
        final int slot = flow >> 1;
        final int bucket = table.bucket(slot);
        if (partner.crossed(packet, bucket)) {
            return;
        }
        final DropReason refused = forward(packet, flow, bucket, nowNs);
        if (refused != null) {
            counters.drop(refused);
        }
        controller.report(slot);
    }

    private DropReason forward(final Packet packet, final int flow, final int bucket, final long nowNs) {
        final DirectBuffer actions = table.actions();
        final int action = table.actionOffset(flow);
        final boolean fromSvr = FlowActionFlyweight.fromSvr(actions, action);
        if (!gate.mayForward(bucket, nowNs)) {
            return DropReason.GATE_CLOSED;
        }
        if (packet.parsed.ttl() <= 1 && !fromSvr) {
            errors.timeExceeded(packet, flow, bucket);
            return DropReason.TTL_EXCEEDED;
        }
        final DropReason metadata = fromSvr ? remover.onPacket(packet, flow) : null;
        if (metadata != null) {
            if (metadata == DropReason.CONTROL_MESSAGE) {
                onControl(flow, bucket, nowNs);
            }
            return metadata;
        }
        final int transport = FlowActionFlyweight.transport(actions, action);
        final DropReason segment = transport == FlowActionFlyweight.UDP_TO_TCP ? segment(packet) : null;
        if (segment != null) {
            return segment;
        }
        final DropReason seal = fromSvr && adaptive.seals(flow >> 1) ? sealer.open(packet, flow) : null;
        if (seal != null) {
            if (seal != DropReason.PAYLOAD_REPLAYED) {
                adaptive.onMismatch(packet, flow, nowNs);
            }
            return seal;
        }
        final DropReason content = transport == FlowActionFlyweight.DECAPSULATE_UDP
                ? Rewriter.decapsulate(packet, table.innerProtocol(flow))
                : null;
        if (content != null) {
            return content;
        }
        // Only now it is what its sender can be told of.
        if (packet.parsed.ttl() <= 1) {
            errors.timeExceeded(packet, flow, bucket);
            return DropReason.TTL_EXCEEDED;
        }
        if (!track(packet, flow, bucket, nowNs)) {
            return DropReason.TCP_OUT_OF_WINDOW;
        }
        if (adaptive.isUndecided(flow >> 1)) {
            adaptive.onPayload(packet, flow, roomBytes(packet, flow));
        }
        table.count(flow, packet.ipLength(), nowNs);
        if (fromSvr && health.watches()) {
            health.onReceived(flow, nowNs);
        }
        final DropReason refused = depart(packet, flow, bucket);
        if (health.watches() && toPeer(flow)) {
            health.onSent(flow, bucket, nowNs);
        }
        if (fromSvr && refused == null) {
            stopper.onPacket(flow, packet.parsed.protocol(), bucket, nowNs);
        }
        return refused;
    }

    private void onControl(final int flow, final int bucket, final long nowNs) {
        if (health.watches()) {
            health.onReceived(flow, nowNs);
        }
        if (remover.isAnnounced() && inserter.metadataGrowth(flow) > 0) {
            // In the middle: the next router learns of the session as this one did.
            sender.announce(flow, bucket);
        }
    }

    /**
     * A super-frame leaves whole, unless every segment needs metadata or must itself be cut, or sealing makes it too
     * long for IP.
     */
    private DropReason depart(final Packet packet, final int flow, final int bucket) {
        if (inserter.lacksKey(flow)) {
            return DropReason.NO_PEER_KEY;
        }
        egress.makeRoom(DEPARTURE_COPIES * (packet.ipLength() + DEPARTURE_GROWTH));
        final boolean sealed = sealsHere(flow);
        if (packet.isSuperFrame()
                && (sealed || becomesUdp(flow) || isForSingles(packet, flow) || isTooLong(packet, flow))) {
            if (!IpProtocol.hasPorts(packet.protocol)) {
                return DropReason.METADATA_DOES_NOT_FIT;
            }
            if (!checksumOk(packet)) {
                return DropReason.BAD_L4_CHECKSUM;
            }
            final int most = mostSegments(packet, flow, sealed);
            while (packet.segments() > most) {
                final int at = egress.reserve(packet.payload - packet.ip + most * packet.gsoSize);
                packet.split(most, head, egress.memory(), at);
                counters.addCut();
                final DropReason refused = send(head, flow, bucket);
                if (refused != null) {
                    counters.drop(refused);
                }
            }
        }
        return send(packet, flow, bucket);
    }

    private boolean sealsHere(final int flow) {
        return adaptive.seals(flow >> 1) && !FlowActionFlyweight.fromSvr(table.actions(), table.actionOffset(flow));
    }

    private int mostSegments(final Packet packet, final int flow, final boolean sealed) {
        if (isForSingles(packet, flow) || becomesUdp(flow)) {
            return 1;
        }
        final int segment = packet.gsoSize + (sealed ? sealer.growth(flow, packet.gsoSize) : 0);
        final int headers = packet.payload - packet.ip + headerGrowth(packet, flow);
        return (Ipv4Header.MAX_TOTAL_LENGTH - headers) / segment;
    }

    private boolean isForSingles(final Packet packet, final int flow) {
        return inserter.metadataGrowth(flow) > 0
                || mayCutOne(packet, flow) && packet.wireLength() + fixedGrowth(packet, flow) > mtuBytes(flow);
    }

    private boolean isTooLong(final Packet packet, final int flow) {
        return packet.ipLength() + headerGrowth(packet, flow) > Ipv4Header.MAX_TOTAL_LENGTH;
    }

    private boolean becomesUdp(final int flow) {
        return FlowActionFlyweight.transport(table.actions(), table.actionOffset(flow))
                == FlowActionFlyweight.TCP_TO_UDP;
    }

    private static DropReason segment(final Packet packet) {
        return checksumOk(packet) ? TcpTransform.toTcp(packet) : DropReason.BAD_L4_CHECKSUM;
    }

    private boolean toV6(final int flow) {
        return FlowActionFlyweight.toV6(table.actions(), table.actionOffset(flow));
    }

    private int headerGrowth(final Packet packet, final int flow) {
        return Rewriter.headerGrowth(packet, table.actions(), table.actionOffset(flow));
    }

    private DropReason send(final Packet packet, final int flow, final int bucket) {
        final DirectBuffer actions = table.actions();
        final int action = table.actionOffset(flow);
        final boolean encapsulate =
                FlowActionFlyweight.transport(actions, action) == FlowActionFlyweight.ENCAPSULATE_UDP;
        final boolean sealed = sealsHere(flow);
        final int fixed = fixedGrowth(packet, flow);
        final int mtuBytes = mtuBytes(flow);
        final int room = mtuBytes - packet.wireLength() - fixed;
        int growth = inserter.metadataGrowth(flow);
        if (growth > room && table.isMarked(flow >> 1, FlowTable.HANDSHAKE_DONE)) {
            growth = 0;
        }
        final boolean cut = growth > Math.max(room, 0) || room < 0;
        if (cut && !mayCut(packet, flow)) {
            if (packet.dontFragment()) {
                errors.tooBig(packet, flow, bucket, mtuBytes - fixed - growth, mtuBytes);
            }
            return room < 0 ? DropReason.TOO_BIG_FOR_EGRESS : DropReason.METADATA_DOES_NOT_FIT;
        }
        final boolean cookie = inserter.falsePositiveGrowth(packet, flow) > 0;
        final boolean toUdp = becomesUdp(flow);
        if ((growth > 0 || encapsulate || toUdp || sealed || cookie) && !checksumOk(packet)) {
            return DropReason.BAD_L4_CHECKSUM;
        }
        Rewriter.rewrite(packet, actions, action);
        if (encapsulate) {
            inserter.encapsulate(packet, flow);
        }
        if (sealed) {
            sealer.seal(packet, flow);
        }
        if (toUdp) {
            TcpTransform.toUdp(packet);
        }
        if (growth > 0) {
            inserter.addMetadata(packet, flow);
        } else if (inserter.falsePositiveGrowth(packet, flow) > 0) {
            // Also a seal may begin like a cookie (svr-protocol.md section 9, item 36).
            if (packet.isSuperFrame() || !cut && room < Metadata.BASE_LENGTH) {
                return DropReason.METADATA_DOES_NOT_FIT;
            }
            inserter.addFalsePositive(packet);
        }
        packet.recompute |= cut && packet.partialChecksum;
        Rewriter.finish(packet);
        if (cut) {
            return cutter.send(packet, flow, bucket, mtuBytes);
        }
        egress.forward(packet, flow, bucket);
        return null;
    }

    /** Bytes that every packet of a flow gains: a longer IP header, a UDP header, a seal. */
    private int fixedGrowth(final Packet packet, final int flow) {
        final boolean encapsulate = FlowActionFlyweight.transport(table.actions(), table.actionOffset(flow))
                == FlowActionFlyweight.ENCAPSULATE_UDP;
        return headerGrowth(packet, flow)
                + (encapsulate ? UdpHeader.LENGTH : 0)
                + (sealsHere(flow) ? sealGrowth(packet, flow, encapsulate) : 0);
    }

    private boolean mayCut(final Packet packet, final int flow) {
        return !packet.isSuperFrame() && mayCutOne(packet, flow);
    }

    /**
     * To a peer only UDP is cut, as TCP's segments are kept short, and so is what every IPv6 link carries (RFC 8200
     * section 5); elsewhere IPv6 only if its sender has done so, too.
     */
    private boolean mayCutOne(final Packet packet, final int flow) {
        if (!toPeer(flow)) {
            return !packet.dontFragment() && (packet.reassembled || !toV6(flow));
        }
        final boolean mayExpect = packet.v6 && packet.wireLength() <= Ipv6Header.MIN_MTU;
        return (mayExpect || !packet.dontFragment()) && table.wireProtocol(flow) == IpProtocol.UDP;
    }

    private boolean toPeer(final int flow) {
        return FlowActionFlyweight.metadataRole(table.actions(), table.actionOffset(flow))
                != FlowActionFlyweight.METADATA_NONE;
    }

    private int sealGrowth(final Packet packet, final int flow, final boolean encapsulate) {
        final int whole = packet.end - (encapsulate ? packet.l4 : packet.payload);
        return PayloadSealer.wants(packet, whole)
                ? sealer.growth(flow, packet.isSuperFrame() ? packet.gsoSize : whole)
                : 0;
    }

    /** Bytes by which a packet that is not sealed may grow. */
    private int roomBytes(final Packet packet, final int flow) {
        return mtuBytes(flow) - packet.wireLength() - headerGrowth(packet, flow);
    }

    private int mtuBytes(final int flow) {
        final int action = table.actionOffset(flow);
        final int egress = FlowActionFlyweight.egressInterface(table.actions(), action);
        final int linkMtuBytes = egress < interfaces.count() ? interfaces.mtuBytes(egress) : Integer.MAX_VALUE;
        return mtus.mtuBytes(table.actions(), action, linkMtuBytes);
    }

    private boolean track(final Packet packet, final int flow, final int bucket, final long nowNs) {
        if (packet.protocol == IpProtocol.TCP) {
            return TcpTracker.onPacket(table, flow, packet, gate.epoch(bucket), nowNs);
        }
        if ((flow & 1) == 1 && !table.isMarked(flow >> 1, FlowTable.ESTABLISHED)) {
            table.mark(flow >> 1, FlowTable.ESTABLISHED);
        }
        return true;
    }

    /** A checksum is computed anew only over what was right before: damage must not be sealed. */
    private static boolean checksumOk(final Packet packet) {
        return packet.verified || packet.recompute || PacketParser.l4ChecksumOk(packet.buffer, packet.parsed);
    }
}
