package io.fairway.model.wire.peer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The layout of a message behind its BFD control packet; the drawing is this package's. */
public final class PeerMessage {
    /** The UDP port of both ends (svr-protocol.md section 5.1). */
    public static final int PORT = 1280;

    /** The version of what follows the BFD control packet. */
    public static final int VERSION = 1;

    /** Bytes before the first TLV. */
    public static final int BASE_LENGTH = 28;

    /** Bytes of a TLV before its value. */
    public static final int TLV_HEADER_LENGTH = 4;

    /** Bytes of a message that fits through every path, unless it is a probe. */
    public static final int SAFE_LENGTH = 1200;

    /** The longest message: what IPv4 and UDP carry. */
    public static final int MAX_LENGTH = 65_507;

    /** The longest peering name. */
    public static final int MAX_NAME_LENGTH = 63;

    /** The longest part of a key exchange: a message with it and all other TLVs has {@link #SAFE_LENGTH}. */
    public static final int MAX_EXCHANGE_LENGTH = 900;

    /** The code itself: HMAC-SHA256. */
    public static final int CODE_LENGTH = 32;

    /** Loss of everything, in the clock's unit. */
    public static final int WHOLE = 10_000;

    public static final int AUTHORITY = 1;
    public static final int PEERING_NAME = 2;
    public static final int NODE = 3;
    public static final int CLOCK = 4;
    public static final int OWN_ENDPOINT_V4 = 5;
    public static final int OWN_ENDPOINT_V6 = 6;
    public static final int SEEN_ENDPOINT_V4 = 7;
    public static final int SEEN_ENDPOINT_V6 = 8;
    public static final int KEY_GENERATIONS = 9;
    public static final int KEY_EXCHANGE = 10;
    public static final int MTU_PROBE = 11;
    public static final int MTU_ANSWER = 12;
    public static final int CODE = 13;
    public static final int TCP_PROBE = 14;
    public static final int TCP_STATE = 15;

    static final int VERSION_FIELD = 24;
    static final int LENGTH_FIELD = 26;

    static final int AUTHORITY_LENGTH = 8;
    static final int NODE_LENGTH = 9;
    static final int CLOCK_LENGTH = 46;
    static final int ENDPOINT_V4_LENGTH = 6;
    static final int ENDPOINT_V6_LENGTH = 18;
    static final int KEY_GENERATIONS_LENGTH = 8;
    static final int MTU_LENGTH = 2;
    static final int TCP_PROBE_LENGTH = 1;
    static final int TCP_STATE_LENGTH = 2;
    static final int CODE_TLV_LENGTH = 4 + CODE_LENGTH;

    private PeerMessage() {}

    /** Tells authorities apart: the first eight bytes of SHA-256 of the name. */
    public static long authorityHash(final String authority) {
        try {
            final byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(authority.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
