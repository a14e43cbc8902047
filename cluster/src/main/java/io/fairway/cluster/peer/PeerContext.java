package io.fairway.cluster.peer;

import io.fairway.model.config.Authority;
import io.fairway.model.config.Router;
import java.security.SecureRandom;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/**
 * What the peers' room needs of others.
 *
 * @param authority all that is configured
 * @param router this router
 * @param nodeId this node's position in it
 * @param incarnation of the router's session state: changes whenever sessions were lost
 * @param succeeding whether another process of this router may have spoken until now: a partner, or the one before a
 *     restart that kept the sessions
 * @param inherited what a process before this one knew of the path with this index, or {@link PeerHandover#NONE}
 * @param leads whether this node leads the interface with this index now
 * @param output where messages go
 * @param listener who is told what happens
 * @param clocks time
 * @param random names sessions and makes keys; must not be guessable
 */
public record PeerContext(
        Authority authority,
        Router router,
        int nodeId,
        LongSupplier incarnation,
        boolean succeeding,
        IntFunction<PeerHandover> inherited,
        IntPredicate leads,
        PeerOutput output,
        PeerListener listener,
        Clocks clocks,
        SecureRandom random) {
    /**
     * Time.
     *
     * @param nano for deadlines
     * @param epoch for the validity of certificates
     */
    public record Clocks(NanoClock nano, EpochClock epoch) {}
}
