package io.fairway.model.wire.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.wire.IpAddress;
import java.util.Arrays;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes SVR metadata, from the cookie to the end of the payload TLVs; the HMAC comes behind the packet's payload and
 * is not ours. Stateless; any thread. {@link #forward} and {@link #reverse} allocate and are for the set-up of a
 * session; {@link #control} and {@link #falsePositive} do not.
 */
public final class MetadataEncoder {
    /** Bytes of a control message without an HMAC. */
    public static final int CONTROL_LENGTH = Metadata.BASE_LENGTH + 8 + 5;

    private MetadataEncoder() {}

    /**
     * What the initiator of a session adds to its packets (svr-protocol.md section 3.7, first row). The forward context
     * is the tuple of the client's packets.
     *
     * @param routerName our router's name
     * @param securityId our key's id
     * @param policy our key's security policy
     */
    public static byte[] forward(
            final SessionRecord record, final String routerName, final int securityId, final String policy) {
        final MetadataBuilder metadata = new MetadataBuilder();
        metadata.securityId = securityId;
        metadata.forwardContext = record.forward().tuple();
        metadata.tenant = record.tenant();
        metadata.service = record.service();
        metadata.uuid = record.uuid();
        metadata.router = routerName;
        metadata.policy = policy;
        metadata.path = record.path();
        return bytes(metadata.build());
    }

    /**
     * What the responder of a session adds to its packets: reverse context and UUID (svr-protocol.md section 9, item
     * 20), and that forward metadata is no longer needed. The reverse context is the tuple of the server's packets.
     *
     * @param securityId our key's id
     */
    public static byte[] reverse(final SessionRecord record, final int securityId) {
        final MetadataBuilder metadata = new MetadataBuilder();
        metadata.securityId = securityId;
        metadata.disableForward = true;
        metadata.reverseContext = record.reverse().tuple();
        metadata.uuid = record.uuid();
        return bytes(metadata.build());
    }

    private static byte[] bytes(final ReceivedMetadata metadata) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(256);
        final int length = encode(buffer, 0, metadata);
        return Arrays.copyOf(buffer.byteArray(), length);
    }

    /**
     * Writes a control message that names a key; it has no payload TLVs.
     *
     * @return its length, {@link #CONTROL_LENGTH}
     */
    public static int control(
            final MutableDirectBuffer buffer, final int offset, final ControlReason reason, final int securityId) {
        int at = putSecurityId(buffer, offset + Metadata.BASE_LENGTH, securityId);
        at = putByte(buffer, at, Metadata.CONTROL_MESSAGE, reason.code());
        putBase(buffer, offset, at - offset, 0);
        return at - offset;
    }

    /**
     * Writes the bare header that goes before a payload that begins with the cookie by chance (svr-protocol.md section
     * 3.2).
     *
     * @return its length
     */
    public static int falsePositive(final MutableDirectBuffer buffer, final int offset) {
        putBase(buffer, offset, Metadata.BASE_LENGTH, 0);
        return Metadata.BASE_LENGTH;
    }

    /**
     * Writes whatever is present, at most {@link Metadata#MAX_ENCODED_LENGTH} bytes.
     *
     * @return the length in bytes
     * @throws IllegalArgumentException if a string is longer than 255 or not printable ASCII
     */
    public static int encode(final MutableDirectBuffer buffer, final int offset, final ReceivedMetadata metadata) {
        int at = offset + Metadata.BASE_LENGTH;
        if (metadata.securityId() != 0) {
            at = putSecurityId(buffer, at, metadata.securityId());
        }
        if (metadata.disableForward()) {
            at = putHead(buffer, at, Metadata.DISABLE_FORWARD, 0);
        }
        if (metadata.controlReason() != MetadataView.NO_CONTROL) {
            at = putByte(buffer, at, Metadata.CONTROL_MESSAGE, metadata.controlReason());
        }
        if (metadata.healthCheck() != 0) {
            at = putByte(buffer, at, Metadata.HEALTH_CHECK, metadata.healthCheck());
        }
        final int headerLength = at - offset;
        at = putPayload(buffer, at, metadata);
        putBase(buffer, offset, headerLength, at - offset - headerLength);
        return at - offset;
    }

    private static int putPayload(final MutableDirectBuffer buffer, final int offset, final ReceivedMetadata metadata) {
        int at = putContext(buffer, offset, Metadata.FORWARD_CONTEXT_V4, metadata.forwardContext());
        at = putContext(buffer, at, Metadata.REVERSE_CONTEXT_V4, metadata.reverseContext());
        at = putText(buffer, at, Metadata.TENANT_NAME, metadata.tenant());
        at = putText(buffer, at, Metadata.SERVICE_NAME, metadata.service());
        if (metadata.uuid() != null) {
            at = putHead(buffer, at, Metadata.SESSION_UUID, 16);
            at = putLong(buffer, at, metadata.uuid().getMostSignificantBits());
            at = putLong(buffer, at, metadata.uuid().getLeastSignificantBits());
        }
        at = metadata.encrypted() ? putHead(buffer, at, Metadata.SESSION_ENCRYPTED, 0) : at;
        at = metadata.tcpAsUdp() ? putHead(buffer, at, Metadata.TCP_AS_UDP, 0) : at;
        if (metadata.sourceNat() != null) {
            at = putInt(buffer, putHead(buffer, at, Metadata.SOURCE_NAT_V4, 4), v4Bits(metadata.sourceNat()));
        }
        at = putText(buffer, at, Metadata.APPLICATION_NAME, metadata.application());
        at = putText(buffer, at, Metadata.SOURCE_ROUTER_NAME, metadata.router());
        at = putText(buffer, at, Metadata.SECURITY_POLICY, metadata.policy());
        at = putText(buffer, at, Metadata.DESTINATION_ROUTER_NAME, metadata.destinationRouter());
        at = putText(buffer, at, Metadata.PEER_PATH, metadata.path());
        if (metadata.remainingSeconds() != ReceivedMetadata.NO_REMAINING_TIME) {
            at = putHead(buffer, at, Metadata.REMAINING_TIME, 4);
            at = putInt(buffer, at, (int) metadata.remainingSeconds());
        }
        return at;
    }

    private static int v4Bits(final IpAddress address) {
        if (!address.isV4()) {
            throw new IllegalArgumentException("TLV 25 holds an IPv4 address, not " + address);
        }
        return address.v4Bits();
    }

    private static void putBase(
            final MutableDirectBuffer buffer, final int offset, final int headerLength, final int payloadLength) {
        buffer.putLong(offset, Metadata.COOKIE, BIG_ENDIAN);
        buffer.putShort(
                offset + Metadata.VERSION_AND_HEADER_LENGTH,
                (short) (Metadata.VERSION << 12 | headerLength),
                BIG_ENDIAN);
        buffer.putShort(offset + Metadata.PAYLOAD_LENGTH, (short) payloadLength, BIG_ENDIAN);
    }

    private static int putSecurityId(final MutableDirectBuffer buffer, final int at, final int securityId) {
        return putInt(buffer, putHead(buffer, at, Metadata.SECURITY_ID, 4), securityId);
    }

    /** The IPv4 types; the IPv6 type is the next number. */
    private static int putContext(
            final MutableDirectBuffer buffer, final int offset, final int typeV4, final FiveTuple tuple) {
        if (tuple == null) {
            return offset;
        }
        int at;
        if (tuple.source().isV4() && tuple.destination().isV4()) {
            at = putHead(buffer, offset, typeV4, Metadata.CONTEXT_V4_LENGTH);
            at = putInt(buffer, at, tuple.source().v4Bits());
            at = putInt(buffer, at, tuple.destination().v4Bits());
        } else {
            at = putHead(buffer, offset, typeV4 + 1, Metadata.CONTEXT_V6_LENGTH);
            at = putLong(buffer, at, tuple.source().high());
            at = putLong(buffer, at, tuple.source().low());
            at = putLong(buffer, at, tuple.destination().high());
            at = putLong(buffer, at, tuple.destination().low());
        }
        at = putInt(buffer, at, tuple.sourcePort() << 16 | tuple.destinationPort() & 0xffff);
        buffer.putByte(at, (byte) tuple.protocol());
        return at + 1;
    }

    private static int putText(final MutableDirectBuffer buffer, final int offset, final int type, final String text) {
        if (text == null) {
            return offset;
        }
        if (text.length() > Metadata.MAX_STRING_LENGTH || !text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException("not at most 255 printable ASCII characters: " + text);
        }
        final int at = putHead(buffer, offset, type, text.length());
        return at + buffer.putStringWithoutLengthAscii(at, text);
    }

    private static int putHead(final MutableDirectBuffer buffer, final int at, final int type, final int length) {
        return putInt(buffer, at, type << 16 | length);
    }

    private static int putByte(final MutableDirectBuffer buffer, final int at, final int type, final int value) {
        final int end = putHead(buffer, at, type, 1);
        buffer.putByte(end, (byte) value);
        return end + 1;
    }

    private static int putInt(final MutableDirectBuffer buffer, final int at, final int value) {
        buffer.putInt(at, value, BIG_ENDIAN);
        return at + Integer.BYTES;
    }

    private static int putLong(final MutableDirectBuffer buffer, final int at, final long value) {
        buffer.putLong(at, value, BIG_ENDIAN);
        return at + Long.BYTES;
    }
}
