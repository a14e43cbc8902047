package io.fairway.dataplane.forward;

import io.aeron.Publication;
import io.fairway.dataplane.io.Doorbell;
import io.fairway.model.DropReason;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.InstallSessionFlyweight;
import io.fairway.model.boundary.PeerKeysFlyweight;
import io.fairway.model.boundary.PeerMessageFlyweight;
import io.fairway.model.boundary.PeerMtuFlyweight;
import io.fairway.model.boundary.PeerSeenFlyweight;
import io.fairway.model.boundary.RefusePendingFlyweight;
import io.fairway.model.boundary.RemoveSessionFlyweight;
import io.fairway.model.boundary.SessionNoteFlyweight;
import io.fairway.model.config.Secret;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.session.SessionState;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.svr.MetadataEncoder;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends commands to the forwarder; any thread may. Encodes the metadata that the forwarder will add, so that the packet
 * path only copies it. A full ring is a {@code false}: try again.
 */
public final class ForwarderProxy {
    private static final byte[] NOTHING = new byte[0];

    private final ControllerLink toForwarder;
    private final Doorbell doorbell;
    private final String routerName;
    private final int securityId;
    private final String policy;
    private final ThreadLocal<UnsafeBuffer> scratch =
            ThreadLocal.withInitial(() -> new UnsafeBuffer(new byte[scratchLength()]));

    /**
     * @param toForwarder the IPC stream to the forwarder
     * @param doorbell the forwarder's
     * @param routerName our router's name, for TLV 14
     * @param securityId our key's id, for TLV 16
     * @param policy our key's policy, for TLV 15
     */
    public ForwarderProxy(
            final Publication toForwarder,
            final Doorbell doorbell,
            final String routerName,
            final int securityId,
            final String policy) {
        this(
                (message, offset, length) -> toForwarder.offer(message, offset, length) > 0,
                doorbell,
                routerName,
                securityId,
                policy);
    }

    /** As the other constructor, over any ring; the doorbell may be null. */
    public ForwarderProxy(
            final ControllerLink toForwarder,
            final Doorbell doorbell,
            final String routerName,
            final int securityId,
            final String policy) {
        this.toForwarder = toForwarder;
        this.doorbell = doorbell;
        this.routerName = routerName;
        this.securityId = securityId;
        this.policy = policy;
    }

    private static int scratchLength() {
        final int install = InstallSessionFlyweight.RECORD
                + InstallSessionFlyweight.aligned(SessionRecordFlyweight.MAX_LENGTH)
                + 2 * InstallSessionFlyweight.aligned(io.fairway.model.wire.svr.Metadata.MAX_ENCODED_LENGTH);
        return Math.max(install, PeerMessageFlyweight.MAX_LENGTH);
    }

    /**
     * Installs or updates a session.
     *
     * @param pendingId whose packets then leave, 0 for none
     * @return false if the ring is full
     */
    public boolean install(final SessionRecord record, final long pendingId) {
        final UnsafeBuffer message = scratch.get();
        final int length = SessionRecordFlyweight.encode(message, InstallSessionFlyweight.RECORD, record);
        return install(message, record, length, pendingId, false);
    }

    /** As {@link #install(SessionRecord, long)}, from the record's bytes. */
    public boolean install(final DirectBuffer record, final int offset, final int length, final long pendingId) {
        final UnsafeBuffer message = scratch.get();
        message.putBytes(InstallSessionFlyweight.RECORD, record, offset, length);
        return install(message, SessionRecordFlyweight.decode(record, offset), length, pendingId, false);
    }

    /**
     * Tells a peer that has lost a session all of it: its metadata is sent at once and until it arrives.
     *
     * @return false if the ring is full
     */
    public boolean recover(final DirectBuffer record, final int offset, final int length) {
        final UnsafeBuffer message = scratch.get();
        message.putBytes(InstallSessionFlyweight.RECORD, record, offset, length);
        return install(message, SessionRecordFlyweight.decode(record, offset), length, 0, true);
    }

    private boolean install(
            final UnsafeBuffer message,
            final SessionRecord record,
            final int recordLength,
            final long pendingId,
            final boolean recover) {
        final MetadataEncoder.Sender sender = new MetadataEncoder.Sender(routerName, securityId, policy);
        // A new session that has long been one elsewhere: who comes next may have lost it as well.
        final boolean tellsAll = recover || pendingId != 0 && record.state() != SessionState.OPENING;
        final byte[] forward = record.forward().action().metadataRole() == FlowActionFlyweight.METADATA_FORWARD
                ? MetadataEncoder.forward(record, sender, tellsAll)
                : NOTHING;
        final byte[] reverse = record.reverse().action().metadataRole() == FlowActionFlyweight.METADATA_REVERSE
                ? MetadataEncoder.reverse(record, sender, tellsAll)
                : NOTHING;
        final int reverseOffset = InstallSessionFlyweight.reverseMetadataOffset(recordLength, forward.length);
        final int length = reverseOffset + InstallSessionFlyweight.aligned(reverse.length);
        head(message, BoundaryMessage.INSTALL_SESSION, length);
        message.putLong(InstallSessionFlyweight.PENDING_ID, pendingId);
        message.putShort(InstallSessionFlyweight.RECORD_LENGTH, (short) recordLength);
        message.putShort(InstallSessionFlyweight.FORWARD_METADATA_LENGTH, (short) forward.length);
        message.putShort(InstallSessionFlyweight.REVERSE_METADATA_LENGTH, (short) reverse.length);
        message.putShort(InstallSessionFlyweight.FLAGS, (short) (recover ? InstallSessionFlyweight.RECOVER : 0));
        message.putBytes(InstallSessionFlyweight.forwardMetadataOffset(recordLength), forward);
        message.putBytes(reverseOffset, reverse);
        final boolean taken = toForwarder.offer(message, 0, length);
        // A standby entry is in time if it is there before the next packet, and the forwarder reads its ring first.
        if (taken && (pendingId != 0 || recover)) {
            ring();
        }
        return taken;
    }

    /**
     * Drops the packets of a new flow.
     *
     * @param reason the drop's name
     * @param answer a constant of RefusePendingFlyweight
     * @return false if the ring is full
     */
    public boolean refuse(final long pendingId, final DropReason reason, final int answer) {
        final UnsafeBuffer message = scratch.get();
        head(message, BoundaryMessage.REFUSE_PENDING, RefusePendingFlyweight.LENGTH);
        message.putLong(RefusePendingFlyweight.PENDING_ID, pendingId);
        message.putInt(RefusePendingFlyweight.REASON, reason.ordinal());
        message.putInt(RefusePendingFlyweight.ANSWER, answer);
        final boolean taken = toForwarder.offer(message, 0, RefusePendingFlyweight.LENGTH);
        if (taken) {
            ring();
        }
        return taken;
    }

    /**
     * Forgets a session.
     *
     * @return false if the ring is full
     */
    public boolean remove(final long sessionId) {
        final UnsafeBuffer message = scratch.get();
        head(message, BoundaryMessage.REMOVE_SESSION, RemoveSessionFlyweight.LENGTH);
        message.putLong(RemoveSessionFlyweight.SESSION_ID, sessionId);
        return toForwarder.offer(message, 0, RemoveSessionFlyweight.LENGTH);
    }

    /**
     * What the forwarder has seen of a session is told again: who was told has died.
     *
     * @return false if the ring is full
     */
    public boolean report(final long sessionId) {
        final UnsafeBuffer message = scratch.get();
        head(message, BoundaryMessage.REPORT_SESSION, SessionNoteFlyweight.LENGTH);
        message.putLong(SessionNoteFlyweight.SESSION_ID, sessionId);
        return toForwarder.offer(message, 0, SessionNoteFlyweight.LENGTH);
    }

    /**
     * How a message gets to a peer.
     *
     * @param interfaceIndex the logical interface that it leaves by
     * @param local the waypoint that it comes from
     * @param remote where it goes
     * @param nextHop whose Ethernet address it needs
     */
    public record PeerWay(int interfaceIndex, IpAddress local, Endpoint remote, IpAddress nextHop) {}

    /**
     * Says something to a peer, from UDP port 1280.
     *
     * @param buffer holds the payload, at most {@link PeerMessageFlyweight#MAX_PAYLOAD_BYTES} long
     * @return false if the ring is full or the payload too long
     */
    public boolean tellPeer(final PeerWay way, final DirectBuffer buffer, final int offset, final int length) {
        return tell(BoundaryMessage.PEER_MESSAGE, way, buffer, offset, length);
    }

    /** As {@link #tellPeer}, as the payload of a TCP segment: from and to the way's port, which says of which kind. */
    public boolean probePeer(final PeerWay way, final DirectBuffer buffer, final int offset, final int length) {
        return tell(BoundaryMessage.PEER_PROBE, way, buffer, offset, length);
    }

    private boolean tell(
            final int type, final PeerWay way, final DirectBuffer buffer, final int offset, final int length) {
        if (length > PeerMessageFlyweight.MAX_PAYLOAD_BYTES) {
            return false;
        }
        final UnsafeBuffer message = scratch.get();
        put(message, type, way, length);
        message.putBytes(PeerMessageFlyweight.PAYLOAD, buffer, offset, length);
        return pass(message, PeerMessageFlyweight.PAYLOAD + length);
    }

    /** The command that {@link #tellPeer} would give, for {@link #pass} later. */
    public static byte[] toTellPeer(final PeerWay way, final byte[] payload) {
        final UnsafeBuffer message = new UnsafeBuffer(new byte[PeerMessageFlyweight.PAYLOAD + payload.length]);
        put(message, BoundaryMessage.PEER_MESSAGE, way, payload.length);
        message.putBytes(PeerMessageFlyweight.PAYLOAD, payload);
        return message.byteArray();
    }

    /**
     * Gives a command at once.
     *
     * @return false if the ring is full
     */
    public boolean pass(final DirectBuffer command, final int length) {
        final boolean taken = toForwarder.offer(command, 0, length);
        if (taken) {
            ring();
        }
        return taken;
    }

    private static void put(final UnsafeBuffer message, final int type, final PeerWay way, final int payloadLength) {
        head(message, type, PeerMessageFlyweight.PAYLOAD + payloadLength);
        message.putShort(PeerMessageFlyweight.INTERFACE, (short) way.interfaceIndex());
        message.putShort(PeerMessageFlyweight.REMOTE_PORT, (short) way.remote().port());
        message.putInt(PeerMessageFlyweight.PAYLOAD_LENGTH, payloadLength);
        put(message, PeerMessageFlyweight.LOCAL, way.local());
        put(message, PeerMessageFlyweight.REMOTE, way.remote().address());
        put(message, PeerMessageFlyweight.NEXT_HOP, way.nextHop());
    }

    /**
     * A generation of keys between us and a peer.
     *
     * @param number the security id of TLV 16
     * @param sending protects what we send, 32 bytes
     * @param receiving protects what the peer sends, 32 bytes
     */
    public record PeerKey(int number, Secret sending, Secret receiving) {}

    /**
     * A path to a peer has these keys from now on, and no others.
     *
     * @param inUse the number of the generation to send with, 0 for none
     * @return false if the ring is full
     */
    public boolean useKeys(final int pathIndex, final int inUse, final List<PeerKey> generations) {
        final UnsafeBuffer message = scratch.get();
        final int length = PeerKeysFlyweight.GENERATIONS + generations.size() * PeerKeysFlyweight.GENERATION_LENGTH;
        head(message, BoundaryMessage.PEER_KEYS, length);
        message.putInt(PeerKeysFlyweight.PATH, pathIndex);
        message.putInt(PeerKeysFlyweight.IN_USE, inUse);
        message.putInt(PeerKeysFlyweight.COUNT, generations.size());
        int at = PeerKeysFlyweight.GENERATIONS;
        for (final PeerKey generation : generations) {
            message.putInt(at + PeerKeysFlyweight.NUMBER, generation.number());
            message.putBytes(
                    at + PeerKeysFlyweight.SENDING, generation.sending().bytes());
            message.putBytes(
                    at + PeerKeysFlyweight.RECEIVING, generation.receiving().bytes());
            at += PeerKeysFlyweight.GENERATION_LENGTH;
        }
        final boolean taken = toForwarder.offer(message, 0, length);
        if (taken) {
            ring();
        }
        return taken;
    }

    /**
     * Packets from this address are a peer's, too.
     *
     * @return false if the ring is full
     */
    public boolean peerSeenAt(final int pathIndex, final IpAddress address) {
        final UnsafeBuffer message = scratch.get();
        head(message, BoundaryMessage.PEER_SEEN, PeerSeenFlyweight.LENGTH);
        message.putInt(PeerSeenFlyweight.PATH, pathIndex);
        put(message, PeerSeenFlyweight.ADDRESS, address);
        return toForwarder.offer(message, 0, PeerSeenFlyweight.LENGTH);
    }

    /**
     * Nothing larger than this is sent on a path, whatever its link carries.
     *
     * @return false if the ring is full
     */
    public boolean pathCarries(final int pathIndex, final int mtuBytes) {
        final UnsafeBuffer message = scratch.get();
        head(message, BoundaryMessage.PEER_MTU, PeerMtuFlyweight.LENGTH);
        message.putInt(PeerMtuFlyweight.PATH, pathIndex);
        message.putInt(PeerMtuFlyweight.MTU_BYTES, mtuBytes);
        return toForwarder.offer(message, 0, PeerMtuFlyweight.LENGTH);
    }

    private static void put(final UnsafeBuffer message, final int at, final IpAddress address) {
        message.putLong(at, address.high());
        message.putLong(at + Long.BYTES, address.low());
    }

    private static void head(final UnsafeBuffer message, final int type, final int length) {
        message.putInt(0, type);
        message.putInt(4, length);
    }

    private void ring() {
        if (doorbell != null) {
            doorbell.ring();
        }
    }
}
