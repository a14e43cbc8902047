package io.fairway.model.boundary;

/**
 * In both directions: what peers say to each other on UDP port 1280. From the forwarder, a datagram that came to a
 * waypoint of ours; to it, one that is to leave from there, in one piece.
 *
 * <pre>
 *  0 u32 type   4 u32 length
 *  8 u16 logical interface index   10 u16 the other end's UDP port   12 u32 payload length
 * 16 our waypoint (16)   32 the other end's address (16)   48 next hop (16; only to the forwarder)
 * 64 UDP payload
 * </pre>
 */
public final class PeerMessageFlyweight {
    public static final int INTERFACE = 8;
    public static final int REMOTE_PORT = 10;
    public static final int PAYLOAD_LENGTH = 12;
    public static final int LOCAL = 16;
    public static final int REMOTE = 32;
    public static final int NEXT_HOP = 48;
    public static final int PAYLOAD = 64;

    /** The longest payload: a message of the ring is never in two pieces. */
    public static final int MAX_PAYLOAD_BYTES = 16_000;

    /** The longest message. */
    public static final int MAX_LENGTH = PAYLOAD + MAX_PAYLOAD_BYTES;

    private PeerMessageFlyweight() {}
}
