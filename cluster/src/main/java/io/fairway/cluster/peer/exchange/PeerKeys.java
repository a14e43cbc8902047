package io.fairway.cluster.peer.exchange;

import java.util.List;

/**
 * The keys between two routers as one of them holds them: everything in the list is accepted, nothing else is.
 *
 * @param inUse the number of the generation with which to send, 0 while there is none
 * @param generations those that are accepted, the oldest first
 */
public record PeerKeys(int inUse, List<KeyGeneration> generations) {
    /** Before the first exchange. */
    public static final PeerKeys NONE = new PeerKeys(0, List.of());

    public PeerKeys {
        generations = List.copyOf(generations);
    }

    /** The generation with which to send, or null. */
    public KeyGeneration sending() {
        return find(inUse);
    }

    /** The newest number that is accepted, or 0. */
    public int newest() {
        return generations.isEmpty() ? 0 : generations.getLast().number();
    }

    /** The generation with this number, or null. */
    public KeyGeneration find(final int number) {
        for (final KeyGeneration generation : generations) {
            if (generation.number() == number) {
                return generation;
            }
        }
        return null;
    }
}
