package io.fairway.cluster.peer;

import io.fairway.cluster.peer.exchange.KeyGeneration;
import io.fairway.cluster.peer.exchange.PeerKeys;
import io.fairway.model.config.SecurityKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** With which keys messages to a peer are signed and which ones are accepted from it. One thread uses it. */
final class MessageKeys {
    private final int signingGeneration;
    private final MessageCode signing;
    private final Map<Integer, MessageCode> accepted = new HashMap<>();

    private MessageKeys(final int signingGeneration, final MessageCode signing) {
        this.signingGeneration = signingGeneration;
        this.signing = signing;
    }

    /** Shared keys: one to sign with, one that the peer signs with. */
    static MessageKeys shared(final List<SecurityKey> keys, final int ownId, final int peerId) {
        final MessageKeys shared =
                new MessageKeys(ownId, new MessageCode(find(keys, ownId).hmacKey()));
        shared.accepted.put(peerId, new MessageCode(find(keys, peerId).hmacKey()));
        return shared;
    }

    private static SecurityKey find(final List<SecurityKey> keys, final int id) {
        return keys.stream().filter(key -> key.id() == id).findFirst().orElseThrow();
    }

    /** Keys that both ends agreed on. */
    static MessageKeys agreed(final PeerKeys keys) {
        final KeyGeneration sending = keys.sending();
        final MessageKeys agreed =
                new MessageKeys(keys.inUse(), sending == null ? null : new MessageCode(sending.sending()));
        for (final KeyGeneration generation : keys.generations()) {
            agreed.accepted.put(generation.number(), new MessageCode(generation.receiving()));
        }
        return agreed;
    }

    /** The generation with which messages are signed; 0: none. */
    int signingGeneration() {
        return signingGeneration;
    }

    /** Signs, or null if there is no key yet. */
    MessageCode signing() {
        return signing;
    }

    /** Verifies messages that say to be signed with this generation; null: it is not accepted. */
    MessageCode accepted(final int generation) {
        return accepted.get(generation);
    }
}
