package io.fairway.model.boundary;

/**
 * Controller to journal, the first thing that a controller of its own process says; said again until the feed begins.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u64 process id   16 u64 Aeron client id
 * </pre>
 */
public final class ControllerHelloFlyweight {
    public static final int PROCESS = 8;
    public static final int CLIENT = 16;

    /** Bytes of the message. */
    public static final int LENGTH = 24;

    private ControllerHelloFlyweight() {}
}
