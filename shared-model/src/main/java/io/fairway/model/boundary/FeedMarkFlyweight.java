package io.fairway.model.boundary;

import org.agrona.DirectBuffer;

/**
 * Journal to controller: a place in the feed.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u64 Aeron client id of the controller that is meant
 * 16 u32 version of the boundary   20 zero (4)
 * </pre>
 *
 * Release 0.1.0 ends before the version.
 */
public final class FeedMarkFlyweight {
    public static final int CLIENT = 8;

    public static final int VERSION = 16;

    /** Bytes of the message. */
    public static final int LENGTH = 24;

    private FeedMarkFlyweight() {}

    /** The version that the forwarder's process speaks. */
    public static int version(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + BoundaryMessage.LENGTH) < LENGTH ? 1 : buffer.getInt(offset + VERSION);
    }
}
