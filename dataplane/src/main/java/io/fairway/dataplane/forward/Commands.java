package io.fairway.dataplane.forward;

import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.fairway.dataplane.neighbor.IcmpResponder;
import io.fairway.dataplane.neighbor.NeighborResolver;
import io.fairway.dataplane.neighbor.NeighborTable;
import io.fairway.dataplane.neighbor.TcpResetter;
import io.fairway.model.DropReason;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.InstallSessionFlyweight;
import io.fairway.model.boundary.PeerMessageFlyweight;
import io.fairway.model.boundary.RefusePendingFlyweight;
import io.fairway.model.boundary.RemoveSessionFlyweight;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.boundary.SessionNoteFlyweight;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.PacketParser;
import io.fairway.model.wire.ParsedPacket;
import io.fairway.model.wire.VnetHeader;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Carries out what the controller asks for: install, refuse, remove, report. Forwarder's thread only. */
final class Commands implements FragmentHandler {
    private final int maxSessions;
    private final OwnershipGate gate;
    private final FlowTable table;
    private final SealTable seals;
    private final PeerKeys keys;
    private final PathMtus mtus;
    private final ControlSender sender;
    private final PendingTable pending;
    private final FramePool pool;
    private final Interfaces interfaces;
    private final ForwardCounters counters;
    private final ToController controller;
    private final NeighborResolver resolver;
    private final IcmpResponder icmp;
    private final TcpResetter resetter;
    private final Ingress ingress;

    private final ParsedPacket parsed = new ParsedPacket();
    private final Packet packet = new Packet();

    private long nowNs;

    Commands(
            final int maxSessions,
            final OwnershipGate gate,
            final FlowTable table,
            final SealTable seals,
            final PeerKeys keys,
            final PathMtus mtus,
            final ControlSender sender,
            final PendingTable pending,
            final FramePool pool,
            final Interfaces interfaces,
            final ForwardCounters counters,
            final ToController controller,
            final NeighborResolver resolver,
            final IcmpResponder icmp,
            final TcpResetter resetter,
            final Ingress ingress) {
        this.maxSessions = maxSessions;
        this.gate = gate;
        this.table = table;
        this.seals = seals;
        this.keys = keys;
        this.mtus = mtus;
        this.sender = sender;
        this.pending = pending;
        this.pool = pool;
        this.interfaces = interfaces;
        this.counters = counters;
        this.controller = controller;
        this.resolver = resolver;
        this.icmp = icmp;
        this.resetter = resetter;
        this.ingress = ingress;
    }

    /** A turn begins. */
    void begin(final long turnNowNs) {
        nowNs = turnNowNs;
    }

    @Override
    public void onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        switch (buffer.getInt(offset)) {
            case BoundaryMessage.INSTALL_SESSION -> onInstall(buffer, offset);
            case BoundaryMessage.REFUSE_PENDING -> onRefuse(buffer, offset);
            case BoundaryMessage.REMOVE_SESSION -> onRemove(buffer.getLong(offset + RemoveSessionFlyweight.SESSION_ID));
            case BoundaryMessage.REPORT_SESSION -> onReport(buffer.getLong(offset + SessionNoteFlyweight.SESSION_ID));
            case BoundaryMessage.PEER_KEYS -> keys.exchange(buffer, offset);
            case BoundaryMessage.PEER_SEEN -> keys.seen(buffer, offset);
            case BoundaryMessage.PEER_MTU -> mtus.learn(buffer, offset);
            case BoundaryMessage.PEER_MESSAGE, BoundaryMessage.PEER_PROBE -> onPeerMessage(buffer, offset);
            // Another release's message: this forwarder does not know it and needs not to.
            default -> counters.addSkippedCommand();
        }
    }

    private void onInstall(final DirectBuffer buffer, final int offset) {
        final int record = offset + InstallSessionFlyweight.RECORD;
        final int forwardLength = buffer.getShort(offset + InstallSessionFlyweight.FORWARD_METADATA_LENGTH) & 0xffff;
        final int reverseLength = buffer.getShort(offset + InstallSessionFlyweight.REVERSE_METADATA_LENGTH) & 0xffff;
        final long pendingId = buffer.getLong(offset + InstallSessionFlyweight.PENDING_ID);
        final long sessionId = SessionRecordFlyweight.sessionId(buffer, record);
        final int known = table.findSession(sessionId);
        final DropReason refused;
        if (Math.max(forwardLength, reverseLength) > FlowTable.MAX_METADATA_BYTES) {
            refused = DropReason.METADATA_DOES_NOT_FIT;
        } else if (pendingId != 0 && table.size() >= maxSessions && known == FlowTable.NONE) {
            // What is left of the table is for standby entries: the partner has accepted them already.
            refused = DropReason.FLOW_TABLE_FULL;
        } else {
            refused = table.install(buffer, record, nowNs);
        }
        if (refused != null) {
            controller.installFailed(sessionId, refused);
            if (refused == DropReason.DUPLICATE_FLOW) {
                contest(buffer, record);
            }
            refuse(pendingId, refused, RefusePendingFlyweight.SILENT);
            return;
        }
        final int slot = table.findSession(sessionId);
        if (known == FlowTable.NONE && SessionRecordFlyweight.sealsHere(buffer, record)) {
            seals.install(slot, buffer, record, keys.firstNumber());
            table.mark(slot, FlowTable.SEALED);
        }
        if (table.version(slot) == SessionRecordFlyweight.version(buffer, record)) {
            final int recordLength = buffer.getShort(offset + InstallSessionFlyweight.RECORD_LENGTH) & 0xffff;
            final int forward = offset + InstallSessionFlyweight.forwardMetadataOffset(recordLength);
            final int reverse = offset + InstallSessionFlyweight.reverseMetadataOffset(recordLength, forwardLength);
            table.setMetadata(2 * slot, buffer, forward, forwardLength);
            table.setMetadata(2 * slot + 1, buffer, reverse, reverseLength);
            if (table.isMarked(slot, FlowTable.ADAPTIVE)) {
                table.tellEncryption(slot);
            }
            resolve(2 * slot);
            resolve(2 * slot + 1);
            if ((buffer.getShort(offset + InstallSessionFlyweight.FLAGS) & InstallSessionFlyweight.RECOVER) != 0) {
                recover(2 * slot);
                recover(2 * slot + 1);
            }
        }
        release(pendingId);
    }

    /** Who holds a flow learns who else wants it: if both nodes made a session of it, one must give way. */
    private void contest(final DirectBuffer buffer, final int record) {
        final int forward = table.find(buffer, record + SessionRecordFlyweight.FORWARD_KEY);
        final int reverse = table.find(buffer, record + SessionRecordFlyweight.REVERSE_KEY);
        final int bucket = SessionRecordFlyweight.bucket(buffer, record);
        contest(forward, bucket);
        if (forward == FlowTable.NONE || forward >> 1 != reverse >> 1) {
            contest(reverse, bucket);
        }
    }

    private void contest(final int flow, final int bucket) {
        if (flow != FlowTable.NONE) {
            // Back-pressure is harmless: the other session is tried again.
            controller.event(table.sessionId(flow >> 1), SessionEventFlyweight.CONTESTED, bucket);
        }
    }

    private void recover(final int flow) {
        if (table.metadataLength(flow) == 0) {
            return;
        }
        table.setMetadataState(flow, FlowTable.METADATA_ON);
        table.unmark(flow >> 1, FlowTable.HANDSHAKE_DONE | FlowTable.HANDSHAKE_REPORTED);
        table.mark(flow >> 1, FlowTable.DECIDED);
        if (table.isMarked(flow >> 1, FlowTable.SEALED)) {
            seals.restart(flow, keys.firstNumber());
        }
        sender.announce(flow, table.bucket(flow >> 1));
    }

    /**
     * Standby entries have their next hops too, so that a takeover does not begin with asking; the partner tells them.
     */
    private void resolve(final int flow) {
        final int action = table.actionOffset(flow);
        final int egress = FlowActionFlyweight.egressInterface(table.actions(), action);
        final long high = table.actions().getLong(action + FlowActionFlyweight.NEXT_HOP);
        final long low = table.actions().getLong(action + FlowActionFlyweight.NEXT_HOP + 8);
        if (egress < interfaces.count() && interfaces.isHere(egress) && (high | low) != 0) {
            table.setNeighbor(
                    flow,
                    gate.owner(table.bucket(flow >> 1)) == gate.self()
                            ? resolver.lookup(egress, high, low, NeighborTable.NONE, nowNs)
                            : resolver.expect(egress, high, low, nowNs));
        }
    }

    private void release(final long pendingId) {
        final int entry = pending.byId(pendingId);
        if (entry == PendingTable.NONE) {
            return;
        }
        int frame = pending.close(entry);
        while (frame != FramePool.NONE) {
            final int next = pool.next(frame);
            ingress.onReleased(
                    pool.interfaceIndex(frame),
                    pool.buffer(frame),
                    pool.vnetOffset(frame),
                    pool.frameLength(frame),
                    pool.tag(frame));
            pool.giveBack(frame);
            frame = next;
        }
    }

    private void onRefuse(final DirectBuffer buffer, final int offset) {
        final int reason = buffer.getInt(offset + RefusePendingFlyweight.REASON);
        refuse(
                buffer.getLong(offset + RefusePendingFlyweight.PENDING_ID),
                reason >= 0 && reason < DropReason.count() ? DropReason.of(reason) : DropReason.CONTROLLER_REFUSED,
                buffer.getInt(offset + RefusePendingFlyweight.ANSWER));
    }

    private void refuse(final long pendingId, final DropReason reason, final int answer) {
        final int entry = pending.byId(pendingId);
        if (entry == PendingTable.NONE) {
            return;
        }
        final int first = pending.close(entry);
        if (first != FramePool.NONE) {
            answer(first, answer);
            if (reason == DropReason.METADATA_INCOMPLETE) {
                ask(first);
            }
        }
        drop(first, reason);
    }

    /** A peer takes it that we know its session, as it does when it answers one that we have lost. */
    private void ask(final int frame) {
        final MutableDirectBuffer buffer = pool.buffer(frame);
        packet.frame(
                pool.interfaceIndex(frame), buffer, pool.vnetOffset(frame), pool.frameLength(frame), pool.tag(frame));
        PacketParser.parse(buffer, packet.frameOffset(), packet.frameLength, true, packet.parsed);
        packet.takeOffsets();
        packet.stationMac = EthernetHeader.source(buffer, packet.frameOffset());
        sender.requestMetadata(packet, nowNs);
    }

    private void answer(final int frame, final int answer) {
        final MutableDirectBuffer buffer = pool.buffer(frame);
        final int ethernet = pool.vnetOffset(frame) + VnetHeader.LENGTH;
        PacketParser.parse(buffer, ethernet, pool.frameLength(frame), true, parsed);
        switch (answer) {
            case RefusePendingFlyweight.ICMP_HOST_UNREACHABLE ->
                icmp.hostUnreachable(
                        pool.interfaceIndex(frame), buffer, parsed.ipOffset(), EthernetHeader.source(buffer, ethernet));
            case RefusePendingFlyweight.TCP_RESET -> resetter.reset(pool.interfaceIndex(frame), buffer, parsed, nowNs);
            default -> {
                // Silence, or a newer controller's answer.
            }
        }
    }

    private void drop(final int first, final DropReason reason) {
        int frame = first;
        while (frame != FramePool.NONE) {
            final int next = pool.next(frame);
            counters.drop(reason);
            pool.giveBack(frame);
            frame = next;
        }
    }

    private void onRemove(final long sessionId) {
        final int slot = table.findSession(sessionId);
        if (slot != FlowTable.NONE) {
            if (table.isMarked(slot, FlowTable.SEALED)) {
                seals.remove(slot);
            }
            table.remove(slot);
        }
    }

    private void onReport(final long sessionId) {
        final int slot = table.findSession(sessionId);
        if (slot != FlowTable.NONE) {
            table.unmark(slot, FlowTable.ESTABLISHED_REPORTED | FlowTable.HANDSHAKE_REPORTED);
            controller.report(slot);
        }
    }

    private void onPeerMessage(final DirectBuffer buffer, final int offset) {
        final int egress = buffer.getShort(offset + PeerMessageFlyweight.INTERFACE) & 0xffff;
        if (egress >= interfaces.count()) {
            counters.drop(DropReason.NO_ROUTE);
        } else if (!sender.sendPeerMessage(buffer, offset, interfaces.mtuBytes(egress))) {
            counters.drop(DropReason.TOO_BIG_FOR_EGRESS);
        }
    }

    /** Drops the packets of flows whose decision took too long. */
    int expire() {
        int expired = 0;
        int entry = pending.expired(nowNs);
        while (entry != PendingTable.NONE) {
            drop(pending.close(entry), DropReason.PENDING_EXPIRED);
            expired++;
            entry = pending.expired(nowNs);
        }
        return expired;
    }
}
