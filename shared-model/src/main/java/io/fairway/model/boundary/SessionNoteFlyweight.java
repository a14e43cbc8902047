package io.fairway.model.boundary;

/**
 * In both directions: something about a session that needs no record; the type says what.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u64 session id   16 u32 version   20 u32 flags
 * </pre>
 */
public final class SessionNoteFlyweight {
    public static final int SESSION_ID = 8;
    public static final int VERSION = 16;
    public static final int FLAGS = 20;

    /** Bytes of the message. */
    public static final int LENGTH = 24;

    /** Flag of a committed version: the partner has it. */
    public static final int SYNCED = 1;

    private SessionNoteFlyweight() {}
}
