package io.fairway.cluster.peer;

import io.fairway.cluster.peer.exchange.KeyExchange;
import java.security.SecureRandom;
import java.util.function.Supplier;

/**
 * What one path's actor works with.
 *
 * @param sharedKeys protect messages, or null where keys are agreed on
 * @param exchanges makes the key exchange of a process that begins to speak, or null where keys are shared
 * @param random names sessions; must not be guessable
 * @param output where messages go
 * @param listener who is told
 * @param table where the row and the counters are
 */
record PeerTools(
        MessageKeys sharedKeys,
        Supplier<KeyExchange> exchanges,
        SecureRandom random,
        PeerOutput output,
        PeerListener listener,
        PeerTable table) {}
