package io.fairway.model.boundary;

/**
 * Forwarder to controller: the first packet of an unknown flow; its packets wait in the pending table.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u64 pending id
 * 16 flow key (48)
 * 64 u8 TCP flags   65 u8 1: carries SVR metadata, whose HMAC the forwarder has verified   66 u16 metadata length
 * 68 u32 packet length in bytes
 * 72 metadata, from the cookie to the end of the payload TLVs (no HMAC)
 * </pre>
 */
public final class FirstPacketFlyweight {
    public static final int PENDING_ID = 8;
    public static final int FLOW_KEY = 16;
    public static final int TCP_FLAGS = 64;
    public static final int HAS_METADATA = 65;
    public static final int METADATA_LENGTH = 66;
    public static final int PACKET_LENGTH = 68;
    public static final int METADATA = 72;

    /** The longest message. */
    public static final int MAX_LENGTH = METADATA + 2048;

    private FirstPacketFlyweight() {}
}
