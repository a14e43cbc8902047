package io.fairway.model.session;

import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.config.TcpEnforcement;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A session's record: all that must be known to own it. The same bytes are journalled, kept in the warm store and
 * handed to the forwarder. Views bytes; owns nothing.
 *
 * <pre>
 *   0 u16 length of the record   2 u8 layout version (3)   3 u8 state   4 u32 version (only rises)
 *   8 u64 session id            16 u64 UUID high          24 u64 UUID low
 *  32 u16 bucket (see BucketId) 34 u8 flags (bit 0: metadata handshake done, bit 1: NAT keep-alive,
 *     bits 2-3: adaptive encryption)
 *  35 u8 TCP state enforcement  36 u32 epoch
 *  40 u32 idle time-out, ms     44 u8 payload encryption  45 u8 payload HMAC
 *  46 u16 TCP opening time-out, tenths of a second (0: the router's)
 *  48 u64 created, ms since 1970 (shown, decides nothing)
 *  56 forward flow key (48)    104 forward action (64)   168 reverse flow key (48)   216 reverse action (64)
 * 280 strings, each u8 length and ASCII bytes: tenant, service, peer router (empty: none), peer path (empty: none),
 *     security policy (empty: none), session key (raw bytes; empty: none), router towards the client (empty: the flows
 *     say what the client sent, see Transit), peer path towards the client, IPv4 address that stands in for the
 *     client's (raw bytes; empty: none)
 *  .. forward context (37), if there is a router towards the client: source (16), destination (16), ports (2 x 2),
 *     protocol (1)
 *  .. what a later release appends, and another hands on with the record
 * </pre>
 *
 * Native little-endian numbers.
 */
public final class SessionRecordFlyweight {
    /** The layout that this class reads and writes. */
    public static final int LAYOUT_VERSION = 3;

    /** Where the parts begin. */
    public static final int FORWARD_KEY = 56;

    public static final int FORWARD_ACTION = 104;
    public static final int REVERSE_KEY = 168;
    public static final int REVERSE_ACTION = 216;

    /** Bytes before the strings. */
    public static final int FIXED_LENGTH = 280;

    private static final int STRINGS = 9;
    private static final int CONTEXT_LENGTH = 37;

    /** The longest record: every string of 255 bytes. */
    public static final int MAX_LENGTH = FIXED_LENGTH + STRINGS * 256 + CONTEXT_LENGTH;

    private static final int LAYOUT = 2;
    private static final int STATE = 3;
    private static final int VERSION = 4;
    private static final int SESSION_ID = 8;
    private static final int UUID_HIGH = 16;
    private static final int UUID_LOW = 24;
    private static final int BUCKET = 32;
    private static final int FLAGS = 34;
    private static final int TCP_ENFORCEMENT = 35;
    private static final int EPOCH = 36;
    private static final int IDLE_TIMEOUT = 40;
    private static final int ENCRYPTION = 44;
    private static final int HMAC = 45;
    private static final int TCP_OPENING = 46;
    private static final int CREATED = 48;
    private static final int POLICY = 4;
    private static final int SESSION_KEY = 5;
    private static final int TRANSIT_PEER = 6;
    private static final int SOURCE_NAT = 8;
    private static final int HANDSHAKE_DONE = 1;
    private static final int NAT_KEEP_ALIVE = 2;
    private static final int ADAPTATION_SHIFT = 2;
    private static final int ADAPTATION_MASK = 3;
    private static final int OPENING_UNIT_MS = 100;

    private SessionRecordFlyweight() {}

    /** Writes a whole record and returns its length in bytes. */
    public static int encode(final MutableDirectBuffer buffer, final int offset, final SessionRecord record) {
        buffer.setMemory(offset, FIXED_LENGTH, (byte) 0);
        buffer.putByte(offset + LAYOUT, (byte) LAYOUT_VERSION);
        buffer.putByte(offset + STATE, (byte) record.state().ordinal());
        buffer.putInt(offset + VERSION, record.version());
        buffer.putLong(offset + SESSION_ID, record.sessionId());
        buffer.putLong(offset + UUID_HIGH, record.uuid().getMostSignificantBits());
        buffer.putLong(offset + UUID_LOW, record.uuid().getLeastSignificantBits());
        buffer.putShort(offset + BUCKET, (short) record.bucket());
        encodeTreatment(buffer, offset, record);
        buffer.putInt(offset + EPOCH, record.epoch());
        buffer.putInt(offset + IDLE_TIMEOUT, record.idleTimeoutMs());
        buffer.putLong(offset + CREATED, record.createdMs());
        encodeFlow(buffer, offset + FORWARD_KEY, record.forward());
        encodeFlow(buffer, offset + REVERSE_KEY, record.reverse());
        int at = offset + FIXED_LENGTH;
        at = encodeString(buffer, at, record.tenant());
        at = encodeString(buffer, at, record.service());
        at = encodeString(buffer, at, record.peer());
        at = encodeString(buffer, at, record.path());
        at = encodeSecurity(buffer, offset, at, record.security());
        at = encodeOrigin(buffer, at, record);
        buffer.putShort(offset, (short) (at - offset));
        return at - offset;
    }

    private static void encodeTreatment(
            final MutableDirectBuffer buffer, final int offset, final SessionRecord record) {
        final SessionTreatment treatment = record.treatment();
        buffer.putByte(offset + FLAGS, (byte) ((record.handshakeDone() ? HANDSHAKE_DONE : 0)
                | (treatment.natKeepAlive() ? NAT_KEEP_ALIVE : 0)
                | record.security().adaptation().ordinal() << ADAPTATION_SHIFT));
        buffer.putByte(
                offset + TCP_ENFORCEMENT, (byte) treatment.tcpEnforcement().ordinal());
        buffer.putShort(offset + TCP_OPENING, (short) Math.ceilDiv(treatment.tcpOpeningMs(), OPENING_UNIT_MS));
    }

    private static int encodeSecurity(
            final MutableDirectBuffer buffer, final int offset, final int at, final SessionSecurity security) {
        buffer.putByte(offset + ENCRYPTION, (byte) security.encryption().ordinal());
        buffer.putByte(offset + HMAC, (byte) security.hmac().ordinal());
        final int next = encodeString(buffer, at, security.policy());
        return encodeBytes(buffer, next, security.seals() ? security.key().bytes() : new byte[0]);
    }

    private static int encodeOrigin(final MutableDirectBuffer buffer, final int offset, final SessionRecord record) {
        final Transit transit = record.transit();
        int at = encodeString(buffer, offset, transit == null ? "" : transit.peer());
        at = encodeString(buffer, at, transit == null ? "" : transit.path());
        at = encodeBytes(buffer, at, record.sourceNat() == null ? new byte[0] : bytes(record.sourceNat()));
        if (transit == null) {
            return at;
        }
        final FiveTuple context = transit.context();
        at = encodeAddress(buffer, at, context.source());
        at = encodeAddress(buffer, at, context.destination());
        buffer.putShort(at, (short) context.sourcePort());
        buffer.putShort(at + 2, (short) context.destinationPort());
        buffer.putByte(at + 4, (byte) context.protocol());
        return at + 5;
    }

    private static int encodeAddress(final MutableDirectBuffer buffer, final int at, final IpAddress address) {
        buffer.putLong(at, address.high());
        buffer.putLong(at + 8, address.low());
        return at + 16;
    }

    /** Reads a whole record; allocates, not for the packet path. */
    public static SessionRecord decode(final DirectBuffer buffer, final int offset) {
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
                decodeFlow(buffer, offset + FORWARD_KEY, offset + REVERSE_KEY),
                decodeFlow(buffer, offset + REVERSE_KEY, offset + FORWARD_KEY),
                string(buffer, offset, 0),
                string(buffer, offset, 1),
                string(buffer, offset, 2),
                string(buffer, offset, 3),
                decodeSecurity(buffer, offset),
                decodeTransit(buffer, offset),
                new SessionTreatment(
                        tcpEnforcement(buffer, offset), tcpOpeningMs(buffer, offset), natKeepAlive(buffer, offset)),
                decodeSourceNat(buffer, offset));
    }

    private static IpAddress decodeSourceNat(final DirectBuffer buffer, final int offset) {
        final int at = stringOffset(buffer, offset, SOURCE_NAT);
        return buffer.getByte(at) == 0 ? null : IpAddress.v4(buffer.getInt(at + 1, ByteOrder.BIG_ENDIAN));
    }

    private static SessionSecurity decodeSecurity(final DirectBuffer buffer, final int offset) {
        final int at = stringOffset(buffer, offset, SESSION_KEY);
        final byte[] key = new byte[buffer.getByte(at) & 0xff];
        buffer.getBytes(at + 1, key);
        return new SessionSecurity(
                string(buffer, offset, POLICY),
                encryption(buffer, offset),
                SecurityPolicy.Hmac.of(buffer.getByte(offset + HMAC)),
                key.length == 0 ? null : Secret.of(key),
                adaptation(buffer, offset));
    }

    private static Transit decodeTransit(final DirectBuffer buffer, final int offset) {
        final String peer = string(buffer, offset, TRANSIT_PEER);
        if (peer.isEmpty()) {
            return null;
        }
        final int at = stringOffset(buffer, offset, STRINGS);
        final FiveTuple context = new FiveTuple(
                new IpAddress(buffer.getLong(at), buffer.getLong(at + 8)),
                new IpAddress(buffer.getLong(at + 16), buffer.getLong(at + 24)),
                buffer.getShort(at + 32) & 0xffff,
                buffer.getShort(at + 34) & 0xffff,
                buffer.getByte(at + 36) & 0xff);
        return new Transit(peer, string(buffer, offset, TRANSIT_PEER + 1), context);
    }

    /** Whether the bytes can be a record of this layout: for what was read from a disk or a peer. */
    public static boolean isValid(final DirectBuffer buffer, final int offset, final int available) {
        if (available < FIXED_LENGTH + STRINGS || layout(buffer, offset) != LAYOUT_VERSION) {
            return false;
        }
        final int length = length(buffer, offset);
        int at = FIXED_LENGTH;
        boolean transit = false;
        for (int i = 0; i < STRINGS; i++) {
            if (at >= length || at >= available) {
                return false;
            }
            final int bytes = buffer.getByte(offset + at) & 0xff;
            transit |= i == TRANSIT_PEER && bytes > 0;
            if (i == SESSION_KEY && bytes != 0 && bytes != SessionSecurity.KEY_LENGTH
                    || i == SOURCE_NAT && bytes != 0 && bytes != Integer.BYTES) {
                return false;
            }
            at += 1 + bytes;
        }
        return at + (transit ? CONTEXT_LENGTH : 0) <= length
                && length <= Math.min(available, MAX_LENGTH)
                && (buffer.getByte(offset + STATE) & 0xff) <= SessionState.CLOSING.ordinal()
                && SecurityPolicy.Encryption.of(buffer.getByte(offset + ENCRYPTION)) != null
                && SecurityPolicy.Hmac.of(buffer.getByte(offset + HMAC)) != null
                && adaptation(buffer, offset) != null
                && tcpEnforcement(buffer, offset) != null;
    }

    private static void encodeFlow(final MutableDirectBuffer buffer, final int offset, final Flow flow) {
        FlowKeyFlyweight.encode(buffer, offset, flow.interfaceIndex(), flow.vlan(), flow.tuple());
        FlowActionFlyweight.encode(buffer, offset + FlowKeyFlyweight.LENGTH, flow.action());
    }

    private static Flow decodeFlow(final DirectBuffer buffer, final int offset, final int answerOffset) {
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
                                outProtocol(
                                        transport, tuple.protocol(), FlowKeyFlyweight.protocol(buffer, answerOffset))),
                        FlowActionFlyweight.fromSvr(buffer, action),
                        FlowActionFlyweight.nextHop(buffer, action)));
    }

    private static int outProtocol(final int transport, final int protocol, final int answerProtocol) {
        return switch (transport) {
            case FlowActionFlyweight.ENCAPSULATE_UDP, FlowActionFlyweight.TCP_TO_UDP -> IpProtocol.UDP;
            case FlowActionFlyweight.UDP_TO_TCP -> IpProtocol.TCP;
            // What leaves here is answered in the same protocol.
            case FlowActionFlyweight.DECAPSULATE_UDP -> answerProtocol;
            default -> protocol;
        };
    }

    private static int encodeString(final MutableDirectBuffer buffer, final int offset, final String text) {
        return encodeBytes(buffer, offset, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static int encodeBytes(final MutableDirectBuffer buffer, final int offset, final byte[] bytes) {
        buffer.putByte(offset, (byte) bytes.length);
        buffer.putBytes(offset + 1, bytes);
        return offset + 1 + bytes.length;
    }

    private static byte[] bytes(final IpAddress v4) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(v4.v4Bits()).array();
    }

    private static String string(final DirectBuffer buffer, final int offset, final int index) {
        final int at = stringOffset(buffer, offset, index);
        return buffer.getStringWithoutLengthAscii(at + 1, buffer.getByte(at) & 0xff);
    }

    private static int stringOffset(final DirectBuffer buffer, final int offset, final int index) {
        int at = offset + FIXED_LENGTH;
        for (int i = 0; i < index; i++) {
            at += 1 + (buffer.getByte(at) & 0xff);
        }
        return at;
    }

    /** How the payload is encrypted. */
    public static SecurityPolicy.Encryption encryption(final DirectBuffer buffer, final int offset) {
        return SecurityPolicy.Encryption.of(buffer.getByte(offset + ENCRYPTION));
    }

    /** What authenticates the payload besides. */
    public static SecurityPolicy.Hmac hmac(final DirectBuffer buffer, final int offset) {
        return SecurityPolicy.Hmac.of(buffer.getByte(offset + HMAC));
    }

    /** Whether the session's encryption is adaptive, and what it is now; null in bytes that are no record. */
    public static SessionSecurity.Adaptation adaptation(final DirectBuffer buffer, final int offset) {
        return SessionSecurity.Adaptation.of(buffer.getByte(offset + FLAGS) >> ADAPTATION_SHIFT & ADAPTATION_MASK);
    }

    /** Whether this router seals the payload or opens it: the session has a key, and begins or ends here. */
    public static boolean sealsHere(final DirectBuffer buffer, final int offset) {
        final int action = offset + FORWARD_ACTION;
        final boolean passesOn = FlowActionFlyweight.fromSvr(buffer, action)
                && FlowActionFlyweight.metadataRole(buffer, action) == FlowActionFlyweight.METADATA_FORWARD;
        return keyOffset(buffer, offset) >= 0 && !passesOn;
    }

    /** Whether a session from a peer ends here under other addresses or ports than the client's. */
    public static boolean translatesHere(final DirectBuffer buffer, final int offset) {
        final boolean passesOn = FlowActionFlyweight.metadataRole(buffer, offset + FORWARD_ACTION)
                == FlowActionFlyweight.METADATA_FORWARD;
        return !passesOn && buffer.getByte(stringOffset(buffer, offset, TRANSIT_PEER)) != 0;
    }

    /** Where the session's key stands, or -1 if it has none. */
    public static int keyOffset(final DirectBuffer buffer, final int offset) {
        final int at = stringOffset(buffer, offset, SESSION_KEY);
        return buffer.getByte(at) == 0 ? -1 : at + 1;
    }

    /** The layout that a record, or what may be one, says it has. */
    public static int layout(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + LAYOUT) & 0xff;
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

    /** How strictly a TCP session is watched; null in bytes that are no record. */
    public static TcpEnforcement tcpEnforcement(final DirectBuffer buffer, final int offset) {
        return TcpEnforcement.of(buffer.getByte(offset + TCP_ENFORCEMENT));
    }

    /** After how much silence a TCP session ends before it is established, 0 for the router's own time. */
    public static int tcpOpeningMs(final DirectBuffer buffer, final int offset) {
        return (buffer.getShort(offset + TCP_OPENING) & 0xffff) * OPENING_UNIT_MS;
    }

    /** Whether silence between routers is broken. */
    public static boolean natKeepAlive(final DirectBuffer buffer, final int offset) {
        return (buffer.getByte(offset + FLAGS) & NAT_KEEP_ALIVE) != 0;
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
