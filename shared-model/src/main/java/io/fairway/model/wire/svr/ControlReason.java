package io.fairway.model.wire.svr;

/** What a control message (TLV 24) asks for; svr-protocol.md section 2.7. The receiver acts on it and drops it. */
public enum ControlReason {
    /** Only refreshes the pinholes on the way. */
    KEEP_ALIVE(1),
    /** The opposite flow of the tuple on which this arrived must carry metadata again. */
    ENABLE_METADATA(2),
    /** The opposite flow need not carry metadata any more. */
    DISABLE_METADATA(3),
    /** The session is over; its state is removed. */
    DELETE_SESSION(6),
    /** The answer to a health check: the session's state exists. */
    STATE_EXISTS(8);

    private static final ControlReason[] BY_CODE = byCode();

    private final int code;

    ControlReason(final int code) {
        this.code = code;
    }

    /** The value on the wire. */
    public int code() {
        return code;
    }

    /** The reason with this value, or null for one that means nothing (0, 4, 5, 7 and above 8) or for none (-1). */
    public static ControlReason of(final int code) {
        return code < 0 || code >= BY_CODE.length ? null : BY_CODE[code];
    }

    private static ControlReason[] byCode() {
        final ControlReason[] reasons = new ControlReason[9];
        for (final ControlReason reason : values()) {
            reasons[reason.code] = reason;
        }
        return reasons;
    }
}
