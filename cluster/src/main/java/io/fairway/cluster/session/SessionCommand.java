package io.fairway.cluster.session;

import java.util.concurrent.CompletableFuture;

/** What a {@link SessionActor} is told by its bucket, or by itself. */
sealed interface SessionCommand {
    /** Start with this first version; {@code replaces} must end first, if it is a session. */
    @SuppressWarnings("ArrayRecordComponent") // Messages are never compared.
    record Begin(byte[] record, long pendingId, long replaces) implements SessionCommand {}

    /** Go on with a session that exists already, as its record says. */
    @SuppressWarnings("ArrayRecordComponent") // Messages are never compared.
    record Adopted(byte[] record) implements SessionCommand {}

    /** The session that this one replaces has ended, or was not there. */
    record Replaced() implements SessionCommand {}

    /** The forwarder asks again about the same flow under another pending id. */
    record NewerPending(long pendingId) implements SessionCommand {}

    /** The journal has the first version. */
    record Committed() implements SessionCommand {}

    /** The forwarder saw something: an event of SessionEventFlyweight. */
    record Happened(int event, int detail) implements SessionCommand {}

    /** Whoever is not open by now must give up. */
    record Deadline() implements SessionCommand {}

    /** The partner's session has the flow: end; what waits for this one goes with that, if it is known. */
    record GiveWay(long winner) implements SessionCommand {}

    /** Pay what you owe. */
    record Remind() implements SessionCommand {}

    /** Pay what you owe and stop: the partner is to own the session. */
    record Settle() implements SessionCommand {}

    /** End, and say so. */
    record Delete(CompletableFuture<Boolean> ended) implements SessionCommand {}
}
