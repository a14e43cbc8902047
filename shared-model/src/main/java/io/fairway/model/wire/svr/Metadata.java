package io.fairway.model.wire.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The layout of SVR metadata (svr-protocol.md section 3): constants, and the first look at a payload. Network byte
 * order.
 *
 * <pre>
 * 0 u64 cookie   8 u4 version, u12 header length   10 u16 payload length   12 header TLVs, then payload TLVs
 * </pre>
 *
 * Header length counts from the cookie, payload length from the end of the header. A TLV is u16 type, u16 length of the
 * value, value. Types 8, 13 and 28 are a product's own (section 3.6): never sent, skipped like unknown ones.
 */
public final class Metadata {
    /** The first eight bytes. */
    public static final long COOKIE = 0x4c48_dbc6_ddf6_670cL;

    /** Bytes before the header TLVs; the least header length. */
    public static final int BASE_LENGTH = 12;

    /** The only version. */
    public static final int VERSION = 1;

    /** The largest header length. */
    public static final int MAX_HEADER_LENGTH = 4095;

    /** Bytes of a TLV before its value. */
    public static final int TLV_HEADER_LENGTH = 4;

    /** Bytes of HMAC-SHA256-128 behind the packet's last payload byte. */
    public static final int HMAC_LENGTH = 16;

    /** The longest string value (svr-protocol.md section 9, item 32). */
    public static final int MAX_STRING_LENGTH = 255;

    /** The longest value of a multicast egress list, a limit of ours: some 64 names. */
    public static final int MAX_EGRESS_LIST_LENGTH = 1024;

    /** The most bytes that {@link MetadataEncoder} writes: all TLVs, each as long as it may be. */
    public static final int MAX_ENCODED_LENGTH = 4096;

    /** Header TLV: the packet is a piece of a larger one; see {@link Fragment}. */
    public static final int FRAGMENT = 1;

    /** Header TLV: which key the HMAC is made with, u32. */
    public static final int SECURITY_ID = 16;

    /** Header TLV without a value: forward metadata has arrived, stop sending it. */
    public static final int DISABLE_FORWARD = 18;

    /** Header TLV: the router that sent an ICMP error. */
    public static final int ICMP_ERROR_LOCATION_V4 = 20;

    public static final int ICMP_ERROR_LOCATION_V6 = 21;

    /** Header TLV: a control message, u8 {@link ControlReason#code()}. */
    public static final int CONTROL_MESSAGE = 24;

    /** Header TLV: colours, clocks and counts that measure the path; see {@link PathMetrics}. */
    public static final int PATH_METRICS = 26;

    /** Header TLV: session health check, u8 1 or 2. In the payload the same number is {@link #PAYLOAD_KEY}. */
    public static final int HEALTH_CHECK = 46;

    /** Payload TLV: addresses, ports and protocol as the client sent them. */
    public static final int FORWARD_CONTEXT_V4 = 2;

    public static final int FORWARD_CONTEXT_V6 = 3;

    /** Payload TLV: addresses, ports and protocol as the server sent them. */
    public static final int REVERSE_CONTEXT_V4 = 4;

    public static final int REVERSE_CONTEXT_V6 = 5;

    /** Payload TLV: the session's UUID. */
    public static final int SESSION_UUID = 6;

    public static final int TENANT_NAME = 7;
    public static final int SERVICE_NAME = 10;

    /** Payload TLV without a value: the session's payload is encrypted. */
    public static final int SESSION_ENCRYPTED = 11;

    /** Payload TLV without a value: TCP carried as UDP. */
    public static final int TCP_AS_UDP = 12;

    public static final int SOURCE_ROUTER_NAME = 14;
    public static final int SECURITY_POLICY = 15;
    public static final int DESTINATION_ROUTER_NAME = 17;
    public static final int PEER_PATH = 19;

    /** Payload TLV: the client's address after source NAT at the ingress. */
    public static final int SOURCE_NAT_V4 = 25;

    public static final int APPLICATION_NAME = 35;

    /** Payload TLV: how long the session has to live, u32 seconds. */
    public static final int REMAINING_TIME = 42;

    /**
     * Payload TLV: the key of the session's payload, raw bytes whose meaning is the security policy's (svr-protocol.md
     * section 9, item 8).
     */
    public static final int PAYLOAD_KEY = 46;

    /** Payload TLV: a multicast session's source and group; see {@link MulticastContext}. */
    public static final int MULTICAST_CONTEXT = 50;

    /** Payload TLV: the routers at which a multicast session leaves: u16 count, then u8 length and name of each. */
    public static final int MULTICAST_EGRESS = 51;

    /** Bytes of a context: two addresses, two ports, the protocol. */
    public static final int CONTEXT_V4_LENGTH = 13;

    public static final int CONTEXT_V6_LENGTH = 37;

    /** Bytes of a multicast context over IPv4 and IPv6. */
    static final int MULTICAST_V4_LENGTH = 11;

    static final int MULTICAST_V6_LENGTH = 35;

    static final int FAMILY_V4 = 4;
    static final int FAMILY_V6 = 6;
    static final int FRAGMENT_LENGTH = 10;
    static final int PATH_METRICS_LENGTH = 10;

    /** Flags of a fragment, above its offset. */
    static final int DONT_FRAGMENT = 0x4000;

    static final int MORE_FRAGMENTS = 0x2000;

    /** Where a mark's colour stands above its time. */
    static final int COLOR_SHIFT = 28;

    /** The flag above a path metrics' count: drop this packet. */
    static final int DROP = 0x8000;

    static final int VERSION_AND_HEADER_LENGTH = 8;
    static final int PAYLOAD_LENGTH = 10;

    private static final int HEADER_LENGTH_MASK = 0xfff;
    private static final int SECURITY_ID_VALUE = BASE_LENGTH + TLV_HEADER_LENGTH;

    private Metadata() {}

    /** Bytes from the cookie to the end of the header TLVs, of metadata that is known to be whole. */
    public static int headerLength(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + VERSION_AND_HEADER_LENGTH, BIG_ENDIAN) & HEADER_LENGTH_MASK;
    }

    /** Bytes of the payload TLVs, of metadata that is known to be whole. */
    public static int payloadLength(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + PAYLOAD_LENGTH, BIG_ENDIAN) & 0xffff;
    }

    /** Changes the length of the payload TLVs. */
    public static void setPayloadLength(final MutableDirectBuffer buffer, final int offset, final int length) {
        buffer.putShort(offset + PAYLOAD_LENGTH, (short) length, BIG_ENDIAN);
    }

    /** Changes the security id, which {@link MetadataEncoder} writes as the first header TLV. */
    public static void setSecurityId(final MutableDirectBuffer buffer, final int offset, final int securityId) {
        buffer.putInt(offset + SECURITY_ID_VALUE, securityId, BIG_ENDIAN);
    }

    /**
     * Puts TLV 11, which is not there, behind metadata, or takes it away from its end, where {@link MetadataEncoder}
     * writes it.
     *
     * @return the metadata's new length
     */
    public static int setEncrypted(
            final MutableDirectBuffer buffer, final int offset, final int length, final boolean encrypted) {
        final int end = encrypted ? length : length - TLV_HEADER_LENGTH;
        final int changed = encrypted ? TlvWriter.head(buffer, offset + end, SESSION_ENCRYPTED, 0) - offset : end;
        setPayloadLength(buffer, offset, changed - headerLength(buffer, offset));
        return changed;
    }

    /** Whether a session's key may have this many bytes. */
    static boolean isKeyLength(final int length) {
        return length == 16 || length == 32 || length == 48 || length == 64;
    }

    /** Whether this many payload bytes begin with the cookie, so that they are metadata and nothing else. */
    public static boolean isPresent(final DirectBuffer buffer, final int offset, final int available) {
        return available >= Long.BYTES && buffer.getLong(offset, BIG_ENDIAN) == COOKIE;
    }
}
