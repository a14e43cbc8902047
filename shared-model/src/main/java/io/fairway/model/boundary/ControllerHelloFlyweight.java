package io.fairway.model.boundary;

import org.agrona.DirectBuffer;

/**
 * Controller to journal, the first thing that a controller of its own process says; said again until the feed begins.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u64 process id   16 u64 Aeron client id   24 u32 version of the boundary   28 zero (4)
 * </pre>
 *
 * Release 0.1.0 ends before the version.
 */
public final class ControllerHelloFlyweight {
    public static final int PROCESS = 8;
    public static final int CLIENT = 16;

    public static final int VERSION = 24;

    /** Bytes of the message. */
    public static final int LENGTH = 32;

    private ControllerHelloFlyweight() {}

    /** The version that the controller speaks. */
    public static int version(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + BoundaryMessage.LENGTH) < LENGTH ? 1 : buffer.getInt(offset + VERSION);
    }
}
