package io.fairway.cluster.peer;

/** How far the search for a path's MTU is (RFC 8899 section 5.2). The codes are stable. */
public enum MtuState {
    DISABLED(0, "the path is down, nothing is probed"),
    SEARCHING(1, "probes of different sizes are sent, one at a time"),
    SEARCH_COMPLETE(2, "the largest size that arrives is known; it is looked for anew some time later");

    private final int code;
    private final String sentence;

    MtuState(final int code, final String sentence) {
        this.code = code;
        this.sentence = sentence;
    }

    /** The stable code. */
    public int code() {
        return code;
    }

    /** What happens in this state. */
    public String sentence() {
        return sentence;
    }
}
