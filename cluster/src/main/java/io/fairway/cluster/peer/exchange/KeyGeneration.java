package io.fairway.cluster.peer.exchange;

import io.fairway.model.config.Secret;

/**
 * One generation of the keys between two routers, one key per direction.
 *
 * @param number the Security ID of TLV 16, from 1; rises
 * @param sending signs and encrypts what we send, 32 bytes
 * @param receiving is what the peer signs and encrypts with, 32 bytes
 * @param acceptedUntilNs when to forget the receiving key, or {@link #NO_END}
 */
public record KeyGeneration(int number, Secret sending, Secret receiving, long acceptedUntilNs) {
    /** Accepted as long as nothing newer is in use. */
    public static final long NO_END = Long.MAX_VALUE;

    /** The highest number. */
    public static final int MAX_NUMBER = Integer.MAX_VALUE;

    /** Whether an end is set. */
    public boolean ends() {
        return acceptedUntilNs != NO_END;
    }

    /** Whether the receiving key is over. */
    public boolean isOver(final long nowNs) {
        return ends() && acceptedUntilNs - nowNs <= 0;
    }

    KeyGeneration until(final long deadlineNs) {
        return new KeyGeneration(number, sending, receiving, deadlineNs);
    }
}
