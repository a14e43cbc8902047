package io.fairway.model.boundary;

/**
 * Controller to forwarder: the largest IP packet that a path to a peer carries, whatever its link does.
 *
 * <pre>
 *  0 u32 type   4 u32 length
 *  8 u32 path index   12 u32 MTU in bytes, 65,535: all that the link carries
 * </pre>
 */
public final class PeerMtuFlyweight {
    public static final int PATH = 8;
    public static final int MTU_BYTES = 12;

    /** Bytes of the message. */
    public static final int LENGTH = 16;

    private PeerMtuFlyweight() {}
}
