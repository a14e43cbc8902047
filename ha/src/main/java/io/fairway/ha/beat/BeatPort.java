package io.fairway.ha.beat;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Sends beats to, and receives beats from, one network. Never blocks. The beat thread uses it. */
public interface BeatPort extends AutoCloseable {
    /** The descriptor to wait on, or -1. */
    int fd();

    /** Sends one payload; false: the device refused it. */
    boolean send(DirectBuffer payload, int length);

    /** Receives one payload and returns its length; 0: none. */
    int receive(MutableDirectBuffer payload);

    /** Whether the device has a link. */
    boolean carrier();

    @Override
    void close();
}
