package io.fairway.dataplane.forward;

import io.fairway.model.DropReason;
import io.fairway.model.session.FlowActionFlyweight;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;

/**
 * Adaptive encryption (svr-protocol.md section 4.1, docs/decisions/019): a TCP session whose client begins with TLS is
 * not sealed once more. Its first router decides on the client's first payload and says so by metadata, which all its
 * packets carry until the next router has answered in kind; the others follow. Forwarder's thread only.
 */
final class AdaptiveSealing {
    private static final int INTERVAL_MS = 1_000;
    private static final int RECORD_HEADER = 5;
    private static final int CLIENT_VERSION = 9;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int MAJOR_VERSION = 3;
    private static final int MAX_MINOR_VERSION = 3;
    private static final int MAX_RECORD = 1 << 14;

    private final FlowTable table;
    private final ControlSender sender;
    private final MetadataInserter inserter;

    AdaptiveSealing(final FlowTable table, final ControlSender sender, final MetadataInserter inserter) {
        this.table = table;
        this.sender = sender;
        this.inserter = inserter;
    }

    /** Whether this session's payload is sealed or opened here. */
    boolean seals(final int slot) {
        return (table.marks(slot) & (FlowTable.SEALED | FlowTable.YIELDS)) == FlowTable.SEALED;
    }

    /**
     * With a packet's payload in clear, of a session that {@link #isUndecided}: the first one decides.
     *
     * @param room bytes that a packet has for metadata, without which nobody can be told that it is not sealed
     */
    void onPayload(final Packet packet, final int flow, final int room) {
        final int slot = flow >> 1;
        if (packet.payloadLength() == 0) {
            return;
        }
        table.mark(slot, FlowTable.DECIDED);
        if ((flow & 1) == 0
                && inserter.metadataGrowth(flow) <= room
                && isClientHello(packet.buffer, packet.payload, packet.payloadLength())) {
            setYields(slot, true);
        } else if (table.isMarked(slot, FlowTable.KNOWN_AS_SEALED)) {
            table.setMetadataState(2 * slot, FlowTable.METADATA_OFF);
            table.mark(slot, FlowTable.HANDSHAKE_DONE);
        }
    }

    /** Whether it begins here, and nobody knows yet what it will carry. */
    boolean isUndecided(final int slot) {
        final int decided = FlowTable.DECIDED | FlowTable.HANDSHAKE_DONE;
        return (table.marks(slot) & (FlowTable.ADAPTIVE | FlowTable.SEALED | decided))
                        == (FlowTable.ADAPTIVE | FlowTable.SEALED)
                && role(2 * slot) == FlowActionFlyweight.METADATA_FORWARD;
    }

    /** A TLS record with the beginning of a ClientHello (RFC 8446, sections 4.1.2 and 5.1). */
    static boolean isClientHello(final DirectBuffer buffer, final int offset, final int length) {
        if (length < CLIENT_VERSION + 2
                || buffer.getByte(offset) != HANDSHAKE
                || buffer.getByte(offset + 1) != MAJOR_VERSION
                || buffer.getByte(offset + 2) > MAX_MINOR_VERSION
                || buffer.getByte(offset + RECORD_HEADER) != CLIENT_HELLO
                || buffer.getByte(offset + CLIENT_VERSION) != MAJOR_VERSION) {
            return false;
        }
        final int record = (buffer.getByte(offset + 3) & 0xff) << 8 | buffer.getByte(offset + 4) & 0xff;
        return record >= CLIENT_VERSION - RECORD_HEADER + 2 && record <= MAX_RECORD;
    }

    /**
     * Follows what authenticated metadata on this flow of an adaptive session says.
     *
     * @param encrypted whether it says that the payload is sealed (TLV 11)
     * @param binding whether it comes with a payload, or was sent to tell just this: a packet without a payload may be
     *     older than the decision
     * @return null, or why the packet, whose payload is not what was decided, goes no further
     */
    DropReason onMetadata(final int flow, final boolean encrypted, final boolean binding) {
        final int slot = flow >> 1;
        final boolean yields = table.isMarked(slot, FlowTable.YIELDS);
        if (yields != encrypted) {
            return null;
        }
        if (role(flow ^ 1) == FlowActionFlyweight.METADATA_REVERSE) {
            if (!encrypted || binding) {
                setYields(slot, !encrypted);
            }
            return null;
        }
        if (!binding) {
            return null;
        }
        table.setMetadataState(flow ^ 1, FlowTable.METADATA_ON);
        return DropReason.PAYLOAD_NOT_AS_DECIDED;
    }

    /** Whether metadata that says this acknowledges what the peer was told of the session. */
    boolean acknowledges(final int flow, final boolean encrypted) {
        final int slot = flow >> 1;
        if (!table.isMarked(slot, FlowTable.ADAPTIVE)) {
            return true;
        }
        final boolean agrees = encrypted != table.isMarked(slot, FlowTable.YIELDS);
        if (agrees && isUndecided(slot)) {
            table.mark(slot, FlowTable.KNOWN_AS_SEALED);
            return false;
        }
        return agrees;
    }

    /** A payload could not be opened: the other side may have heard, or said, what this one has not. */
    void onMismatch(final Packet packet, final int flow, final long nowNs) {
        final int slot = flow >> 1;
        final int nowMs = (int) TimeUnit.NANOSECONDS.toMillis(nowNs);
        if (!table.isMarked(slot, FlowTable.ADAPTIVE) || nowMs - table.controlledMs(slot) < INTERVAL_MS) {
            return;
        }
        table.setControlledMs(slot, nowMs);
        if (role(flow ^ 1) == FlowActionFlyweight.METADATA_FORWARD) {
            table.setMetadataState(flow ^ 1, FlowTable.METADATA_ON);
            sender.announce(flow ^ 1, table.bucket(slot));
        } else {
            sender.requestMetadata(packet, nowNs);
        }
    }

    private void setYields(final int slot, final boolean yields) {
        if (yields) {
            table.mark(slot, FlowTable.YIELDS);
        } else {
            table.unmark(slot, FlowTable.YIELDS);
        }
        table.unmark(slot, FlowTable.HANDSHAKE_REPORTED);
        table.tellEncryption(slot);
        if (role(2 * slot) == FlowActionFlyweight.METADATA_FORWARD) {
            table.setMetadataState(2 * slot, FlowTable.METADATA_ON);
        }
    }

    private int role(final int flow) {
        return FlowActionFlyweight.metadataRole(table.actions(), table.actionOffset(flow));
    }
}
