package io.fairway.cluster.peer;

/** What the search for a path's MTU wants done, to be done in order. */
public sealed interface MtuAction {
    /**
     * Send a message as long as makes an IP packet of this size, which must not be fragmented.
     *
     * @param packetBytes the IP packet's length
     */
    record Probe(int packetBytes) implements MtuAction {}

    /**
     * Packets up to this size are known to arrive; larger ones are not, or not yet.
     *
     * @param packetBytes the IP packet's length
     */
    record Found(int packetBytes) implements MtuAction {}

    /** The state changed. */
    record Become(MtuState state, String why) implements MtuAction {}
}
