package io.fairway.dataplane.forward;

import io.fairway.dataplane.io.FrameHandler;
import io.fairway.dataplane.io.PacketPort;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.VnetHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A port in memory: frames in, frames out; the bytes of what is sent are copied at the flush, as the kernel does. */
final class MemoryPort implements PacketPort {
    private static final int SLOTS = 64;
    private static final int SLOT_BYTES = 70 * 1024;
    private static final int HEADROOM_BYTES = 340;

    /** A frame that left, with its vnet header. */
    @SuppressWarnings("ArrayRecordComponent")
    record Sent(byte[] vnet, byte[] frame) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Waiting(byte[] vnet, byte[] frame, int vlan) {}

    private record Queued(DirectBuffer buffer, int vnetOffset, int frameLength) {}

    private final int interfaceIndex;
    private final MacAddress mac;
    private final int mtuBytes;
    private final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(SLOTS * SLOT_BYTES));
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<Queued> queued = new ArrayList<>();
    private final List<Sent> sent = new ArrayList<>();
    private int held;
    private int refuse;

    MemoryPort(final int interfaceIndex, final MacAddress mac, final int mtuBytes) {
        this.interfaceIndex = interfaceIndex;
        this.mac = mac;
        this.mtuBytes = mtuBytes;
    }

    void deliver(final byte[] frame) {
        deliver(new byte[VnetHeader.LENGTH], frame, 0);
    }

    void deliver(final byte[] vnet, final byte[] frame, final int vlan) {
        waiting.add(new Waiting(vnet, frame, vlan));
    }

    /** Takes the frames sent since the last call. */
    List<Sent> take() {
        final List<Sent> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** The next flush loses this many frames. */
    void refuseNext(final int frames) {
        refuse = frames;
    }

    @Override
    public int poll(final FrameHandler handler, final int limit) {
        int handled = 0;
        while (handled < limit && held < SLOTS && !waiting.isEmpty()) {
            final Waiting next = waiting.remove();
            final int vnet = held++ * SLOT_BYTES + HEADROOM_BYTES;
            memory.putBytes(vnet, next.vnet());
            memory.putBytes(vnet + VnetHeader.LENGTH, next.frame());
            handler.onFrame(interfaceIndex, memory, vnet, next.frame().length, next.vlan());
            handled++;
        }
        return handled;
    }

    @Override
    public boolean send(final DirectBuffer buffer, final int vnetOffset, final int frameLength) {
        queued.add(new Queued(buffer, vnetOffset, frameLength));
        return true;
    }

    @Override
    public int flush() {
        int count = 0;
        for (final Queued frame : queued) {
            if (refuse > 0) {
                refuse--;
                continue;
            }
            final byte[] vnet = new byte[VnetHeader.LENGTH];
            final byte[] bytes = new byte[frame.frameLength()];
            frame.buffer().getBytes(frame.vnetOffset(), vnet);
            frame.buffer().getBytes(frame.vnetOffset() + VnetHeader.LENGTH, bytes);
            sent.add(new Sent(vnet, bytes));
            count++;
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
        return mac;
    }

    @Override
    public int fd() {
        return -1;
    }

    @Override
    public int mtuBytes() {
        return mtuBytes;
    }

    @Override
    public long receiveDrops() {
        return 0;
    }

    @Override
    public long sendDrops() {
        return 0;
    }

    @Override
    public void close() {}
}
