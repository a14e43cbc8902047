package io.fairway.deploy.sim;

import io.fairway.ha.journal.JournalLink;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A process's end of the journal's streams: like Aeron's they repair losses and keep their order while they are
 * connected, hold a bounded amount while nothing passes, and lose what they held when the connection is given up.
 */
final class SimJournalLink implements JournalLink {
    private static final long LIVENESS_NS = 1_000_000_000L;
    private static final int WINDOW_FRAMES = 64;

    private final World world;
    private final int node;

    /** Per link and lane. */
    private final Stream[] streams = new Stream[PairNetwork.FABRICS * Lane.values().length];

    private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();

    private static final class Stream {
        private final ArrayDeque<byte[]> held = new ArrayDeque<>();
        private int underWay;
        private long blockedSinceNs = Long.MAX_VALUE;
        private boolean retrying;
    }

    SimJournalLink(final World world, final int node) {
        this.world = world;
        this.node = node;
        for (int i = 0; i < streams.length; i++) {
            streams[i] = new Stream();
        }
    }

    /** A frame of the partner's. */
    void arrive(final byte[] frame) {
        arrived.add(frame);
    }

    private boolean passes(final int link) {
        return world.network().passable(link, node)
                && world.network().passable(link, 1 - node)
                && world.network().wire(link, node).journalBlocked == 0
                && world.node(1 - node).isRunning();
    }

    private void note(final Stream stream, final int link) {
        if (passes(link)) {
            stream.blockedSinceNs = Long.MAX_VALUE;
        } else {
            stream.blockedSinceNs =
                    Math.min(stream.blockedSinceNs, world.timeline().nowNs());
        }
    }

    @Override
    public int links() {
        return PairNetwork.FABRICS;
    }

    @Override
    public boolean connected(final int link) {
        final Stream stream = streams[link * 2];
        note(stream, link);
        return stream.blockedSinceNs == Long.MAX_VALUE
                || world.timeline().nowNs() - stream.blockedSinceNs < LIVENESS_NS;
    }

    @Override
    public boolean send(final int link, final Lane lane, final DirectBuffer frame, final int offset, final int length) {
        final Stream stream = streams[link * 2 + lane.ordinal()];
        note(stream, link);
        if (!connected(link)) {
            stream.held.clear();
            return false;
        }
        if (stream.held.size() + stream.underWay >= WINDOW_FRAMES) {
            return false;
        }
        final byte[] bytes = new byte[length];
        frame.getBytes(offset, bytes);
        stream.held.add(bytes);
        advance(stream, link);
        return true;
    }

    private void advance(final Stream stream, final int link) {
        if (!passes(link)) {
            if (!stream.retrying) {
                stream.retrying = true;
                world.timeline().after(5_000_000, () -> {
                    stream.retrying = false;
                    if (!stream.held.isEmpty()) {
                        advance(stream, link);
                    }
                });
            }
            return;
        }
        final Wire wire = world.network().wire(link, node);
        while (!stream.held.isEmpty()) {
            final byte[] frame = stream.held.poll();
            wire.corrupt(frame);
            stream.underWay++;
            final SimProcess to = world.node(1 - node).process();
            world.timeline().at(wire.orderedArrivalNs(world.timeline().nowNs()), () -> {
                stream.underWay--;
                world.node(1 - node).onJournalFrame(to, frame);
            });
        }
    }

    @Override
    public int poll(final FrameHandler handler, final int limit) {
        int frames = 0;
        while (frames < limit && !arrived.isEmpty()) {
            final byte[] frame = arrived.poll();
            handler.onFrame(new UnsafeBuffer(frame), 0, frame.length);
            frames++;
        }
        return frames;
    }

    @Override
    public void close() {
        arrived.clear();
    }
}
