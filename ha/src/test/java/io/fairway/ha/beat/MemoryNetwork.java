package io.fairway.ha.beat;

import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Two beat ports joined by queues. */
public final class MemoryNetwork {
    private final ArrayDeque<byte[]> toFirst = new ArrayDeque<>();
    private final ArrayDeque<byte[]> toSecond = new ArrayDeque<>();
    private boolean up = true;
    private boolean silent;

    /** What one end sends, the other receives. */
    public BeatPort port(final boolean first) {
        final ArrayDeque<byte[]> in = first ? toFirst : toSecond;
        final ArrayDeque<byte[]> out = first ? toSecond : toFirst;
        return new BeatPort() {
            @Override
            public int fd() {
                return -1;
            }

            @Override
            public boolean send(final DirectBuffer payload, final int length) {
                final byte[] frame = new byte[length];
                payload.getBytes(0, frame);
                return up && (silent || out.add(frame));
            }

            @Override
            public int receive(final MutableDirectBuffer payload) {
                final byte[] frame = in.poll();
                if (frame == null) {
                    return 0;
                }
                payload.putBytes(0, frame);
                return frame.length;
            }

            @Override
            public boolean carrier() {
                return up;
            }

            @Override
            public void close() {
                in.clear();
            }
        };
    }

    /** Frames on their way to the second end. */
    public ArrayDeque<byte[]> toSecond() {
        return toSecond;
    }

    /** Loses everything, or nothing, with every carrier in place. */
    public void silent(final boolean now) {
        silent = now;
    }

    /** Cuts or mends the network. */
    public void up(final boolean now) {
        up = now;
    }
}
