package io.fairway.cluster.peer.exchange;

/** What the key exchange may learn. */
public sealed interface ExchangeEvent {
    /**
     * Time passes.
     *
     * @param reachable whether the peer would look at what it is sent now
     */
    record Tick(boolean reachable) implements ExchangeEvent {}

    /**
     * A part came from somebody who hears us.
     *
     * @param authentic whether the message with it was signed with a key that is accepted; if not, nothing more is
     *     known of the sender
     */
    @SuppressWarnings("ArrayRecordComponent") // Events are never compared.
    record Arrived(byte[] part, boolean authentic) implements ExchangeEvent {}

    /**
     * The peer says, in an authentic message, which keys it has.
     *
     * @param inUse the number of the generation with which it sends
     * @param newest the newest number that it accepts
     */
    record Announced(int inUse, int newest) implements ExchangeEvent {}

    /** Somebody wants new keys now. */
    record Rekey() implements ExchangeEvent {}

    /** The partner led this path before and had these keys. */
    record Adopted(PeerKeys keys) implements ExchangeEvent {}
}
