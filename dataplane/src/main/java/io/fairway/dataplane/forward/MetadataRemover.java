package io.fairway.dataplane.forward;

import io.fairway.dataplane.neighbor.TokenBucket;
import io.fairway.dataplane.svr.MetadataKey;
import io.fairway.dataplane.svr.RecentMetadata;
import io.fairway.model.DropReason;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.PacketParser;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.svr.ControlReason;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.MetadataView;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes metadata out of packets from SVR peers, after its HMAC was verified, and moves the handshake of the session on
 * (svr-protocol.md sections 2.5, 2.7, 3.2). Forwarder's thread only.
 */
final class MetadataRemover {
    /** Most sessions that peers, which have lost them, are told of. */
    private static final int WANTED_PER_SECOND = 2_000;

    private static final int WANTED_BURST = 400;

    private final FlowTable table;
    private final PeerKeys keys;
    private final ToController controller;
    private final TokenBucket wanted = new TokenBucket(WANTED_PER_SECOND, WANTED_BURST);
    private final RecentMetadata recent = new RecentMetadata();
    private final MetadataView view = new MetadataView();
    private final UnsafeBuffer revealed =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(Metadata.MAX_ENCODED_LENGTH, Long.BYTES));

    private final AdaptiveSealing adaptive;
    private final SessionHealth health;

    private MetadataKey key;
    private boolean encrypted;

    MetadataRemover(
            final FlowTable table,
            final PeerKeys keys,
            final ToController controller,
            final AdaptiveSealing adaptive,
            final SessionHealth health) {
        this.table = table;
        this.keys = keys;
        this.controller = controller;
        this.adaptive = adaptive;
        this.health = health;
    }

    /**
     * Handles a packet of a flow that comes from a peer: with or without metadata.
     *
     * @return null if the packet goes on, without metadata now; else why it ends here
     */
    DropReason onPacket(final Packet packet, final int flow) {
        if (!Metadata.isPresent(packet.buffer, packet.payload, packet.payloadLength())) {
            onPlain(flow);
            return null;
        }
        final DropReason refused = check(packet);
        if (refused != null) {
            return refused;
        }
        if (view.isFalsePositive()) {
            onPlain(flow);
            strip(packet, Metadata.BASE_LENGTH, 0);
            return null;
        }
        if (view.healthCheck() != 0) {
            health.answer(flow);
        }
        final boolean control = view.controlReason() != MetadataView.NO_CONTROL || isHealthCheckOnly(packet);
        if (control && view.payloadLength() == 0) {
            onControl(flow, view.controlReason());
            return DropReason.CONTROL_MESSAGE;
        }
        final DropReason other = view.payloadLength() == 0 ? null : checkSession(packet, flow, control);
        if (other != null) {
            return other;
        }
        onMetadata(flow);
        if (control) {
            return DropReason.CONTROL_MESSAGE;
        }
        strip(packet, view.total(), key.macLength());
        return null;
    }

    private boolean isHealthCheckOnly(final Packet packet) {
        return view.healthCheck() != 0 && packet.payloadLength() == view.total() + key.macLength();
    }

    /** A peer that has lost its sessions may use a tuple again: then the metadata's UUID is another one. */
    private DropReason checkSession(final Packet packet, final int flow, final boolean announced) {
        final int length = reveal(packet);
        if (length < 0) {
            return DropReason.METADATA_NOT_DECRYPTED;
        }
        encrypted = MetadataParser.saysEncrypted(revealed, 0, length);
        final int answer = flow ^ 1;
        final int theirs = MetadataParser.uuidOffset(revealed, 0, length);
        final int ours =
                MetadataParser.uuidOffset(table.metadata(), table.metadataOffset(answer), table.metadataLength(answer));
        if (theirs < 0 || ours < 0 || sameUuid(theirs, ours)) {
            final boolean binding = announced || packet.payloadLength() > view.total() + key.macLength();
            return table.isMarked(flow >> 1, FlowTable.ADAPTIVE) ? adaptive.onMetadata(flow, encrypted, binding) : null;
        }
        controller.event(table.sessionId(flow >> 1), SessionEventFlyweight.CLOSED, 0);
        return DropReason.METADATA_OTHER_SESSION;
    }

    private boolean sameUuid(final int theirs, final int ours) {
        final DirectBuffer own = table.metadata();
        return revealed.getLong(theirs) == own.getLong(ours)
                && revealed.getLong(theirs + Long.BYTES) == own.getLong(ours + Long.BYTES);
    }

    /**
     * Checks a packet that begins with the cookie, in this order: transport checksum, lengths, key, HMAC, and that it
     * is no copy. A bare header has no HMAC: it says no more than a packet without metadata.
     *
     * @return null if it may be believed; then {@link #view} describes it
     */
    DropReason check(final Packet packet) {
        if (packet.isSuperFrame()) {
            return DropReason.METADATA_MALFORMED;
        }
        if (!packet.verified && !PacketParser.l4ChecksumOk(packet.buffer, packet.parsed)) {
            return DropReason.BAD_L4_CHECKSUM;
        }
        packet.verified = true;
        final int available = packet.payloadLength();
        final DropReason malformed = MetadataParser.parseHeader(packet.buffer, packet.payload, available, view);
        if (malformed != null || view.isFalsePositive()) {
            return malformed;
        }
        key = keys.accepted(packet.parsed, view.securityId());
        if (key == null) {
            return DropReason.METADATA_UNKNOWN_KEY;
        }
        final int signed = available - key.macLength();
        if (view.total() > signed) {
            return DropReason.METADATA_MALFORMED;
        }
        if (!keys.verify(key, packet.buffer, packet.payload, signed)) {
            return DropReason.METADATA_BAD_HMAC;
        }
        return isCopy(packet, packet.payload + signed) ? DropReason.METADATA_REPLAYED : null;
    }

    /** Clear metadata of one session may rightly come twice alike. */
    private boolean isCopy(final Packet packet, final int mac) {
        return key.encrypts()
                && view.payloadLength() > 0
                && !packet.released
                && !recent.isNew(packet.buffer.getLong(mac), keys.nowNs());
    }

    /**
     * Copies the metadata that {@link #check} found into the clear.
     *
     * @return its length in {@link #revealed}, or -1 if it is too long or cannot be decrypted
     */
    int reveal(final Packet packet) {
        return view.total() > Metadata.MAX_ENCODED_LENGTH ? -1 : key.reveal(packet.buffer, packet.payload, revealed, 0);
    }

    /** Where {@link #reveal} put the metadata, at offset 0. */
    DirectBuffer revealed() {
        return revealed;
    }

    /** Whether a packet comes by a path from a peer's waypoint to one of ours. */
    boolean isFromPeer(final Packet packet) {
        return keys.isFromPeer(packet.parsed);
    }

    /** Bytes of the HMAC that the last {@link #check} found right. */
    int macLength() {
        return key.macLength();
    }

    /** What the last {@link #check} found. */
    MetadataView view() {
        return view;
    }

    /** Whether the last {@link #check} found a session's metadata alone. */
    boolean isAnnounced() {
        return view.controlReason() == ControlReason.KEEP_ALIVE.code() && view.payloadLength() > 0;
    }

    private void onPlain(final int flow) {
        final int answer = flow ^ 1;
        if (role(answer) == FlowActionFlyweight.METADATA_REVERSE
                && table.metadataState(answer) == FlowTable.METADATA_ON) {
            table.setMetadataState(answer, FlowTable.METADATA_OFF);
            table.mark(flow >> 1, FlowTable.HANDSHAKE_DONE);
        }
    }

    private void onMetadata(final int flow) {
        final int answer = flow ^ 1;
        if (role(answer) == FlowActionFlyweight.METADATA_REVERSE) {
            table.setMetadataState(answer, FlowTable.METADATA_ON);
        } else if (role(answer) == FlowActionFlyweight.METADATA_FORWARD && acknowledges(flow)) {
            table.setMetadataState(answer, FlowTable.METADATA_OFF);
            table.mark(flow >> 1, FlowTable.HANDSHAKE_DONE);
        }
    }

    private boolean acknowledges(final int flow) {
        return view.payloadLength() == 0
                ? !table.isMarked(flow >> 1, FlowTable.ADAPTIVE)
                : adaptive.acknowledges(flow, encrypted);
    }

    /** A verified control message about the flow that it came on. */
    void onControl(final int flow, final int reason) {
        final int answer = flow ^ 1;
        if (role(answer) == FlowActionFlyweight.METADATA_NONE) {
            return;
        }
        if (reason == ControlReason.ENABLE_METADATA.code()) {
            if (!wanted.take(keys.nowNs())) {
                return;
            }
            // The controller knows all that the peer must learn anew; what it forgets to do, the next request brings.
            controller.event(table.sessionId(flow >> 1), SessionEventFlyweight.METADATA_WANTED, answer & 1);
        } else if (reason == ControlReason.DELETE_SESSION.code()) {
            // If the ring is full, the session's time-out does the same.
            controller.event(table.sessionId(flow >> 1), SessionEventFlyweight.CLOSED, 0);
        } else if (reason == ControlReason.DISABLE_METADATA.code()) {
            table.setMetadataState(answer, FlowTable.METADATA_OFF);
            table.mark(flow >> 1, FlowTable.HANDSHAKE_DONE);
        }
    }

    private int role(final int flow) {
        return FlowActionFlyweight.metadataRole(table.actions(), table.actionOffset(flow));
    }

    /** Moves the headers over the metadata and cuts the HMAC off. */
    private static void strip(final Packet packet, final int head, final int tail) {
        packet.buffer.putBytes(packet.ip + head, packet.buffer, packet.ip, packet.payload - packet.ip);
        packet.ip += head;
        packet.l4 += head;
        packet.payload += head;
        packet.end -= tail;
        packet.recompute = true;
        packet.writeIpLength();
        if (packet.protocol == IpProtocol.UDP) {
            UdpHeader.setDatagramLength(packet.buffer, packet.l4, packet.end - packet.l4);
        }
    }
}
