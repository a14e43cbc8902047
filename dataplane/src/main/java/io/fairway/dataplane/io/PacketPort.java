package io.fairway.dataplane.io;

import io.fairway.model.wire.MacAddress;
import org.agrona.DirectBuffer;

/**
 * One network interface that the forwarder owns: frames in, frames out, in batches. Used by the forwarder thread only,
 * except the two drop counters, which any thread may read. Never blocks, never allocates after it was opened.
 *
 * <p>One turn is {@code poll}, {@code send} (of frames just polled, in place, or of any other memory outside the heap),
 * {@code flush}, {@code release}. Frames polled from one port may be sent on another: flush every port, then release.
 */
public interface PacketPort extends AutoCloseable {
    /** Bytes of the {@code virtio_net_hdr} in front of every frame. */
    int VNET_HEADER_BYTES = 10;

    /** The logical interface's index, as in flow keys. */
    int interfaceIndex();

    /** The device's own address when the port was opened. */
    MacAddress hardwareAddress();

    /** Becomes readable when frames wait; for {@link Poller}. */
    int fd();

    /** The device's MTU when the port was opened: bytes of IP packet. */
    int mtuBytes();

    /**
     * Hands over the frames that wait.
     *
     * @param limit most frames to hand over
     * @return frames handed over; 0 also while no frame is left because none was released
     */
    int poll(FrameHandler handler, int limit);

    /**
     * Queues a frame. The memory must stay as it is until {@link #flush()}.
     *
     * @param buffer memory outside the heap
     * @param vnetOffset offset of the {@code virtio_net_hdr} in it; the Ethernet frame follows that header
     * @param frameLength bytes of the Ethernet frame
     * @return false if the batch is full even after an attempt to flush it
     */
    boolean send(DirectBuffer buffer, int vnetOffset, int frameLength);

    /**
     * Sends what was queued. What the kernel refuses (queue full, device down, malformed header) is dropped and
     * counted.
     *
     * @return frames sent
     */
    int flush();

    /** Gives all frames that poll handed over back to the kernel; only after every flush that sends from them. */
    void release();

    /** Frames lost because the ring was full, or that no ring frame could hold, since the port was opened. */
    long receiveDrops();

    /** Frames that the kernel refused to send since the port was opened. */
    long sendDrops();

    @Override
    void close();
}
