package io.fairway.ha.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Two links between two journals in memory, that lose, repeat and delay as told. */
final class MemoryLinks {
    static final int LINKS = 2;

    final boolean[] cut = new boolean[LINKS];
    int lossPercent;
    int repeatPercent;
    int corruptPercent;
    int delayPercent;
    private final Random random;

    /** [towards node][link][lane]. */
    private final List<List<Deque<byte[]>>> queues = new ArrayList<>();

    MemoryLinks(final long seed) {
        random = new Random(seed);
        for (int node = 0; node < 2; node++) {
            final List<Deque<byte[]>> lanes = new ArrayList<>();
            for (int i = 0; i < LINKS * 2; i++) {
                lanes.add(new ArrayDeque<>());
            }
            queues.add(lanes);
        }
    }

    void forgetAll() {
        queues.forEach(lanes -> lanes.forEach(Deque::clear));
    }

    JournalLink end(final int node) {
        return new JournalLink() {
            @Override
            public int links() {
                return LINKS;
            }

            @Override
            public boolean connected(final int link) {
                return !cut[link];
            }

            @Override
            public boolean send(
                    final int link, final Lane lane, final DirectBuffer frame, final int offset, final int length) {
                if (cut[link]) {
                    return false;
                }
                final Deque<byte[]> queue = queues.get(1 - node).get(link * 2 + lane.ordinal());
                if (queue.size() > 200) {
                    return false;
                }
                if (chance(lossPercent)) {
                    return true;
                }
                final byte[] bytes = new byte[length];
                frame.getBytes(offset, bytes);
                if (chance(corruptPercent)) {
                    bytes[random.nextInt(length)] ^= 0x10;
                }
                queue.add(bytes);
                if (chance(repeatPercent)) {
                    queue.add(bytes.clone());
                }
                return true;
            }

            @Override
            public int poll(final FrameHandler handler, final int limit) {
                int frames = 0;
                for (final Deque<byte[]> queue : queues.get(node)) {
                    for (int i = 0; i < limit && !queue.isEmpty() && !chance(delayPercent); i++) {
                        final byte[] frame = queue.poll();
                        handler.onFrame(new UnsafeBuffer(frame), 0, frame.length);
                        frames++;
                    }
                }
                return frames;
            }

            @Override
            public void close() {
                queues.get(node).forEach(Deque::clear);
            }
        };
    }

    private boolean chance(final int percent) {
        return percent > 0 && random.nextInt(100) < percent;
    }
}
