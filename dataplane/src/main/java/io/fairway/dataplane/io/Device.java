package io.fairway.dataplane.io;

import io.fairway.model.wire.MacAddress;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** What the kernel knows of a network device, and the packet sockets bound to it. Cold, but {@link #running}. */
final class Device {
    /** Bytes of a sockaddr_ll, and where its fields stand. */
    static final int ADDRESS_BYTES = 20;

    static final int ADDRESS_PROTOCOL = 2;
    static final int ADDRESS_INDEX = 4;
    static final int ADDRESS_HARDWARE_LENGTH = 11;
    static final int ADDRESS_HARDWARE = 12;

    static final int ETH_P_ALL = 3;

    private static final int SIOCGIFFLAGS = 0x8913;
    private static final int SIOCGIFMTU = 0x8921;
    private static final int SIOCGIFHWADDR = 0x8927;
    private static final int SIOCGIFINDEX = 0x8933;
    private static final int IFF_UP = 1;
    private static final int IFF_RUNNING = 0x40;
    private static final int NAME_BYTES = 16;
    private static final int REQUEST_BYTES = 40;

    private final String name;
    private final int fd;
    private final int index;
    private final UnsafeBuffer request = new UnsafeBuffer(BufferUtil.allocateDirectAligned(REQUEST_BYTES, 8));

    /**
     * @param fd any socket, through which the kernel is asked; stays the caller's to close
     * @throws PrivilegeException if there is no such device
     */
    Device(final String name, final int fd) throws IOException {
        this.name = name;
        this.fd = fd;
        final byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length == 0 || bytes.length >= NAME_BYTES) {
            throw new PrivilegeException("'" + name + "' is no interface's name: correct it in the configuration");
        }
        request.putBytes(0, bytes);
        index = ask(SIOCGIFINDEX);
    }

    private void requireUp() throws IOException {
        if ((ask(SIOCGIFFLAGS) & IFF_UP) == 0) {
            throw new PrivilegeException("interface " + name + " is down: run 'ip link set " + name + " up'");
        }
    }

    /**
     * Opens a packet socket that receives nothing before it is bound.
     *
     * @throws PrivilegeException if this process may not
     */
    static int openSocket(final int type) throws IOException {
        final int kind = type | NativeCalls.SOCK_NONBLOCK | NativeCalls.SOCK_CLOEXEC;
        final int fd = NativeCalls.socket(NativeCalls.AF_PACKET, kind, 0);
        if (fd == -NativeCalls.EPERM || fd == -NativeCalls.EACCES) {
            throw new PrivilegeException("packet sockets need CAP_NET_RAW: run the node as root, or give its service"
                    + " AmbientCapabilities=CAP_NET_RAW CAP_NET_ADMIN");
        }
        if (fd < 0) {
            throw new IOException("no packet socket: " + NativeCalls.describe(fd));
        }
        return fd;
    }

    /** The interface flags of a device, up or down (IFF_*); needs no privilege. */
    static int flags(final String name) throws IOException {
        final int fd = NativeCalls.socket(NativeCalls.AF_INET, NativeCalls.SOCK_DGRAM | NativeCalls.SOCK_CLOEXEC, 0);
        require(fd, "a socket");
        try {
            return new Device(name, fd).ask(SIOCGIFFLAGS) & 0xffff;
        } finally {
            NativeCalls.close(fd);
        }
    }

    /** @throws IOException if a system call's result is {@code -errno} */
    static long require(final long result, final String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + ": " + NativeCalls.describe(result));
        }
        return result;
    }

    static void setOption(final int fd, final int level, final int option, final int value) throws IOException {
        final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(BitUtil.SIZE_OF_INT, 8));
        memory.putInt(0, value);
        require(
                NativeCalls.setsockopt(fd, level, option, memory.addressOffset(), BitUtil.SIZE_OF_INT),
                "socket option " + level + "/" + option);
    }

    /** Lets a socket have so many bytes under way; without CAP_NET_ADMIN as many as the system grants anyone. */
    static void growSendBuffer(final int fd, final int bytes) {
        final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(BitUtil.SIZE_OF_INT, 8));
        memory.putInt(0, bytes);
        final long value = memory.addressOffset();
        final int forced = NativeCalls.setsockopt(
                fd, NativeCalls.SOL_SOCKET, NativeCalls.SO_SNDBUFFORCE, value, BitUtil.SIZE_OF_INT);
        if (forced < 0) {
            NativeCalls.setsockopt(fd, NativeCalls.SOL_SOCKET, NativeCalls.SO_SNDBUF, value, BitUtil.SIZE_OF_INT);
        }
    }

    int index() {
        return index;
    }

    int mtuBytes() throws IOException {
        return ask(SIOCGIFMTU);
    }

    MacAddress hardwareAddress() throws IOException {
        ask(SIOCGIFHWADDR);
        final long high = request.getInt(NAME_BYTES + 2, ByteOrder.BIG_ENDIAN) & 0xffff_ffffL;
        return new MacAddress(high << 16 | request.getShort(NAME_BYTES + 6, ByteOrder.BIG_ENDIAN) & 0xffff);
    }

    /** Whether the link carries; allocates nothing. */
    boolean running() {
        final int wanted = IFF_UP | IFF_RUNNING;
        return NativeCalls.hotIoctl(fd, SIOCGIFFLAGS, request.addressOffset()) >= 0
                && (request.getShort(NAME_BYTES) & wanted) == wanted;
    }

    /**
     * Binds a packet socket to this device.
     *
     * @throws PrivilegeException if the device is not up
     */
    void bind(final int socket, final int etherType) throws IOException {
        requireUp();
        final UnsafeBuffer address = address(etherType);
        require(NativeCalls.bind(socket, address.addressOffset(), ADDRESS_BYTES), "binding to " + name);
    }

    /** A sockaddr_ll of this device. */
    UnsafeBuffer address(final int etherType) {
        final UnsafeBuffer address = new UnsafeBuffer(BufferUtil.allocateDirectAligned(ADDRESS_BYTES, 8));
        address.putShort(0, (short) NativeCalls.AF_PACKET);
        address.putShort(ADDRESS_PROTOCOL, (short) etherType, ByteOrder.BIG_ENDIAN);
        address.putInt(ADDRESS_INDEX, index);
        return address;
    }

    private int ask(final int what) throws IOException {
        final int result = NativeCalls.ioctl(fd, what, request.addressOffset());
        if (result == -NativeCalls.ENODEV) {
            throw new PrivilegeException(
                    "there is no interface " + name + ": create it, or correct its name in the configuration");
        }
        require(result, "asking for interface " + name);
        return what == SIOCGIFFLAGS ? request.getShort(NAME_BYTES) : request.getInt(NAME_BYTES);
    }
}
