package io.fairway.dataplane.forward;

import io.fairway.model.DropReason;
import io.fairway.model.config.TcpEnforcement;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.session.SessionState;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataParser;
import java.util.concurrent.ThreadLocalRandom;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The sessions that this node forwards or stands by for, and their flows; fixed capacity, memory touched only when
 * used. Written by the forwarder's thread only; others may read counters through {@link FlowTableView}. A session is a
 * slot number; flow {@code 2 * slot} is its forward flow, {@code 2 * slot + 1} its reverse flow.
 *
 * <pre>
 * flow (128):   0 key (48)   48 action (64), of which 93 u8 metadata state and 94 u16 neighbour are the forwarder's
 *             112 u64 packets   120 u64 bytes
 * metadata:     512 bytes per flow
 * sequences:    {@link TcpWindows}
 * </pre>
 */
final class FlowTable extends SessionSlots {
    static final int NONE = -1;

    /** Most sessions that one table can hold: its regions stay below 2 GB. */
    static final int MAX_SESSIONS = 2_000_000;

    /** Longest encoded metadata of a flow, of which an adaptive session's may later get one more TLV. */
    static final int MAX_METADATA_BYTES = 512 - Metadata.TLV_HEADER_LENGTH;

    private static final int METADATA_BYTES = 512;

    /** Metadata state of a flow: packets go out plain. */
    static final int METADATA_OFF = 0;

    /** Metadata state of a flow: every packet gets metadata. */
    static final int METADATA_ON = 1;

    private static final int FLOW_BYTES = 128;
    private static final int ACTION = 48;
    private static final int METADATA_STATE = ACTION + 45;
    private static final int NEIGHBOR = ACTION + 46;
    private static final int PACKETS = 112;
    private static final int BYTES = 120;
    private static final int NO_NEIGHBOR = 0xffff;

    private final int capacity;
    private final long seed = ThreadLocalRandom.current().nextLong();
    private final AnonymousMemory flowMemory;
    private final AnonymousMemory metadataMemory;
    private final UnsafeBuffer flows;
    private final UnsafeBuffer metadata;
    private final HashIndex flowIndex;
    private final HashIndex sessionIndex;
    private final TcpWindows windows;

    private int size;
    private int highWater;
    private int firstFree = NONE;

    /** @param capacity most sessions, 1 to {@link #MAX_SESSIONS} */
    FlowTable(final int capacity) {
        super(checked(capacity));
        this.capacity = capacity;
        flowMemory = AnonymousMemory.map(2L * capacity * FLOW_BYTES);
        metadataMemory = AnonymousMemory.map(2L * capacity * METADATA_BYTES);
        flows = flowMemory.buffer();
        metadata = metadataMemory.buffer();
        flowIndex = new HashIndex(2 * capacity);
        sessionIndex = new HashIndex(capacity);
        windows = new TcpWindows(capacity);
    }

    private static int checked(final int capacity) {
        if (capacity < 1 || capacity > MAX_SESSIONS) {
            throw new IllegalArgumentException("a flow table holds 1 to " + MAX_SESSIONS + " sessions: " + capacity);
        }
        return capacity;
    }

    /** The flow with this key, or {@link #NONE}. */
    int find(final DirectBuffer key, final int keyOffset) {
        final int hash = KeyHash.of(seed, key, keyOffset);
        int place = flowIndex.home(hash);
        int flow = flowIndex.entryAt(place);
        while (flow != NONE) {
            if (flowIndex.hashAt(place) == hash && FlowKeyFlyweight.same(flows, flow * FLOW_BYTES, key, keyOffset)) {
                return flow;
            }
            place = flowIndex.next(place);
            flow = flowIndex.entryAt(place);
        }
        return NONE;
    }

    /** The slot of this session, or {@link #NONE}. */
    int findSession(final long sessionId) {
        final int hash = hash(sessionId);
        int place = sessionIndex.home(hash);
        int slot = sessionIndex.entryAt(place);
        while (slot != NONE) {
            if (sessionId(slot) == sessionId) {
                return slot;
            }
            place = sessionIndex.next(place);
            slot = sessionIndex.entryAt(place);
        }
        return NONE;
    }

    /**
     * Installs a session from its record, or updates it if the record's version is not lower than the one here; a lower
     * one changes nothing and is no error.
     *
     * @return null, or why it could not be installed: {@link DropReason#FLOW_TABLE_FULL},
     *     {@link DropReason#DUPLICATE_FLOW} or {@link DropReason#METADATA_DOES_NOT_FIT}; then nothing has changed
     */
    DropReason install(final DirectBuffer record, final int offset, final long nowNs) {
        final int known = findSession(SessionRecordFlyweight.sessionId(record, offset));
        if (known != NONE && SessionRecordFlyweight.version(record, offset) < version(known)) {
            return null;
        }
        final int forwardKey = offset + SessionRecordFlyweight.FORWARD_KEY;
        final int reverseKey = offset + SessionRecordFlyweight.REVERSE_KEY;
        if (isForeign(record, forwardKey, known)
                || isForeign(record, reverseKey, known)
                || FlowKeyFlyweight.same(record, forwardKey, record, reverseKey)) {
            return DropReason.DUPLICATE_FLOW;
        }
        if (known != NONE) {
            update(known, record, offset);
            return null;
        }
        if (size == capacity) {
            return DropReason.FLOW_TABLE_FULL;
        }
        create(record, offset, nowNs);
        return null;
    }

    private boolean isForeign(final DirectBuffer record, final int keyOffset, final int known) {
        final int flow = find(record, keyOffset);
        return flow != NONE && flow >> 1 != known;
    }

    private void create(final DirectBuffer record, final int offset, final long nowNs) {
        final int slot = takeSlot();
        final long sessionId = SessionRecordFlyweight.sessionId(record, offset);
        final int at = slot * SLOT_BYTES;
        slots.putLong(at + SESSION_ID, sessionId);
        slots.putLong(at + LAST_SEEN, nowNs);
        slots.putLong(at + LAST_EVENT, 0);
        slots.putLong(at + CLOSED_AT, 0);
        slots.putInt(at + METADATA_LENGTH, 0);
        slots.putByte(at + TCP_STATE, (byte) 0);
        final boolean established = SessionRecordFlyweight.state(record, offset) != SessionState.OPENING;
        final boolean handshakeDone = SessionRecordFlyweight.handshakeDone(record, offset);
        slots.putShort(at + MARKS, (short) ((established ? ESTABLISHED | ESTABLISHED_REPORTED : 0)
                | (handshakeDone ? HANDSHAKE_DONE | HANDSHAKE_REPORTED : 0)));
        describe(slot, record, offset, true);
        if (isMarked(slot, STRICT)) {
            windows.forget(slot);
        }
        sessionIndex.add(slot, hash(sessionId));
        createFlow(2 * slot, record, offset + SessionRecordFlyweight.FORWARD_KEY, handshakeDone);
        createFlow(2 * slot + 1, record, offset + SessionRecordFlyweight.REVERSE_KEY, handshakeDone);
        size++;
        slots.putByteVolatile(at + USED, (byte) 1);
    }

    private void createFlow(
            final int flow, final DirectBuffer record, final int keyOffset, final boolean handshakeDone) {
        final int at = flow * FLOW_BYTES;
        flows.putLong(at + PACKETS, 0);
        flows.putLong(at + BYTES, 0);
        writeFlow(flow, record, keyOffset);
        setMetadataState(
                flow,
                handshakeDone || FlowActionFlyweight.metadataRole(flows, actionOffset(flow)) == 0
                        ? METADATA_OFF
                        : METADATA_ON);
    }

    private void writeFlow(final int flow, final DirectBuffer record, final int keyOffset) {
        final int at = flow * FLOW_BYTES;
        flows.putBytes(at, record, keyOffset, FlowKeyFlyweight.LENGTH + FlowActionFlyweight.LENGTH);
        setNeighbor(flow, NONE);
        flowIndex.add(flow, KeyHash.of(seed, flows, at));
    }

    private void update(final int slot, final DirectBuffer record, final int offset) {
        describe(slot, record, offset, false);
        if (SessionRecordFlyweight.state(record, offset) != SessionState.OPENING) {
            mark(slot, ESTABLISHED | ESTABLISHED_REPORTED);
        }
        final boolean handshakeDone = SessionRecordFlyweight.handshakeDone(record, offset);
        final boolean newlyDone = handshakeDone && !isMarked(slot, HANDSHAKE_DONE);
        if (handshakeDone) {
            mark(slot, HANDSHAKE_DONE | HANDSHAKE_REPORTED);
        }
        updateFlow(2 * slot, record, offset + SessionRecordFlyweight.FORWARD_KEY, newlyDone);
        updateFlow(2 * slot + 1, record, offset + SessionRecordFlyweight.REVERSE_KEY, newlyDone);
    }

    private void updateFlow(
            final int flow, final DirectBuffer record, final int keyOffset, final boolean handshakeNewlyDone) {
        final int state = metadataState(flow);
        flowIndex.remove(flow, KeyHash.of(seed, flows, flow * FLOW_BYTES));
        writeFlow(flow, record, keyOffset);
        // What the flow has seen itself is newer than the record, unless the record says that the handshake is over.
        setMetadataState(flow, handshakeNewlyDone ? METADATA_OFF : state);
    }

    /** What the forwarder has seen of an open handshake is newer than its record. */
    private void describe(final int slot, final DirectBuffer record, final int offset, final boolean isNew) {
        final int at = slot * SLOT_BYTES;
        slots.putInt(at + VERSION, SessionRecordFlyweight.version(record, offset));
        slots.putInt(at + EPOCH, SessionRecordFlyweight.epoch(record, offset));
        slots.putShort(at + BUCKET, (short) SessionRecordFlyweight.bucket(record, offset));
        slots.putInt(at + IDLE_TIMEOUT, SessionRecordFlyweight.idleTimeoutMs(record, offset));
        slots.putShort(
                at + TCP_OPENING, (short) (SessionRecordFlyweight.tcpOpeningMs(record, offset) / OPENING_UNIT_MS));
        final boolean strict = SessionRecordFlyweight.tcpEnforcement(record, offset) == TcpEnforcement.STRICT;
        final boolean keptAlive = SessionRecordFlyweight.natKeepAlive(record, offset);
        final SessionSecurity.Adaptation adaptation = SessionRecordFlyweight.adaptation(record, offset);
        final boolean adaptive = adaptation != SessionSecurity.Adaptation.NONE;
        final boolean translated = SessionRecordFlyweight.translatesHere(record, offset);
        unmark(slot, STRICT | KEPT_ALIVE | ADAPTIVE | TRANSLATED);
        mark(slot, (strict ? STRICT : 0) | (keptAlive ? KEPT_ALIVE : 0));
        mark(slot, (adaptive ? ADAPTIVE : 0) | (translated ? TRANSLATED : 0));
        if (SessionRecordFlyweight.handshakeDone(record, offset) || isNew) {
            unmark(slot, YIELDS);
            mark(slot, adaptation == SessionSecurity.Adaptation.YIELDS ? YIELDS : 0);
        }
    }

    private int takeSlot() {
        if (firstFree == NONE) {
            return highWater++;
        }
        final int slot = firstFree;
        firstFree = slots.getInt(slot * SLOT_BYTES + NEXT_FREE) - 1;
        return slot;
    }

    /** Forgets a session that is here. */
    void remove(final int slot) {
        final int at = slot * SLOT_BYTES;
        slots.putByteVolatile(at + USED, (byte) 0);
        flowIndex.remove(2 * slot, KeyHash.of(seed, flows, 2 * slot * FLOW_BYTES));
        flowIndex.remove(2 * slot + 1, KeyHash.of(seed, flows, (2 * slot + 1) * FLOW_BYTES));
        sessionIndex.remove(slot, hash(sessionId(slot)));
        slots.putInt(at + NEXT_FREE, firstFree + 1);
        firstFree = slot;
        size--;
    }

    /** Sets the metadata that a flow adds; the length has been checked against {@link #MAX_METADATA_BYTES}. */
    void setMetadata(final int flow, final DirectBuffer source, final int offset, final int length) {
        metadata.putBytes(metadataOffset(flow), source, offset, length);
        slots.putShort((flow >> 1) * SLOT_BYTES + METADATA_LENGTH + 2 * (flow & 1), (short) length);
    }

    /** Makes the metadata of an adaptive session's flows say whether its payload is sealed. */
    void tellEncryption(final int slot) {
        tellEncryption(slot, 2 * slot);
        tellEncryption(slot, 2 * slot + 1);
    }

    private void tellEncryption(final int slot, final int flow) {
        final int length = metadataLength(flow);
        final boolean encrypted = !isMarked(slot, YIELDS);
        if (length == 0 || encrypted == MetadataParser.saysEncrypted(metadata, metadataOffset(flow), length)) {
            return;
        }
        final int changed = Metadata.setEncrypted(metadata, metadataOffset(flow), length, encrypted);
        slots.putShort(slot * SLOT_BYTES + METADATA_LENGTH + 2 * (flow & 1), (short) changed);
    }

    /** The memory in which {@link #metadataOffset} counts. */
    DirectBuffer metadata() {
        return metadata;
    }

    int metadataOffset(final int flow) {
        return flow * METADATA_BYTES;
    }

    int metadataLength(final int flow) {
        return slots.getShort((flow >> 1) * SLOT_BYTES + METADATA_LENGTH + 2 * (flow & 1)) & 0xffff;
    }

    /** The memory in which {@link #actionOffset} counts. */
    DirectBuffer actions() {
        return flows;
    }

    int actionOffset(final int flow) {
        return flow * FLOW_BYTES + ACTION;
    }

    /** The protocol with which packets of this flow leave. */
    int wireProtocol(final int flow) {
        final int transport = FlowActionFlyweight.transport(flows, actionOffset(flow));
        return switch (transport) {
            case FlowActionFlyweight.ENCAPSULATE_UDP, FlowActionFlyweight.TCP_TO_UDP -> IpProtocol.UDP;
            case FlowActionFlyweight.UDP_TO_TCP -> IpProtocol.TCP;
            default -> FlowKeyFlyweight.protocol(flows, keyOffset(flow));
        };
    }

    /** The protocol of what a UDP header is taken away from: in it the other flow's packets come. */
    int innerProtocol(final int flow) {
        return FlowKeyFlyweight.protocol(flows, keyOffset(flow ^ 1));
    }

    /** Where the flow's key stands in {@link #actions()}. */
    int keyOffset(final int flow) {
        return flow * FLOW_BYTES;
    }

    int metadataState(final int flow) {
        return flows.getByte(flow * FLOW_BYTES + METADATA_STATE);
    }

    void setMetadataState(final int flow, final int state) {
        flows.putByte(flow * FLOW_BYTES + METADATA_STATE, (byte) state);
    }

    /** The neighbour that the flow used last, a hint, or {@link #NONE}. */
    int neighbor(final int flow) {
        final int neighbor = flows.getShort(flow * FLOW_BYTES + NEIGHBOR) & 0xffff;
        return neighbor == NO_NEIGHBOR ? NONE : neighbor;
    }

    void setNeighbor(final int flow, final int neighbor) {
        flows.putShort(flow * FLOW_BYTES + NEIGHBOR, (short) neighbor);
    }

    /** The sequence numbers of sessions that are marked {@link #STRICT}. */
    TcpWindows windows() {
        return windows;
    }

    /** Counts one packet (a super-frame is one) of this many bytes of IP. */
    void count(final int flow, final int ipBytes, final long nowNs) {
        final int at = flow * FLOW_BYTES;
        flows.putLong(at + PACKETS, flows.getLong(at + PACKETS) + 1);
        flows.putLong(at + BYTES, flows.getLong(at + BYTES) + ipBytes);
        slots.putLong((flow >> 1) * SLOT_BYTES + LAST_SEEN, nowNs);
    }

    /** Sets what the partner has counted. */
    void setCounts(final int flow, final long packets, final long bytes) {
        flows.putLong(flow * FLOW_BYTES + PACKETS, packets);
        flows.putLong(flow * FLOW_BYTES + BYTES, bytes);
    }

    long packets(final int flow) {
        return flows.getLong(flow * FLOW_BYTES + PACKETS);
    }

    long bytes(final int flow) {
        return flows.getLong(flow * FLOW_BYTES + BYTES);
    }

    /** Sessions here. */
    int size() {
        return size;
    }

    int capacity() {
        return capacity;
    }

    /** One more than the highest slot ever used. */
    int highWater() {
        return highWater;
    }

    private int hash(final long sessionId) {
        final long hash = (sessionId ^ seed) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (hash ^ hash >>> 32);
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(flowMemory, metadataMemory, flowIndex, sessionIndex, windows);
        super.close();
    }
}
