package io.fairway.model.boundary;

/**
 * Forwarder to controller: something happened to a session that this node owns.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u64 session id   16 u32 event (the constants below)   20 u32 detail
 * </pre>
 */
public final class SessionEventFlyweight {
    public static final int SESSION_ID = 8;
    public static final int EVENT = 16;
    public static final int DETAIL = 20;

    /** Bytes of the message. */
    public static final int LENGTH = 24;

    /** Packets were seen both ways; TCP: the three-way handshake is complete. */
    public static final int ESTABLISHED = 1;

    /** The metadata handshake is complete; detail is {@link #SEALS} or {@link #YIELDS}. */
    public static final int HANDSHAKE_DONE = 2;

    /** Detail: if the session has a key, its payload is sealed. */
    public static final int SEALS = 0;

    /** Detail: the payload of an adaptive session is not sealed. */
    public static final int YIELDS = 1;

    /** Silent for its time-out. */
    public static final int IDLE = 3;

    /** TCP closed by FINs both ways or by RST, and the linger time is over. */
    public static final int CLOSED = 4;

    /**
     * A peer has lost the session and asks for its metadata; detail is 0 for the forward flow's, 1 for the reverse's.
     */
    public static final int METADATA_WANTED = 6;

    /** The install failed; detail is the drop reason's index. */
    public static final int INSTALL_FAILED = 5;

    /** The controller itself has seen it: the path to the next router is down. */
    public static final int PATH_LOST = 7;

    /** Another session wants a flow of this one, and was refused; detail is that session's bucket. */
    public static final int CONTESTED = 8;

    private SessionEventFlyweight() {}
}
