package io.fairway.cluster.peer.exchange;

/** How far an exchange is that this router began. The codes are stable. */
public enum ExchangeState {
    IDLE(0, "began nothing, or what it began is done"),
    OFFERED(1, "sent its share and waits for the peer's share and proof"),
    PROVEN(2, "sent its own proof and accepts the new keys; waits until the peer accepts them before it uses them");

    private final int code;
    private final String sentence;

    ExchangeState(final int code, final String sentence) {
        this.code = code;
        this.sentence = sentence;
    }

    /** The stable code. */
    public int code() {
        return code;
    }

    /** What a router in this state does. */
    public String sentence() {
        return sentence;
    }
}
