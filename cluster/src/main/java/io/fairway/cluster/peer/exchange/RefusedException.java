package io.fairway.cluster.peer.exchange;

/** What a stranger sent is not to be believed; caught where the exchange is decided on. Has no stack trace. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final ExchangeRefusal refusal;

    RefusedException(final ExchangeRefusal refusal) {
        super(refusal.sentence(), null, false, false);
        this.refusal = refusal;
    }

    ExchangeRefusal refusal() {
        return refusal;
    }
}
