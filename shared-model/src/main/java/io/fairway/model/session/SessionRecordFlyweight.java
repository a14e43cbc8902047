package io.fairway.model.session;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A session's record: all that must be known to own it. The same bytes are journalled, kept in the warm store and
 * handed to the forwarder. Views bytes; owns nothing.
 *
 * <pre>
 *   0 u16 length of the record   2 u8 layout version (1)   3 u8 state   4 u32 version (only rises)
 *   8 u64 session id            16 u64 UUID high          24 u64 UUID low
 *  32 u16 bucket (see BucketId) 34 u8 flags (bit 0: metadata handshake done)  35 u8 zero   36 u32 epoch
 *  40 u32 idle time-out, ms     44 u32 zero               48 u64 created, ms since 1970 (shown, decides nothing)
 *  56 forward flow key (48)    104 forward action (64)   168 reverse flow key (48)   216 reverse action (64)
 * 280 four strings, each u8 length and ASCII bytes: tenant, service, peer router (empty: none), peer path (empty: none)
 * </pre>
 *
 * Native little-endian numbers.
 */
public final class SessionRecordFlyweight {
    /** The layout that this class reads and writes. */
    public static final int LAYOUT_VERSION = 1;

    /** Where the parts begin. */
    public static final int FORWARD_KEY = 56;

    public static final int FORWARD_ACTION = 104;
    public static final int REVERSE_KEY = 168;
    public static final int REVERSE_ACTION = 216;

    /** Bytes before the strings. */
    public static final int FIXED_LENGTH = 280;

    /** The longest record: four strings of 255 bytes. */
    public static final int MAX_LENGTH = FIXED_LENGTH + 4 * 256;

    private static final int LAYOUT = 2;
    private static final int STATE = 3;
    private static final int VERSION = 4;
    private static final int SESSION_ID = 8;
    private static final int UUID_HIGH = 16;
    private static final int UUID_LOW = 24;
    private static final int BUCKET = 32;
    private static final int FLAGS = 34;
    private static final int EPOCH = 36;
    private static final int IDLE_TIMEOUT = 40;
    private static final int CREATED = 48;
    private static final int HANDSHAKE_DONE = 1;

    private SessionRecordFlyweight() {}

    /**
     * Writes a whole record.
     *
     * @return its length in bytes
     */
    public static int encode(final MutableDirectBuffer buffer, final int offset, final SessionRecord record) {
        buffer.setMemory(offset, FIXED_LENGTH, (byte) 0);
        buffer.putByte(offset + LAYOUT, (byte) LAYOUT_VERSION);
        buffer.putByte(offset + STATE, (byte) record.state().ordinal());
        buffer.putInt(offset + VERSION, record.version());
        buffer.putLong(offset + SESSION_ID, record.sessionId());
        buffer.putLong(offset + UUID_HIGH, record.uuid().getMostSignificantBits());
        buffer.putLong(offset + UUID_LOW, record.uuid().getLeastSignificantBits());
        buffer.putShort(offset + BUCKET, (short) record.bucket());
        buffer.putByte(offset + FLAGS, (byte) (record.handshakeDone() ? HANDSHAKE_DONE : 0));
        buffer.putInt(offset + EPOCH, record.epoch());
        buffer.putInt(offset + IDLE_TIMEOUT, record.idleTimeoutMs());
        buffer.putLong(offset + CREATED, record.createdMs());
        encodeFlow(buffer, offset + FORWARD_KEY, record.forward());
        encodeFlow(buffer, offset + REVERSE_KEY, record.reverse());
        int at = FIXED_LENGTH;
        at += encodeString(buffer, offset + at, record.tenant());
        at += encodeString(buffer, offset + at, record.service());
        at += encodeString(buffer, offset + at, record.peer());
        at += encodeString(buffer, offset + at, record.path());
        buffer.putShort(offset, (short) at);
        return at;
    }

    /** Reads a whole record; allocates, not for the packet path. */
    public static SessionRecord decode(final DirectBuffer buffer, final int offset) {
        int at = offset + FIXED_LENGTH;
        final String tenant = string(buffer, at);
        at += 1 + (buffer.getByte(at) & 0xff);
        final String service = string(buffer, at);
        at += 1 + (buffer.getByte(at) & 0xff);
        final String peer = string(buffer, at);
        at += 1 + (buffer.getByte(at) & 0xff);
        final String path = string(buffer, at);
        return new SessionRecord(
                sessionId(buffer, offset),
                new UUID(buffer.getLong(offset + UUID_HIGH), buffer.getLong(offset + UUID_LOW)),
                version(buffer, offset),
                bucket(buffer, offset),
                epoch(buffer, offset),
                state(buffer, offset),
                handshakeDone(buffer, offset),
                idleTimeoutMs(buffer, offset),
                createdMs(buffer, offset),
                decodeFlow(buffer, offset + FORWARD_KEY),
                decodeFlow(buffer, offset + REVERSE_KEY),
                tenant,
                service,
                peer,
                path);
    }

    /** Whether the bytes can be a record of this layout: for what was read from a disk or a peer. */
    public static boolean isValid(final DirectBuffer buffer, final int offset, final int available) {
        if (available < FIXED_LENGTH + 4 || buffer.getByte(offset + LAYOUT) != LAYOUT_VERSION) {
            return false;
        }
        final int length = length(buffer, offset);
        int at = FIXED_LENGTH;
        for (int i = 0; i < 4; i++) {
            if (at >= length || at >= available) {
                return false;
            }
            at += 1 + (buffer.getByte(offset + at) & 0xff);
        }
        return at == length
                && length <= available
                && (buffer.getByte(offset + STATE) & 0xff) <= SessionState.CLOSING.ordinal();
    }

    private static void encodeFlow(final MutableDirectBuffer buffer, final int offset, final Flow flow) {
        FlowKeyFlyweight.encode(buffer, offset, flow.interfaceIndex(), flow.vlan(), flow.tuple());
        FlowActionFlyweight.encode(buffer, offset + FlowKeyFlyweight.LENGTH, flow.action());
    }

    private static Flow decodeFlow(final DirectBuffer buffer, final int offset) {
        final FiveTuple tuple = FlowKeyFlyweight.tuple(buffer, offset);
        final int action = offset + FlowKeyFlyweight.LENGTH;
        final int transport = FlowActionFlyweight.transport(buffer, action);
        return new Flow(
                FlowKeyFlyweight.interfaceIndex(buffer, offset),
                FlowKeyFlyweight.vlan(buffer, offset),
                tuple,
                new FlowAction(
                        transport,
                        FlowActionFlyweight.metadataRole(buffer, action),
                        FlowActionFlyweight.egressInterface(buffer, action),
                        FlowActionFlyweight.egressVlan(buffer, action),
                        FlowActionFlyweight.mssClampBytes(buffer, action),
                        new FiveTuple(
                                FlowActionFlyweight.source(buffer, action),
                                FlowActionFlyweight.destination(buffer, action),
                                FlowActionFlyweight.sourcePort(buffer, action),
                                FlowActionFlyweight.destinationPort(buffer, action),
                                outProtocol(tuple.protocol(), transport)),
                        FlowActionFlyweight.fromSvr(buffer, action),
                        FlowActionFlyweight.nextHop(buffer, action)));
    }

    private static int outProtocol(final int protocol, final int transport) {
        return switch (transport) {
            case FlowActionFlyweight.ENCAPSULATE_UDP -> io.fairway.model.wire.IpProtocol.UDP;
            case FlowActionFlyweight.DECAPSULATE_UDP -> io.fairway.model.wire.IpProtocol.ICMP;
            default -> protocol;
        };
    }

    private static int encodeString(final MutableDirectBuffer buffer, final int offset, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        buffer.putByte(offset, (byte) bytes.length);
        buffer.putBytes(offset + 1, bytes);
        return 1 + bytes.length;
    }

    private static String string(final DirectBuffer buffer, final int offset) {
        return buffer.getStringWithoutLengthAscii(offset + 1, buffer.getByte(offset) & 0xff);
    }

    public static int length(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset) & 0xffff;
    }

    public static SessionState state(final DirectBuffer buffer, final int offset) {
        return SessionState.of(buffer.getByte(offset + STATE));
    }

    public static int version(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + VERSION);
    }

    public static long sessionId(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + SESSION_ID);
    }

    public static int bucket(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + BUCKET) & 0xffff;
    }

    public static boolean handshakeDone(final DirectBuffer buffer, final int offset) {
        return (buffer.getByte(offset + FLAGS) & HANDSHAKE_DONE) != 0;
    }

    public static int epoch(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + EPOCH);
    }

    public static int idleTimeoutMs(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + IDLE_TIMEOUT);
    }

    public static long createdMs(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + CREATED);
    }
}
