package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;

import io.fairway.model.DropReason;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.boundary.RefusePendingFlyweight;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.Flow;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Answers a rig's forwarder as the controller does (svr-protocol.md sections 2.1, 2.3, 2.7), for one client and one
 * server: the first router opens sessions, the last one takes them up, each can be told by the other what it has lost.
 */
final class ScriptedController {
    private static final int FIRST_WAYPORT = 20_000;

    private final NodeRig rig;
    private final boolean first;
    private final FiveTuple inside;
    private final String peer;
    private final LongSupplier names;
    private final LongFunction<SessionSecurity> security;
    private final Map<Long, SessionRecord> sessions = new HashMap<>();

    /**
     * A controller for a rig.
     *
     * @param first whether the client is behind this router
     * @param inside what the client sends
     * @param names gives the next session's id, which both routers know by its UUID
     * @param security of the session with this id
     */
    ScriptedController(
            final NodeRig rig,
            final boolean first,
            final FiveTuple inside,
            final LongSupplier names,
            final LongFunction<SessionSecurity> security) {
        this.rig = rig;
        this.first = first;
        this.inside = inside;
        peer = rig.router.peerPaths().getFirst().remoteWaypoint().toString();
        this.names = names;
        this.security = security;
    }

    /** Answers all that the forwarder has said. */
    void answer() {
        while (!rig.messages.isEmpty()) {
            final UnsafeBuffer message = rig.messages.removeFirst();
            switch (message.getInt(0)) {
                case BoundaryMessage.FIRST_PACKET -> onFirstPacket(message);
                case BoundaryMessage.SESSION_EVENT ->
                    onEvent(
                            message.getInt(SessionEventFlyweight.EVENT),
                            message.getLong(SessionEventFlyweight.SESSION_ID));
                default -> throw new AssertionError("an unknown message " + message.getInt(0));
            }
            rig.turn();
        }
    }

    private void onFirstPacket(final UnsafeBuffer message) {
        final long pendingId = message.getLong(FirstPacketFlyweight.PENDING_ID);
        final FiveTuple tuple = FlowKeyFlyweight.tuple(message, FirstPacketFlyweight.FLOW_KEY);
        if (message.getByte(FirstPacketFlyweight.HAS_METADATA) == 1) {
            final ReceivedMetadata metadata = MetadataParser.decode(
                    message,
                    FirstPacketFlyweight.METADATA,
                    message.getShort(FirstPacketFlyweight.METADATA_LENGTH) & 0xffff);
            if (!metadata.suffices()) {
                rig.proxy.refuse(pendingId, DropReason.METADATA_INCOMPLETE, RefusePendingFlyweight.SILENT);
                return;
            }
            final boolean told = metadata.reverseContext() != null;
            if (told == first && inside.equals(metadata.forwardContext())) {
                final FiveTuple outside = told ? tuple.reversed() : tuple;
                install(metadata.uuid().getLeastSignificantBits(), outside, pendingId);
                return;
            }
        } else if (first && tuple.equals(inside)) {
            final long id = names.getAsLong();
            final int wayport = FIRST_WAYPORT + 2 * (int) id;
            final int wire = inside.protocol();
            final String own = rig.router
                    .interfaces()
                    .get(WAN)
                    .sameFamily(IpAddress.parse(peer))
                    .address()
                    .toString();
            install(id, NodeRig.tuple(wire, own, wayport, peer, FIRST_WAYPORT + 1), pendingId);
            return;
        }
        rig.proxy.refuse(pendingId, DropReason.NO_SERVICE, RefusePendingFlyweight.SILENT);
    }

    /** The last router replaces what it had of this context; the first one has then lost it and the old one, too. */
    private void install(final long id, final FiveTuple outside, final long pendingId) {
        if (!first) {
            sessions.keySet().forEach(rig.proxy::remove);
            sessions.clear();
        }
        final SessionRecord record = NodeRig.sealed(record(id, outside), security.apply(id));
        sessions.put(id, record);
        rig.proxy.install(record, pendingId);
    }

    private SessionRecord record(final long id, final FiveTuple outside) {
        final FiveTuple back = inside.reversed();
        final Flow forward;
        final Flow reverse;
        if (first) {
            final int role = FlowActionFlyweight.METADATA_FORWARD;
            forward = NodeRig.flow(LAN, inside, WAN, outside, role, false, peer);
            reverse = NodeRig.flow(
                    WAN, outside.reversed(), LAN, back, 0, true, inside.source().toString());
        } else {
            final int role = FlowActionFlyweight.METADATA_REVERSE;
            final String server = inside.destination().toString();
            forward = NodeRig.flow(WAN, outside, LAN, inside, 0, true, server);
            reverse = NodeRig.flow(LAN, back, WAN, outside.reversed(), role, false, peer);
        }
        return NodeRig.record(id, 1, forward, reverse);
    }

    private void onEvent(final int event, final long id) {
        final SessionRecord record = sessions.get(id);
        if (event == SessionEventFlyweight.METADATA_WANTED && record != null) {
            final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
            rig.proxy.recover(buffer, 0, SessionRecordFlyweight.encode(buffer, 0, record));
        } else if (event == SessionEventFlyweight.CLOSED) {
            sessions.remove(id);
            rig.proxy.remove(id);
        } else if (event == SessionEventFlyweight.INSTALL_FAILED) {
            sessions.remove(id);
        }
    }
}
