package io.fairway.dataplane.forward;

import io.fairway.dataplane.fabric.Crossing;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One direction of a fabric link. */
final class CrossingWire {
    @SuppressWarnings("ArrayRecordComponent")
    record Crossed(int interfaceIndex, int bucket, int epoch, byte[] bytes) {}

    final Deque<Crossed> frames = new ArrayDeque<>();
    private final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(128 * 1024));
    boolean up = true;

    static CrossingLink link(final CrossingWire out, final CrossingWire in) {
        return new CrossingLink() {
            @Override
            public boolean send(
                    final int interfaceIndex,
                    final int bucket,
                    final int epoch,
                    final DirectBuffer buffer,
                    final int vnetOffset,
                    final int frameLength) {
                final byte[] bytes = new byte[10 + frameLength];
                buffer.getBytes(vnetOffset, bytes);
                return out.up && out.frames.add(new Crossed(interfaceIndex, bucket, epoch, bytes));
            }

            @Override
            public boolean isConnected() {
                return out.up;
            }

            @Override
            public int poll(final Crossing.CrossingHandler handler, final int limit) {
                if (in.frames.isEmpty()) {
                    return 0;
                }
                final Crossed next = in.frames.remove();
                in.memory.putBytes(384, next.bytes());
                handler.onCrossing(
                        next.interfaceIndex(), next.bucket(), next.epoch(), in.memory, 384, next.bytes().length - 10);
                return 1;
            }
        };
    }
}
