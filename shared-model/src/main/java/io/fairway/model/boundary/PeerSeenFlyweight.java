package io.fairway.model.boundary;

/**
 * Controller to forwarder: a peer's packets come from this address, besides the configured one: a NAT is between us.
 *
 * <pre>
 *  0 u32 type   4 u32 length
 *  8 u32 path index   12 zero (4)
 * 16 the address (16)
 * </pre>
 */
public final class PeerSeenFlyweight {
    public static final int PATH = 8;
    public static final int ADDRESS = 16;

    /** Bytes of the message. */
    public static final int LENGTH = 32;

    private PeerSeenFlyweight() {}
}
