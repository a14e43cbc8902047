package io.fairway.dataplane.io;

import io.fairway.model.wire.MacAddress;
import java.io.IOException;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends and receives whole payloads of one EtherType on one device, for beats between nodes. One thread at a time. It
 * listens beside the kernel's stack, so a silenced device ({@link KernelSilencer}) and a port on the same device do not
 * disturb it. Never blocks, never allocates after it was opened.
 */
public final class RawFrameSocket implements AutoCloseable {
    /** Payload bytes that one frame carries at most. */
    public static final int MAX_PAYLOAD_BYTES = 9_000;

    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int PACKET_OTHER_HOST = 3;

    /** Classic BPF: struct sock_filter is u16 code, u8 jump if true, u8 jump if false, u32 value. */
    private static final int LOAD_ABSOLUTE = 0x20;

    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int FILTER_BYTES = 8;
    private static final int ANCILLARY = 0xffff_f000;
    private static final int ANCILLARY_PROTOCOL = ANCILLARY;
    private static final int ANCILLARY_PACKET_TYPE = ANCILLARY + 4;
    private static final int ANCILLARY_VLAN_PRESENT = ANCILLARY + 48;

    private final int fd;
    private final Device device;
    private final MacAddress hardwareAddress;
    private final UnsafeBuffer destination;
    private final UnsafeBuffer source = new UnsafeBuffer(BufferUtil.allocateDirectAligned(32, 8));
    private final UnsafeBuffer scratch = new UnsafeBuffer(BufferUtil.allocateDirectAligned(MAX_PAYLOAD_BYTES, 8));

    /**
     * Opens a device; it must be up.
     *
     * @param device the network device's name
     * @param etherType the only EtherType received, and the one sent
     * @throws PrivilegeException if the process may not, or the device is missing or down: the message says what to do
     */
    public RawFrameSocket(final String device, final int etherType) throws IOException {
        fd = Device.openSocket(NativeCalls.SOCK_DGRAM);
        try {
            this.device = new Device(device, fd);
            hardwareAddress = this.device.hardwareAddress();
            destination = this.device.address(etherType);
            destination.putByte(Device.ADDRESS_HARDWARE_LENGTH, (byte) 6);
            filter(etherType);
            Device.setOption(fd, NativeCalls.SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
            // A socket bound to the EtherType alone would stand behind the drop rule of a silenced device.
            this.device.bind(fd, Device.ETH_P_ALL);
        } catch (final IOException | RuntimeException failed) {
            NativeCalls.close(fd);
            throw failed;
        }
    }

    /** Passes untagged frames of the EtherType that are for this host, though the device may be promiscuous. */
    private void filter(final int etherType) throws IOException {
        final UnsafeBuffer program = new UnsafeBuffer(BufferUtil.allocateDirectAligned(8 * FILTER_BYTES, 8));
        instruction(program, 0, LOAD_ABSOLUTE, 0, ANCILLARY_PROTOCOL);
        instruction(program, 1, JUMP_IF_EQUAL, 5 << 8, etherType);
        instruction(program, 2, LOAD_ABSOLUTE, 0, ANCILLARY_PACKET_TYPE);
        instruction(program, 3, JUMP_IF_EQUAL, 3, PACKET_OTHER_HOST);
        instruction(program, 4, LOAD_ABSOLUTE, 0, ANCILLARY_VLAN_PRESENT);
        instruction(program, 5, JUMP_IF_EQUAL, 1 << 8, 0);
        instruction(program, 6, RETURN, 0, MAX_PAYLOAD_BYTES);
        instruction(program, 7, RETURN, 0, 0);
        final UnsafeBuffer description = new UnsafeBuffer(BufferUtil.allocateDirectAligned(16, 8));
        description.putShort(0, (short) 8);
        description.putLong(8, program.addressOffset());
        Device.require(
                NativeCalls.setsockopt(
                        fd,
                        NativeCalls.SOL_SOCKET,
                        NativeCalls.SO_ATTACH_FILTER,
                        description.addressOffset(),
                        description.capacity()),
                "filter for EtherType " + Integer.toHexString(etherType));
    }

    private static void instruction(
            final UnsafeBuffer program, final int index, final int code, final int jumps, final int value) {
        program.putShort(index * FILTER_BYTES, (short) code);
        program.putShort(index * FILTER_BYTES + 2, (short) jumps);
        program.putInt(index * FILTER_BYTES + 4, value);
    }

    /** The device's own address when the socket was opened. */
    public MacAddress hardwareAddress() {
        return hardwareAddress;
    }

    /**
     * Whether the device is up and its link carries; one system call that never waits for a lock. The kernel tells a
     * change at once, but further changes within the same second only at its end.
     */
    public boolean carrier() {
        return device.running();
    }

    /**
     * Sends one frame.
     *
     * @return false if the kernel refuses it: link down, queue full
     */
    public boolean send(final MacAddress destination, final DirectBuffer payload, final int offset, final int length) {
        final long bits = destination.bits();
        final UnsafeBuffer address = this.destination;
        address.putInt(Device.ADDRESS_HARDWARE, (int) (bits >>> 16), ByteOrder.BIG_ENDIAN);
        address.putShort(Device.ADDRESS_HARDWARE + 4, (short) bits, ByteOrder.BIG_ENDIAN);
        long memory = payload.addressOffset() + offset;
        if (payload.byteArray() != null) {
            scratch.putBytes(0, payload, offset, length);
            memory = scratch.addressOffset();
        }
        return NativeCalls.sendto(fd, memory, length, address.addressOffset(), Device.ADDRESS_BYTES) == length;
    }

    /**
     * Takes the next frame that waits.
     *
     * @param payload what follows the Ethernet header is put at its beginning, cut to its capacity; a short frame may
     *     carry trailing padding
     * @return bytes of payload; 0: none waits
     */
    public int receive(final MutableDirectBuffer payload) {
        final boolean direct = payload.byteArray() == null;
        final int room = Math.min(payload.capacity(), MAX_PAYLOAD_BYTES);
        final long memory = direct ? payload.addressOffset() : scratch.addressOffset();
        final long from = source.addressOffset();
        source.putInt(Device.ADDRESS_BYTES, Device.ADDRESS_BYTES);
        final long length = NativeCalls.recvfrom(fd, memory, room, from, from + Device.ADDRESS_BYTES);
        if (length <= 0) {
            return 0;
        }
        if (!direct) {
            payload.putBytes(0, scratch, 0, (int) length);
        }
        return (int) length;
    }

    /** The hardware address, as {@link MacAddress#bits()}, that the frame last received came from. */
    public long lastSourceBits() {
        final long high = source.getInt(Device.ADDRESS_HARDWARE, ByteOrder.BIG_ENDIAN) & 0xffff_ffffL;
        return high << 16 | source.getShort(Device.ADDRESS_HARDWARE + 4, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    /** Becomes readable when a frame waits; for {@link Poller}. */
    public int fd() {
        return fd;
    }

    @Override
    public void close() {
        NativeCalls.close(fd);
    }
}
