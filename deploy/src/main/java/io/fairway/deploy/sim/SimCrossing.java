package io.fairway.deploy.sim;

import io.fairway.dataplane.fabric.Crossing;
import io.fairway.dataplane.forward.CrossingLink;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A process's end of the way on which packets cross to their owner; loses, repeats and reorders as its wires do. */
final class SimCrossing implements CrossingLink {
    private static final int VNET_BYTES = 10;
    private static final int SLOTS = 64;
    private static final int SLOT_BYTES = 2048;

    /** What is under way. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Crossed(int interfaceIndex, int bucket, int epoch, byte[] bytes) {}

    private final World world;
    private final int node;
    private final boolean[] linkUp = {true, true};
    private final ArrayDeque<Crossed> arrived = new ArrayDeque<>();
    private final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(SLOTS * SLOT_BYTES));

    SimCrossing(final World world, final int node) {
        this.world = world;
        this.node = node;
    }

    /** The pair says whether a link carries beats: packets take the first that does. */
    void linkUp(final int link, final boolean up) {
        linkUp[link] = up;
    }

    void arrive(final Crossed crossed) {
        arrived.add(crossed);
    }

    @Override
    public boolean send(
            final int interfaceIndex,
            final int bucket,
            final int epoch,
            final DirectBuffer buffer,
            final int vnetOffset,
            final int frameLength) {
        final int link = linkUp[0] || !linkUp[1] ? 0 : 1;
        if (world.node(1 - node).process() == null) {
            return false;
        }
        final byte[] bytes = new byte[VNET_BYTES + frameLength];
        buffer.getBytes(vnetOffset, bytes);
        final Crossed crossed = new Crossed(interfaceIndex, bucket, epoch, bytes);
        world.network().send(link, node, () -> world.node(1 - node).onCrossed(crossed));
        return true;
    }

    @Override
    public boolean isConnected() {
        return world.node(1 - node).process() != null;
    }

    @Override
    public int poll(final Crossing.CrossingHandler handler, final int limit) {
        int frames = 0;
        while (frames < Math.min(limit, SLOTS) && !arrived.isEmpty()) {
            final Crossed next = arrived.poll();
            final int vnet = frames * SLOT_BYTES + Crossing.HEADROOM_BYTES;
            memory.putBytes(vnet, next.bytes());
            handler.onCrossing(
                    next.interfaceIndex(), next.bucket(), next.epoch(), memory, vnet, next.bytes().length - VNET_BYTES);
            frames++;
        }
        return frames;
    }
}
