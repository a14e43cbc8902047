package io.fairway.model.wire.svr;

import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IpProtocol;
import java.util.Arrays;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes SVR metadata, from the cookie to the end of the payload TLVs; the HMAC comes behind the packet's payload and
 * is not ours. Stateless; any thread. {@link #forward}, {@link #reverse} and {@link #encode} are for the set-up of a
 * session and may allocate; what has no payload TLVs is for the packet path and does not. A security id of 0 names
 * none.
 */
public final class MetadataEncoder {
    /** Bytes that naming a key takes. */
    public static final int SECURITY_ID_LENGTH = Metadata.TLV_HEADER_LENGTH + Integer.BYTES;

    /** Bytes of a control message that names a key, without an HMAC. */
    public static final int CONTROL_LENGTH = Metadata.BASE_LENGTH + SECURITY_ID_LENGTH + 5;

    /** Bytes of a header with a fragment's TLV and a key. */
    public static final int FRAGMENT_LENGTH =
            Metadata.BASE_LENGTH + SECURITY_ID_LENGTH + Metadata.TLV_HEADER_LENGTH + Metadata.FRAGMENT_LENGTH;

    /** The most bytes that {@link #header} writes: every header TLV. */
    public static final int MAX_HEADER_LENGTH = FRAGMENT_LENGTH + 4 + 20 + 5 + 14 + 5;

    private static final int MS_PER_SECOND = 1_000;

    private MetadataEncoder() {}

    /**
     * Who sends metadata.
     *
     * @param router our router's name
     * @param securityId our key's id
     * @param policy our key's security policy, which TLV 15 names unless the session has one of its own
     */
    public record Sender(String router, int securityId, String policy) {}

    /**
     * What the initiator of a session adds to its packets (svr-protocol.md section 3.7, first row). The forward context
     * is the tuple of the client's packets.
     *
     * @param recover whether the peer has lost a session that exists already: then it also says how long that has to
     *     live
     */
    public static byte[] forward(final SessionRecord record, final Sender sender, final boolean recover) {
        return bytes(all(record, sender, recover).forwardContext(forwardContext(record)));
    }

    /**
     * What the responder of a session adds to its packets: reverse context and UUID (svr-protocol.md section 9, item
     * 20), whether the payload is encrypted, and that forward metadata is no longer needed. The reverse context is the
     * tuple of the server's packets.
     *
     * @param recover whether the peer has lost the session: then it says all that there is to know
     */
    public static byte[] reverse(final SessionRecord record, final Sender sender, final boolean recover) {
        final FiveTuple forward = forwardContext(record);
        if (recover) {
            return bytes(all(record, sender, true)
                    .disableForward(true)
                    .forwardContext(forward)
                    .reverseContext(reverseContext(record)));
        }
        return bytes(new MetadataBuilder()
                .securityId(sender.securityId())
                .disableForward(true)
                .reverseContext(reverseContext(record))
                .uuid(record.uuid())
                .encrypted(record.security().encrypts()));
    }

    private static MetadataBuilder all(final SessionRecord record, final Sender sender, final boolean recover) {
        final SessionSecurity security = record.security();
        final boolean seals = security.seals();
        return new MetadataBuilder()
                .securityId(sender.securityId())
                .tenant(record.tenant())
                .service(record.service())
                .uuid(record.uuid())
                .encrypted(security.encrypts())
                .tcpAsUdp(isTcpAsUdp(record))
                .router(sender.router())
                .policy(seals ? security.policy() : sender.policy())
                .path(record.path())
                .sourceNat(record.sourceNat())
                .key(seals ? security.key() : null)
                .remainingSeconds(
                        recover ? record.idleTimeoutMs() / MS_PER_SECOND : ReceivedMetadata.NO_REMAINING_TIME);
    }

    /** Whether the session is TCP and leaves, or goes back, to its peer as UDP. */
    private static boolean isTcpAsUdp(final SessionRecord record) {
        final boolean toPeer = record.forward().action().metadataRole() == FlowActionFlyweight.METADATA_FORWARD;
        final int wireProtocol = toPeer
                ? record.forward().action().rewrite().protocol()
                : record.forward().tuple().protocol();
        return forwardContext(record).protocol() == IpProtocol.TCP && wireProtocol == IpProtocol.UDP;
    }

    /** Where the session came from a peer, the client's tuple is what its metadata said. */
    private static FiveTuple forwardContext(final SessionRecord record) {
        if (record.transit() != null) {
            return record.transit().context();
        }
        return record.forward().action().fromSvr()
                ? record.forward().action().rewrite()
                : record.forward().tuple();
    }

    /** As the server sends it, which the last router knows (svr-protocol.md section 9, item 18). */
    private static FiveTuple reverseContext(final SessionRecord record) {
        final boolean passesOn = record.forward().action().metadataRole() == FlowActionFlyweight.METADATA_FORWARD;
        return record.transit() != null && passesOn
                ? record.transit().context().reversed()
                : record.reverse().tuple();
    }

    private static byte[] bytes(final MetadataBuilder metadata) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(256);
        final int length = encode(buffer, 0, metadata.build());
        return Arrays.copyOf(buffer.byteArray(), length);
    }

    /**
     * Writes whatever is present, at most {@link Metadata#MAX_ENCODED_LENGTH} bytes.
     *
     * @return the length in bytes
     * @throws IllegalArgumentException if a string is longer than 255 or not printable ASCII, a key's length none of
     *     those, or a multicast egress list longer than {@link Metadata#MAX_EGRESS_LIST_LENGTH}
     */
    public static int encode(final MutableDirectBuffer buffer, final int offset, final ReceivedMetadata metadata) {
        final int payload = HeaderEncoder.putTlvs(
                buffer, offset + Metadata.BASE_LENGTH, metadata.header().view());
        final int end = encodePayload(buffer, payload, metadata.payload()) + payload;
        HeaderEncoder.putBase(buffer, offset, payload - offset, end - payload);
        return end - offset;
    }

    /**
     * Writes only the payload TLVs: for who encrypts them before they go behind a {@link #header}.
     *
     * @return the length in bytes
     * @throws IllegalArgumentException as {@link #encode}
     */
    public static int encodePayload(final MutableDirectBuffer buffer, final int offset, final PayloadTlvs tlvs) {
        return PayloadEncoder.put(buffer, offset, tlvs) - offset;
    }

    /**
     * Writes a header with the TLVs that a view describes: a fragment's, path metrics, or all of a packet's whose
     * payload TLVs, of the length that the view names, the caller puts behind it.
     *
     * @return its length, at most {@link #MAX_HEADER_LENGTH}
     */
    public static int header(final MutableDirectBuffer buffer, final int offset, final MetadataView view) {
        final int length = HeaderEncoder.putTlvs(buffer, offset + Metadata.BASE_LENGTH, view) - offset;
        HeaderEncoder.putBase(buffer, offset, length, view.payloadLength());
        return length;
    }

    /**
     * Writes a control message.
     *
     * @return its length, {@link #CONTROL_LENGTH} if it names a key
     */
    public static int control(
            final MutableDirectBuffer buffer, final int offset, final ControlReason reason, final int securityId) {
        return single(buffer, offset, Metadata.CONTROL_MESSAGE, reason.code(), securityId);
    }

    /** Appends a control message's TLV to a header behind which there is room for it. */
    public static void insertControl(final MutableDirectBuffer buffer, final int offset, final ControlReason reason) {
        final int headerLength = Metadata.headerLength(buffer, offset);
        final int payloadLength = Metadata.payloadLength(buffer, offset);
        final int end = TlvWriter.u8Tlv(buffer, offset + headerLength, Metadata.CONTROL_MESSAGE, reason.code());
        HeaderEncoder.putBase(buffer, offset, end - offset, payloadLength);
    }

    /**
     * Writes a session health check (svr-protocol.md section 2.8).
     *
     * @param value 1 a request, 2 a request after a time-out
     * @return its length, as long as a control message's
     */
    public static int healthCheck(
            final MutableDirectBuffer buffer, final int offset, final int value, final int securityId) {
        return single(buffer, offset, Metadata.HEALTH_CHECK, value, securityId);
    }

    private static int single(
            final MutableDirectBuffer buffer, final int offset, final int type, final int value, final int securityId) {
        int at = HeaderEncoder.putSecurityId(buffer, offset + Metadata.BASE_LENGTH, securityId);
        at = TlvWriter.u8Tlv(buffer, at, type, value);
        HeaderEncoder.putBase(buffer, offset, at - offset, 0);
        return at - offset;
    }

    /**
     * Writes the header of an ICMP error that crosses to a peer: which router sent it (svr-protocol.md section 2.9).
     *
     * @param high as in {@link io.fairway.model.wire.IpAddress#high()}
     * @param low as in {@link io.fairway.model.wire.IpAddress#low()}
     * @return its length
     */
    public static int icmpErrorLocation(
            final MutableDirectBuffer buffer, final int offset, final long high, final long low, final int securityId) {
        int at = HeaderEncoder.putSecurityId(buffer, offset + Metadata.BASE_LENGTH, securityId);
        at = HeaderEncoder.putIcmpErrorLocation(buffer, at, high, low);
        HeaderEncoder.putBase(buffer, offset, at - offset, 0);
        return at - offset;
    }

    /**
     * Writes the bare header that goes before a payload that begins with the cookie by chance (svr-protocol.md section
     * 3.2).
     *
     * @return its length
     */
    public static int falsePositive(final MutableDirectBuffer buffer, final int offset) {
        HeaderEncoder.putBase(buffer, offset, Metadata.BASE_LENGTH, 0);
        return Metadata.BASE_LENGTH;
    }
}
