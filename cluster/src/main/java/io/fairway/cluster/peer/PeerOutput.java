package io.fairway.cluster.peer;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.TcpProbe;
import org.agrona.DirectBuffer;

/** Where messages to peers go: somebody puts UDP and IP before them, from the path's waypoint and port 1280. */
public interface PeerOutput {
    /**
     * Sends a message. What is longer than the path's MTU must leave in one piece, and must not be fragmented on its
     * way. Never blocks; what cannot be sent is dropped. Several threads may call, each for other paths.
     *
     * @param pathIndex the path's place in its router
     * @param buffer holds the UDP payload until this returns
     * @param to whom
     */
    void send(int pathIndex, DirectBuffer buffer, int offset, int length, Endpoint to);

    /**
     * Sends a message as the payload of a TCP segment, which is of no connection, in one piece. As {@link #send}.
     *
     * @param buffer holds the payload from its begin on until this returns
     */
    void probe(int pathIndex, DirectBuffer buffer, int length, IpAddress to, TcpProbe probe);

    /** For how long messages are to be provided, in case this process ends; 0: they need not be. */
    default long provisionNs() {
        return 0;
    }

    /** Keeps a message where it outlives this process. What cannot be kept is dropped. Never blocks. */
    default void provide(final int pathIndex, final Provision provision) {
        // Nothing outlives this process.
    }
}
