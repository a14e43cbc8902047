package io.fairway.ha.arbiter;

/** What a node of a pair is doing. The codes are stable: they travel in beats and are exported as a counter. */
public enum PairState {
    STARTING(0, "listens for its partner, owns nothing, sends nothing"),
    SYNCING(
            1,
            "its partner owns everything and it copies the sessions; takes over on a death notice or a long silence"),
    PAIRED(2, "both nodes live; sends only while its own beats come back"),
    SOLO(3, "owns everything; its partner is dead, never came, or is still copying the sessions"),
    ISOLATED(4, "has no link of its own, or slept too long to trust what it hears; stopped, and waits"),
    RESTARTING(5, "its partner took over from it; sends nothing and must be started anew"),
    CONFLICT(6, "two owners claim one epoch; sends nothing until an operator looks");

    private static final PairState[] BY_CODE = values();

    private final int code;
    private final String sentence;

    PairState(final int code, final String sentence) {
        this.code = code;
        this.sentence = sentence;
    }

    /** The stable code. */
    public int code() {
        return code;
    }

    /** What a node in this state does. */
    public String sentence() {
        return sentence;
    }

    /** Whether the gate of a node in this state is closed, or closes by itself a short lease after the last echo. */
    public boolean boundByLease() {
        return this != SOLO;
    }

    /** Whether nothing but a restart leaves this state. */
    public boolean isFinal() {
        return this == RESTARTING || this == CONFLICT;
    }

    /** The state with this code, or null. */
    public static PairState ofCode(final int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
