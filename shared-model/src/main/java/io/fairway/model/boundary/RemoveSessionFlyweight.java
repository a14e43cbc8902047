package io.fairway.model.boundary;

/**
 * Controller to forwarder: forget a session. Removing one that is not there is no error.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u64 session id
 * </pre>
 */
public final class RemoveSessionFlyweight {
    public static final int SESSION_ID = 8;

    /** Bytes of the message. */
    public static final int LENGTH = 16;

    private RemoveSessionFlyweight() {}
}
