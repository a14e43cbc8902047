package io.fairway.model.session;

/** How far a session has come. The ordinal is the stable code in the record. */
public enum SessionState {
    /** Its record exists; the first answer has not been seen. */
    OPENING,
    /** Packets have been seen both ways (TCP: the handshake is complete). */
    ESTABLISHED,
    /** A TCP close was seen; the session lingers for late packets. */
    CLOSING;

    private static final SessionState[] VALUES = values();

    /** The state with this code. */
    public static SessionState of(final int code) {
        return VALUES[code];
    }
}
