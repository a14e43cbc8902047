package io.fairway.deploy.sim;

import io.fairway.dataplane.io.FrameHandler;
import io.fairway.dataplane.io.PacketPort;
import io.fairway.model.wire.MacAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A process's port on the LAN or the WAN: what leaves it is what the checker judges. */
final class SimPort implements PacketPort {
    private static final int SLOTS = 64;
    private static final int SLOT_BYTES = 2048;
    private static final int HEADROOM_BYTES = 384;
    private static final int MTU_BYTES = 1500;
    private static final int RING_FRAMES = 256;

    private final World world;
    private final int node;
    private final int interfaceIndex;
    private final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(SLOTS * SLOT_BYTES));
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private final List<byte[]> queued = new ArrayList<>();
    private int held;
    private long receiveDrops;

    SimPort(final World world, final int node, final int interfaceIndex) {
        this.world = world;
        this.node = node;
        this.interfaceIndex = interfaceIndex;
    }

    static MacAddress mac(final int node, final int interfaceIndex) {
        return new MacAddress(0x0200_0000_0000L | node << 8 | interfaceIndex);
    }

    void arrive(final byte[] frame) {
        if (waiting.size() == RING_FRAMES) {
            receiveDrops++;
        } else {
            waiting.add(frame);
        }
    }

    @Override
    public int poll(final FrameHandler handler, final int limit) {
        int handled = 0;
        while (handled < limit && held < SLOTS && !waiting.isEmpty()) {
            final byte[] frame = waiting.poll();
            final int vnet = held++ * SLOT_BYTES + HEADROOM_BYTES;
            memory.setMemory(vnet, VNET_HEADER_BYTES, (byte) 0);
            memory.putBytes(vnet + VNET_HEADER_BYTES, frame);
            handler.onFrame(interfaceIndex, memory, vnet, frame.length, 0);
            handled++;
        }
        return handled;
    }

    @Override
    public boolean send(final DirectBuffer buffer, final int vnetOffset, final int frameLength) {
        final byte[] frame = new byte[frameLength];
        buffer.getBytes(vnetOffset + VNET_HEADER_BYTES, frame);
        queued.add(frame);
        return true;
    }

    @Override
    public int flush() {
        final int count = queued.size();
        for (final byte[] frame : queued) {
            world.segment(interfaceIndex).fromNode(node, frame);
        }
        queued.clear();
        return count;
    }

    @Override
    public void release() {
        held = 0;
    }

    @Override
    public int interfaceIndex() {
        return interfaceIndex;
    }

    @Override
    public MacAddress hardwareAddress() {
        return mac(node, interfaceIndex);
    }

    @Override
    public int fd() {
        return -1;
    }

    @Override
    public int mtuBytes() {
        return MTU_BYTES;
    }

    @Override
    public long receiveDrops() {
        return receiveDrops;
    }

    @Override
    public long sendDrops() {
        return 0;
    }

    @Override
    public void close() {
        waiting.clear();
    }
}
