package io.fairway.dataplane.io;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Makes frames in memory outside the heap, and keeps copies of those that a port receives. */
final class Frames implements FrameHandler {
    private static final long PATIENCE_NS = 5_000_000_000L;

    /** A copy of a received frame. */
    static final class Frame {
        private final int interfaceIndex;
        private final byte[] vnetHeader;
        private final byte[] bytes;
        private final int vlan;

        Frame(final int interfaceIndex, final byte[] vnetHeader, final byte[] bytes, final int vlan) {
            this.interfaceIndex = interfaceIndex;
            this.vnetHeader = vnetHeader;
            this.bytes = bytes;
            this.vlan = vlan;
        }

        int interfaceIndex() {
            return interfaceIndex;
        }

        byte[] vnetHeader() {
            return vnetHeader;
        }

        byte[] bytes() {
            return bytes;
        }

        int vlan() {
            return vlan;
        }

        int etherType() {
            return (bytes[12] & 0xff) << 8 | bytes[13] & 0xff;
        }
    }

    final List<Frame> seen = new ArrayList<>();

    @Override
    public void onFrame(
            final int interfaceIndex,
            final MutableDirectBuffer buffer,
            final int vnetOffset,
            final int frameLength,
            final int vlan) {
        final byte[] header = new byte[PacketPort.VNET_HEADER_BYTES];
        buffer.getBytes(vnetOffset, header);
        final byte[] bytes = new byte[frameLength];
        buffer.getBytes(vnetOffset + PacketPort.VNET_HEADER_BYTES, bytes);
        seen.add(new Frame(interfaceIndex, header, bytes, vlan));
    }

    /** Polls until a frame that is wanted comes; null if none comes in time. */
    Frame await(final PacketPort port, final Predicate<Frame> wanted, final long patienceNs) {
        final Poller poller = new Poller(new int[] {port.fd()});
        final long deadlineNs = System.nanoTime() + patienceNs;
        while (true) {
            port.poll(this, Integer.MAX_VALUE);
            port.release();
            final Frame found = seen.stream().filter(wanted).findFirst().orElse(null);
            final long leftNs = deadlineNs - System.nanoTime();
            if (found != null || leftNs <= 0) {
                return found;
            }
            poller.await(leftNs);
        }
    }

    Frame await(final PacketPort port, final Predicate<Frame> wanted) {
        final Frame found = await(port, wanted, PATIENCE_NS);
        if (found == null) {
            throw new AssertionError("the frame never came; " + seen.size() + " others did");
        }
        return found;
    }

    /** Hexadecimal words to bytes, blanks ignored, behind an empty header. */
    static UnsafeBuffer frame(final String hex) {
        return frame(java.util.HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    static UnsafeBuffer frame(final byte[] bytes) {
        final UnsafeBuffer buffer = new UnsafeBuffer(
                org.agrona.BufferUtil.allocateDirectAligned(PacketPort.VNET_HEADER_BYTES + bytes.length, 8));
        buffer.putBytes(PacketPort.VNET_HEADER_BYTES, bytes);
        return buffer;
    }

    static void send(final PacketPort port, final DirectBuffer frame) {
        if (!port.send(frame, 0, frame.capacity() - PacketPort.VNET_HEADER_BYTES) || port.flush() != 1) {
            throw new AssertionError("the kernel refused the frame");
        }
    }
}
