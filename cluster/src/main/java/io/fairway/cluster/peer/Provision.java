package io.fairway.cluster.peer;

import io.fairway.model.wire.peer.Endpoint;

/**
 * A message that a path which is up will need if nobody here can speak when it is due. It says what was true when it
 * was signed: a few seconds of them let the path outlive a controller that starts again.
 *
 * @param number its place in its set; with 0 a new set begins, which takes the place of the one before
 * @param dueNs when it is to be sent, unless a new set has come by then; {@link System#nanoTime}
 * @param payload the message; none: nothing is to be sent
 * @param to whom
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Provision(int number, long dueNs, byte[] payload, Endpoint to) {
    /** The path is not up: there is nothing to say in advance. */
    public static final Provision NOTHING = new Provision(0, 0, new byte[0], null);
}
