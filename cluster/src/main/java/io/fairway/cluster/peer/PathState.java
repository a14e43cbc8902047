package io.fairway.cluster.peer;

import io.fairway.model.wire.peer.BfdHeader;

/** What a router knows of a path to a peer (RFC 5880 section 6.2). The codes are stable: those on the wire. */
public enum PathState {
    ADMIN_DOWN(BfdHeader.ADMIN_DOWN, "somebody wants the path not to be used"),
    DOWN(BfdHeader.DOWN, "the peer is not heard, or has just begun to be"),
    INIT(BfdHeader.INIT, "the peer is heard and wants the path to come up; it may not know yet that it is heard"),
    UP(BfdHeader.UP, "each end hears the other and knows that it is heard");

    private static final PathState[] BY_CODE = values();

    private final int code;
    private final String sentence;

    PathState(final int code, final String sentence) {
        this.code = code;
        this.sentence = sentence;
    }

    /** The stable code. */
    public int code() {
        return code;
    }

    /** What a path in this state is like. */
    public String sentence() {
        return sentence;
    }

    /** The state with this code of two bits. */
    public static PathState ofCode(final int code) {
        return BY_CODE[code];
    }
}
