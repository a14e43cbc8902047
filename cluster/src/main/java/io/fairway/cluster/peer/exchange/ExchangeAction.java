package io.fairway.cluster.peer.exchange;

/** What the key exchange wants done, to be done in order. */
public sealed interface ExchangeAction {
    /** Send a part to the peer at once. */
    @SuppressWarnings("ArrayRecordComponent") // Actions are never compared.
    record Send(byte[] part) implements ExchangeAction {}

    /** These keys hold from now on. */
    record Install(PeerKeys keys) implements ExchangeAction {}

    /** Tell the peer at once which keys are accepted and used here. */
    record Confirm() implements ExchangeAction {}

    /** What came had no effect. */
    record Refuse(ExchangeRefusal why) implements ExchangeAction {}

    /** The state changed. */
    record Become(ExchangeState state, String why) implements ExchangeAction {}
}
