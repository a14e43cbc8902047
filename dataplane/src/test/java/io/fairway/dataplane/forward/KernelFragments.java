package io.fairway.dataplane.forward;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** What the kernels of a sender and a receiver do with datagrams that are too large for a link. */
final class KernelFragments {
    static final int MTU = 1500;

    private KernelFragments() {}

    /** What a sender's kernel makes of a frame that is too large for its link. */
    static List<byte[]> of(final byte[] frame, final int id) {
        final UnsafeBuffer whole = new UnsafeBuffer(frame);
        final boolean v6 = Ipv6Header.version(whole, Frames.IP) == 6;
        final int plain = v6 ? Frames.L4_V6 : Frames.L4;
        final int headers = plain + (v6 ? 8 : 0);
        final int room = Frames.IP + MTU - headers & -8;
        final List<byte[]> fragments = new ArrayList<>();
        for (int at = 0; at < frame.length - plain; at += room) {
            final int length = Math.min(room, frame.length - plain - at);
            final boolean more = at + length < frame.length - plain;
            final UnsafeBuffer fragment = new UnsafeBuffer(new byte[headers + length]);
            fragment.putBytes(0, frame, 0, plain);
            fragment.putBytes(headers, frame, plain + at, length);
            if (v6) {
                Ipv6Header.setPayloadLength(fragment, Frames.IP, 8 + length);
                Ipv6Header.insertFragment(fragment, Frames.IP, at, more, id);
            } else {
                Ipv4Header.setTotalLength(fragment, Frames.IP, Ipv4Header.LENGTH + length);
                Ipv4Header.setIdentification(fragment, Frames.IP, id);
                Ipv4Header.setFragment(fragment, Frames.IP, at, more);
                Ipv4Header.computeChecksum(fragment, Frames.IP);
            }
            fragments.add(fragment.byteArray());
        }
        return fragments;
    }

    /** What the receiver's kernel makes of them. */
    static byte[] whole(final List<MemoryPort.Sent> parts) {
        if (parts.size() == 1) {
            return Frames.completed(parts.getFirst());
        }
        final byte[] first = parts.getFirst().frame();
        final boolean v6 = Ipv6Header.version(new UnsafeBuffer(first), Frames.IP) == 6;
        final int plain = v6 ? Frames.L4_V6 : Frames.L4;
        final byte[] whole = Arrays.copyOf(first, 70_000);
        int end = 0;
        for (final MemoryPort.Sent part : parts) {
            final UnsafeBuffer frame = new UnsafeBuffer(part.frame());
            final int headers = plain + (v6 ? 8 : 0);
            final int at = v6
                    ? frame.getShort(plain + 2, BIG_ENDIAN) & 0xfff8
                    : (frame.getShort(Frames.IP + 6, BIG_ENDIAN) & 0x1fff) << 3;
            System.arraycopy(part.frame(), headers, whole, plain + at, part.frame().length - headers);
            end = Math.max(end, at + part.frame().length - headers);
        }
        final UnsafeBuffer frame = new UnsafeBuffer(Arrays.copyOf(whole, plain + end));
        if (v6) {
            Ipv6Header.setNextHeader(frame, Frames.IP, IpProtocol.UDP);
            Ipv6Header.setPayloadLength(frame, Frames.IP, end);
        } else {
            Ipv4Header.setTotalLength(frame, Frames.IP, Ipv4Header.LENGTH + end);
            Ipv4Header.setFragment(frame, Frames.IP, 0, false);
            Ipv4Header.computeChecksum(frame, Frames.IP);
        }
        return frame.byteArray();
    }
}
