package io.fairway.cluster.directory;

import java.nio.ByteBuffer;

/**
 * What is known of a path to a peer that matters to sessions.
 *
 * @param isDown whether sessions should keep off it
 * @param mtuBytes the largest IP packet that arrives, or {@link #LINK_MTU}
 * @param tcpRefused the kinds of TCP segments that do not pass, a set of
 *     {@link io.fairway.model.wire.peer.TcpProbe#bit}
 */
public record PathCondition(boolean isDown, int mtuBytes, int tcpRefused) {
    /** All that the link carries arrives, so far as is known. */
    public static final int LINK_MTU = 65_535;

    /** Before anything is known, a path may be used. */
    public static final PathCondition UNKNOWN = new PathCondition(false, LINK_MTU, 0);

    private static final int LENGTH = 1 + 2 * Integer.BYTES;

    /** The same path, down or not. */
    public PathCondition down(final boolean nowDown) {
        return new PathCondition(nowDown, mtuBytes, tcpRefused);
    }

    /** The same path with this MTU. */
    public PathCondition mtu(final int nowMtuBytes) {
        return new PathCondition(isDown, nowMtuBytes, tcpRefused);
    }

    /** The same path, which lets these kinds of TCP segments not pass. */
    public PathCondition tcp(final int nowRefused) {
        return new PathCondition(isDown, mtuBytes, nowRefused);
    }

    /** As bytes, for the other node of the router. */
    public byte[] encode() {
        return ByteBuffer.allocate(LENGTH)
                .put((byte) (isDown ? 1 : 0))
                .putInt(mtuBytes)
                .putInt(tcpRefused)
                .array();
    }

    /**
     * From bytes; what a later release appends is not read.
     *
     * @throws IllegalArgumentException if they are none of {@link #encode}'s
     */
    public static PathCondition decode(final byte[] encoded) {
        if (encoded.length < LENGTH) {
            throw new IllegalArgumentException("a path's condition of " + encoded.length + " bytes");
        }
        final ByteBuffer bytes = ByteBuffer.wrap(encoded);
        return new PathCondition(bytes.get() != 0, bytes.getInt(), bytes.getInt());
    }
}
