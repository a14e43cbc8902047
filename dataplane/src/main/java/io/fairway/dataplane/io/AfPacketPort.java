package io.fairway.dataplane.io;

import io.fairway.model.wire.MacAddress;
import java.io.IOException;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A {@link PacketPort} over AF_PACKET: a TPACKET_V2 receive ring shared with the kernel, in which every frame has its
 * {@code virtio_net_hdr} and super-frames stay whole, and {@code sendmmsg} straight from the ring. Owned by the
 * forwarder thread. It never sees its own transmissions, and never segments or checks anything.
 */
public final class AfPacketPort implements PacketPort {
    /** Bytes in front of a received frame's {@code virtio_net_hdr} that the forwarder may write to. */
    public static final int HEADROOM_BYTES = 340;

    /** Bytes behind a received super-frame of 64 KB that the forwarder may write to. */
    public static final int TAILROOM_BYTES = 3_500;

    /**
     * Fewer frames lose packets of one fast sender, more lose the processor's cache. The properties are for
     * measurements ({@code src/test/bench/measure-port}).
     */
    private static final int FRAMES = Integer.getInteger("fairway.port.frames", 128);

    private static final boolean QDISC_BYPASS = Boolean.getBoolean("fairway.port.bypass");

    private static final int FRAME_BYTES = 68 * 1024;
    private static final int RING_BYTES = FRAMES * FRAME_BYTES;
    private static final int BATCH = 128;
    private static final int SEND_BUFFER_BYTES = 8 << 20;

    private static final int PACKET_ADD_MEMBERSHIP = 1;
    private static final int PACKET_RX_RING = 5;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_VERSION = 10;
    private static final int PACKET_RESERVE = 12;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_QDISC_BYPASS = 20;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int TPACKET_V2 = 1;
    private static final int PACKET_MR_PROMISC = 1;

    /** struct tpacket2_hdr, then a sockaddr_ll, then what PACKET_RESERVE asks for, then the frame. */
    private static final int STATUS = 0;

    private static final int LENGTH = 4;
    private static final int CAPTURED_LENGTH = 8;
    private static final int FRAME_OFFSET = 12;
    private static final int VLAN = 24;
    private static final int STATUS_KERNEL = 0;
    private static final int STATUS_USER = 1;
    private static final int STATUS_VLAN_VALID = 1 << 4;
    private static final int VLAN_ID_MASK = 0xfff;

    /** The kernel itself leaves 14 bytes; with these the IP header stands at a multiple of 16. */
    private static final int RESERVE_BYTES = HEADROOM_BYTES - 14;

    /** struct mmsghdr and struct iovec. */
    private static final int MESSAGE_BYTES = 64;

    private static final int MESSAGE_IOV = 16;
    private static final int MESSAGE_IOV_COUNT = 24;
    private static final int IOV_BYTES = 16;
    private static final int IOV_LENGTH = 8;

    /** Offsets in the counters. */
    private static final int TRUNCATED = 0;

    private static final int SEND_DROPS = 8;
    private static final int STATISTICS = 16;
    private static final int STATISTICS_BYTES = 24;

    private final int interfaceIndex;
    private final int receiveFd;
    private final int sendFd;
    private final Device device;
    private final MacAddress hardwareAddress;
    private final int mtuBytes;
    private final UnsafeBuffer ring;
    private final UnsafeBuffer messages =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(BATCH * (MESSAGE_BYTES + IOV_BYTES), 64));

    /** The forwarder's counters, and behind them room for the kernel's answer. */
    private final UnsafeBuffer counters = new UnsafeBuffer(BufferUtil.allocateDirectAligned(32, 8));

    private int head;
    private int held;
    private int queued;
    private boolean closed;

    /** Under this port's monitor: the kernel forgets its count whenever it is read. */
    private long ringDrops;

    private AfPacketPort(final int interfaceIndex, final int receiveFd, final int sendFd, final Device device)
            throws IOException {
        this.interfaceIndex = interfaceIndex;
        this.receiveFd = receiveFd;
        this.sendFd = sendFd;
        this.device = device;
        hardwareAddress = device.hardwareAddress();
        mtuBytes = device.mtuBytes();
        prepareReceiving(device);
        prepareSending(device);
        for (int i = 0; i < BATCH; i++) {
            messages.putLong(i * MESSAGE_BYTES + MESSAGE_IOV, messages.addressOffset() + iov(i));
            messages.putLong(i * MESSAGE_BYTES + MESSAGE_IOV_COUNT, 1);
        }
        // Last, since nothing would unmap it if a later step failed.
        final long address = Device.require(NativeCalls.mmap(receiveFd, RING_BYTES), "mapping the receive ring");
        ring = new UnsafeBuffer(address, RING_BYTES);
    }

    /**
     * Opens a device; it must be up.
     *
     * @param interfaceIndex the logical interface's index, handed to the {@link FrameHandler}
     * @param device the network device's name
     * @throws PrivilegeException if the process may not, or the device is missing or down: the message says what to do
     * @throws IOException if the system has not enough memory or descriptors
     */
    public static AfPacketPort open(final int interfaceIndex, final String device) throws IOException {
        final int receiveFd = Device.openSocket(NativeCalls.SOCK_RAW);
        int sendFd = -1;
        try {
            sendFd = Device.openSocket(NativeCalls.SOCK_RAW);
            return new AfPacketPort(interfaceIndex, receiveFd, sendFd, new Device(device, sendFd));
        } catch (final IOException | RuntimeException failed) {
            NativeCalls.close(receiveFd);
            NativeCalls.close(sendFd);
            throw failed;
        }
    }

    private void prepareReceiving(final Device device) throws IOException {
        final int fd = receiveFd;
        Device.setOption(fd, NativeCalls.SOL_PACKET, PACKET_VERSION, TPACKET_V2);
        Device.setOption(fd, NativeCalls.SOL_PACKET, PACKET_RESERVE, RESERVE_BYTES);
        Device.setOption(fd, NativeCalls.SOL_PACKET, PACKET_VNET_HDR, 1);
        Device.setOption(fd, NativeCalls.SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
        BeatFilter.attach(fd);
        final UnsafeBuffer request = new UnsafeBuffer(BufferUtil.allocateDirectAligned(16, 8));
        request.putInt(0, RING_BYTES);
        request.putInt(4, 1);
        request.putInt(8, FRAME_BYTES);
        request.putInt(12, FRAMES);
        Device.require(
                NativeCalls.setsockopt(fd, NativeCalls.SOL_PACKET, PACKET_RX_RING, request.addressOffset(), 16),
                "receive ring of " + RING_BYTES + " bytes");
        final UnsafeBuffer membership = new UnsafeBuffer(BufferUtil.allocateDirectAligned(16, 8));
        membership.putInt(0, device.index());
        membership.putShort(4, (short) PACKET_MR_PROMISC);
        Device.require(
                NativeCalls.setsockopt(
                        fd, NativeCalls.SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership.addressOffset(), 16),
                "promiscuous mode");
        device.bind(fd, Device.ETH_P_ALL);
    }

    private void prepareSending(final Device device) throws IOException {
        Device.setOption(sendFd, NativeCalls.SOL_PACKET, PACKET_VNET_HDR, 1);
        if (QDISC_BYPASS) {
            Device.setOption(sendFd, NativeCalls.SOL_PACKET, PACKET_QDISC_BYPASS, 1);
        }
        Device.growSendBuffer(sendFd, SEND_BUFFER_BYTES);
        device.bind(sendFd, 0);
    }

    @Override
    public int poll(final FrameHandler handler, final int limit) {
        final int most = closed ? 0 : Math.min(limit, FRAMES - held);
        int handled = 0;
        while (handled < most) {
            final int frame = head * FRAME_BYTES;
            final int status = ring.getIntAcquire(frame + STATUS);
            if ((status & STATUS_USER) == 0) {
                break;
            }
            head = head + 1 == FRAMES ? 0 : head + 1;
            held++;
            handled++;
            hand(handler, frame, status);
        }
        return handled;
    }

    private void hand(final FrameHandler handler, final int frame, final int status) {
        final int length = ring.getInt(frame + LENGTH);
        if (length != ring.getInt(frame + CAPTURED_LENGTH)) {
            counters.putLongRelease(TRUNCATED, counters.getLong(TRUNCATED) + 1);
            return;
        }
        final int offset = frame + (ring.getShort(frame + FRAME_OFFSET) & 0xffff) - VNET_HEADER_BYTES;
        final int vlan = (status & STATUS_VLAN_VALID) == 0 ? 0 : ring.getShort(frame + VLAN) & VLAN_ID_MASK;
        handler.onFrame(interfaceIndex, ring, offset, length, vlan);
    }

    @Override
    public boolean send(final DirectBuffer buffer, final int vnetOffset, final int frameLength) {
        if (queued == BATCH) {
            flush();
        }
        if (closed) {
            return false;
        }
        if (buffer.byteArray() != null) {
            throw new IllegalArgumentException("frames are sent from memory outside the heap only");
        }
        final int iov = iov(queued++);
        messages.putLong(iov, buffer.addressOffset() + vnetOffset);
        messages.putLong(iov + IOV_LENGTH, VNET_HEADER_BYTES + frameLength);
        return true;
    }

    @Override
    public int flush() {
        if (queued == 0) {
            return 0;
        }
        int sent = 0;
        int next = 0;
        while (next < queued) {
            final long first = messages.addressOffset() + (long) next * MESSAGE_BYTES;
            int result = NativeCalls.sendmmsg(sendFd, first, queued - next);
            if (result < 0) {
                result = NativeCalls.sendOne(sendFd, first);
            }
            if (result > 0) {
                sent += result;
                next += result;
            } else if (result == -NativeCalls.EAGAIN) {
                // The socket's buffer is full: every further frame would be refused as well.
                break;
            } else if (result != -NativeCalls.EINTR) {
                next++;
            }
        }
        if (sent < queued) {
            counters.putLongRelease(SEND_DROPS, counters.getLong(SEND_DROPS) + queued - sent);
        }
        queued = 0;
        return sent;
    }

    @Override
    public void release() {
        if (closed) {
            return;
        }
        int frame = head - held;
        if (frame < 0) {
            frame += FRAMES;
        }
        while (held > 0) {
            ring.putIntRelease(frame * FRAME_BYTES + STATUS, STATUS_KERNEL);
            frame = frame + 1 == FRAMES ? 0 : frame + 1;
            held--;
        }
    }

    @Override
    public int interfaceIndex() {
        return interfaceIndex;
    }

    @Override
    public MacAddress hardwareAddress() {
        return hardwareAddress;
    }

    @Override
    public int fd() {
        return receiveFd;
    }

    @Override
    public int mtuBytes() {
        return mtuBytes;
    }

    @Override
    public synchronized long receiveDrops() {
        if (!closed) {
            counters.putInt(STATISTICS_BYTES, 8);
            final long address = counters.addressOffset();
            final int result = NativeCalls.getsockopt(
                    receiveFd,
                    NativeCalls.SOL_PACKET,
                    PACKET_STATISTICS,
                    address + STATISTICS,
                    address + STATISTICS_BYTES);
            ringDrops += result < 0 ? 0 : counters.getInt(STATISTICS + 4) & 0xffff_ffffL;
        }
        return ringDrops + counters.getLongAcquire(TRUNCATED);
    }

    @Override
    public long sendDrops() {
        return counters.getLongAcquire(SEND_DROPS);
    }

    /** Whether the device is up and its link carries. For management threads. */
    public synchronized boolean carrier() {
        return !closed && device.running();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        receiveDrops();
        closed = true;
        NativeCalls.munmap(ring.addressOffset(), ring.capacity());
        ring.wrap(0, 0);
        NativeCalls.close(receiveFd);
        NativeCalls.close(sendFd);
    }

    private static int iov(final int index) {
        return BATCH * MESSAGE_BYTES + index * IOV_BYTES;
    }
}
