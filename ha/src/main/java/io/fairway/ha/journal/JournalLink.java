package io.fairway.ha.journal;

import org.agrona.DirectBuffer;

/** The ways to the partner's journal: one per fabric link, each keeps its order while it is connected. One thread. */
public interface JournalLink extends AutoCloseable {
    /** The two streams of a link. */
    enum Lane {
        /** Batches of entries. */
        ENTRIES,
        /** Acknowledgements. */
        ACKNOWLEDGEMENTS
    }

    /** Takes what arrived. */
    @FunctionalInterface
    interface FrameHandler {
        /** One whole frame; the memory is valid during the call. */
        void onFrame(DirectBuffer frame, int offset, int length);
    }

    /** How many links there are. */
    int links();

    /** Whether the partner listens on this link. */
    boolean connected(int link);

    /** Sends a frame; false: not connected or congested, nothing was sent. */
    boolean send(int link, Lane lane, DirectBuffer frame, int offset, int length);

    /** Hands out frames of all links; at most about this many per link and lane. */
    int poll(FrameHandler handler, int limit);

    @Override
    void close();
}
