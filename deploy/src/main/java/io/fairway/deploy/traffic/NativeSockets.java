package io.fairway.deploy.traffic;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/** The socket calls that Java does not have: many datagrams in one call, and whole Ethernet frames. Any thread. */
final class NativeSockets {
    static final int MSG_DONTWAIT = 0x40;
    static final int EAGAIN = 11;
    static final int ADDRESS_BYTES = 16;

    private static final int AF_INET = 2;
    private static final int AF_PACKET = 17;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_RAW = 3;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int LINK_ADDRESS_BYTES = 20;
    private static final int ETH_P_ALL = 3;
    private static final short POLLIN = 1;
    private static final int POLL_BYTES = 8;
    private static final int EINTR = 4;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfShort NETWORK_SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE = ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = call("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle INDEX = call("if_nametoindex", FunctionDescriptor.of(INT, ValueLayout.ADDRESS));
    private static final MethodHandle BIND = call("bind", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle SET_OPTION =
            call("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle SEND =
            call("send", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG, INT));
    private static final MethodHandle SEND_MANY =
            call("sendmmsg", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT));
    private static final MethodHandle RECEIVE_MANY =
            call("recvmmsg", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT, ValueLayout.ADDRESS));

    private static final MethodHandle POLL = call("poll", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, LONG, INT));

    private final MemorySegment errno;

    NativeSockets(final Arena arena) {
        errno = arena.allocate(ERRNO);
    }

    /** A UDP socket bound to this port (0: any), with as much receive buffer as the kernel grants. */
    int udp(final Arena arena, final int port, final int receiveBytes) throws IOException {
        final int fd = check("socket", invoke(SOCKET, AF_INET, SOCK_DGRAM, 0));
        check("bind", invoke(BIND, fd, address(arena, new InetSocketAddress("0.0.0.0", port)), ADDRESS_BYTES));
        receiveBuffer(arena, fd, receiveBytes);
        return fd;
    }

    private void receiveBuffer(final Arena arena, final int fd, final int bytes) {
        final MemorySegment size = arena.allocate(INT);
        size.set(INT, 0, bytes);
        invoke(SET_OPTION, fd, SOL_SOCKET, SO_RCVBUFFORCE, size, Integer.BYTES);
    }

    /** A socket that sends whole frames on this device and receives none. */
    int frames(final Arena arena, final String device) throws IOException {
        return frames(arena, device, 0);
    }

    /** A socket that sends whole frames on this device and receives all of others, whomever they are for. */
    int allFrames(final Arena arena, final String device, final int receiveBytes) throws IOException {
        final int fd = frames(arena, device, ETH_P_ALL);
        receiveBuffer(arena, fd, receiveBytes);
        return fd;
    }

    private int frames(final Arena arena, final String device, final int etherType) throws IOException {
        // Java's own list of interfaces leaves out those without an address.
        final int interfaceIndex = (int) invoke(INDEX, arena.allocateFrom(device));
        if (interfaceIndex == 0) {
            throw new IOException("there is no device " + device);
        }
        final int fd = check("socket(AF_PACKET)", invoke(SOCKET, AF_PACKET, SOCK_RAW, 0));
        final MemorySegment link = arena.allocate(LINK_ADDRESS_BYTES, Integer.BYTES);
        link.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
        link.set(NETWORK_SHORT, 2, (short) etherType);
        link.set(INT, 4, interfaceIndex);
        check("bind(AF_PACKET)", invoke(BIND, fd, link, LINK_ADDRESS_BYTES));
        return fd;
    }

    /** Sockets to wait for: an array of {@code struct pollfd}. */
    static MemorySegment readable(final Arena arena, final int... fds) {
        final MemorySegment polled = arena.allocate((long) fds.length * POLL_BYTES, Integer.BYTES);
        for (int i = 0; i < fds.length; i++) {
            polled.set(INT, (long) i * POLL_BYTES, fds[i]);
            polled.set(ValueLayout.JAVA_SHORT, (long) i * POLL_BYTES + 4, POLLIN);
        }
        return polled;
    }

    /** Waits until one of these sockets has something to receive, or so long. */
    void await(final MemorySegment polled, final int timeoutMs) throws IOException {
        final int ready = (int) invoke(POLL, polled, polled.byteSize() / POLL_BYTES, timeoutMs);
        if (ready < 0 && (int) ERRNO_VALUE.get(errno, 0L) != EINTR) {
            check("poll", ready);
        }
    }

    /** A {@code struct sockaddr_in}. */
    static MemorySegment address(final Arena arena, final InetSocketAddress to) {
        final MemorySegment address = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        address.set(NETWORK_SHORT, 2, (short) to.getPort());
        MemorySegment.copy(to.getAddress().getAddress(), 0, address, ValueLayout.JAVA_BYTE, 4, 4);
        return address;
    }

    /** Sends one frame or datagram. */
    void send(final int fd, final MemorySegment bytes) throws IOException {
        check("send", (int) (long) invoke(SEND, fd, bytes, bytes.byteSize(), 0));
    }

    /** Sends the first messages of a batch; returns how many went. */
    int sendMany(final int fd, final MessageBatch batch, final int count) throws IOException {
        final int sent;
        try {
            sent = (int) SEND_MANY.invokeExact(errno, fd, batch.headers(), count, 0);
        } catch (final Throwable e) {
            throw new IllegalStateException(e);
        }
        return check("sendmmsg", sent);
    }

    /** Receives what is there, 0 if nothing. */
    int receiveMany(final int fd, final MessageBatch batch) throws IOException {
        final int count;
        try {
            count = (int) RECEIVE_MANY.invokeExact(
                    errno, fd, batch.headers(), batch.size(), MSG_DONTWAIT, MemorySegment.NULL);
        } catch (final Throwable e) {
            throw new IllegalStateException(e);
        }
        return count < 0 && errorNumber() == EAGAIN ? 0 : check("recvmmsg", count);
    }

    static MethodHandle call(final String name, final FunctionDescriptor descriptor) {
        final Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), descriptor, Linker.Option.captureCallState("errno"));
    }

    Object invoke(final MethodHandle handle, final Object... arguments) {
        final Object[] all = new Object[arguments.length + 1];
        all[0] = errno;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        try {
            return handle.invokeWithArguments(all);
        } catch (final Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** The number of the error with which the last call failed. */
    int errorNumber() {
        return (int) ERRNO_VALUE.get(errno, 0L);
    }

    int check(final String what, final Object result) throws IOException {
        final int value = (int) result;
        if (value < 0) {
            throw new IOException(what + " failed: errno " + errorNumber());
        }
        return value;
    }
}
