package io.fairway.deploy.traffic;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An array of {@code struct mmsghdr}, each with one buffer of its own and, if wanted, an address. */
final class MessageBatch {
    private static final int HEADER_BYTES = 64;
    private static final int NAME = 0;
    private static final int NAME_LENGTH = 8;
    private static final int VECTOR = 16;
    private static final int VECTOR_LENGTH = 24;
    private static final int IOVEC_BYTES = 16;
    private static final int RECEIVED_LENGTH = 56;

    private final int size;
    private final MemorySegment headers;
    private final MemorySegment[] buffers;

    MessageBatch(final Arena arena, final int size, final int bufferBytes) {
        this.size = size;
        headers = arena.allocate((long) size * HEADER_BYTES, Long.BYTES);
        buffers = new MemorySegment[size];
        for (int i = 0; i < size; i++) {
            final MemorySegment vector = arena.allocate(IOVEC_BYTES, Long.BYTES);
            buffers[i] = arena.allocate(bufferBytes);
            vector.set(ValueLayout.ADDRESS, 0, buffers[i]);
            vector.set(ValueLayout.JAVA_LONG, Long.BYTES, bufferBytes);
            headers.set(ValueLayout.ADDRESS, (long) i * HEADER_BYTES + VECTOR, vector);
            headers.set(ValueLayout.JAVA_LONG, (long) i * HEADER_BYTES + VECTOR_LENGTH, 1);
        }
    }

    /** Sends message i to this {@code struct sockaddr_in}. */
    void address(final int i, final MemorySegment to) {
        headers.set(ValueLayout.ADDRESS, (long) i * HEADER_BYTES + NAME, to);
        headers.set(ValueLayout.JAVA_INT, (long) i * HEADER_BYTES + NAME_LENGTH, NativeSockets.ADDRESS_BYTES);
    }

    /** A copy of message i as it was received, cut to its buffer. */
    byte[] received(final int i) {
        final int length = headers.get(ValueLayout.JAVA_INT, (long) i * HEADER_BYTES + RECEIVED_LENGTH);
        return buffers[i].asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    MemorySegment headers() {
        return headers;
    }

    int size() {
        return size;
    }
}
