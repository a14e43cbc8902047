package io.fairway.deploy.sim;

import io.fairway.ha.beat.BeatPort;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** A node's end of a way for beats. */
final class SimBeatPort implements BeatPort {
    private final World world;
    private final int node;
    private final int path;
    private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();

    SimBeatPort(final World world, final int node, final int path) {
        this.world = world;
        this.node = node;
        this.path = path;
    }

    /** Sends a beat or a notice on its way; false: the device refused it. */
    static boolean transmit(final World world, final int node, final int path, final byte[] frame) {
        if (!world.network().plugged(node, path)) {
            return false;
        }
        world.network().onBeatSent();
        final Wire wire = world.network().wire(path, node);
        if (wire.beatsBlocked == 0) {
            wire.corrupt(frame);
            world.network().send(path, node, () -> {
                world.network().onBeatArrived();
                world.node(1 - node).onBeatFrame(path, frame);
            });
        }
        return true;
    }

    void arrive(final byte[] frame) {
        arrived.add(frame);
    }

    @Override
    public int fd() {
        return -1;
    }

    @Override
    public boolean send(final DirectBuffer payload, final int length) {
        final byte[] frame = new byte[length];
        payload.getBytes(0, frame);
        return transmit(world, node, path, frame);
    }

    @Override
    public int receive(final MutableDirectBuffer payload) {
        final byte[] frame = arrived.poll();
        if (frame == null) {
            return 0;
        }
        payload.putBytes(0, frame);
        return frame.length;
    }

    @Override
    public boolean carrier() {
        return world.network().plugged(node, path);
    }

    @Override
    public void close() {
        arrived.clear();
    }
}
