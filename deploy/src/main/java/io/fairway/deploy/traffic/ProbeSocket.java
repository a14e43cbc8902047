package io.fairway.deploy.traffic;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A UDP or TCP socket with a time to live of its own that tells which ICMP error its packet met: the socket calls that
 * Java does not have (ip(7), {@code IP_RECVERR}). One thread.
 */
final class ProbeSocket implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int IPPROTO_IP = 0;
    private static final int IP_TTL = 2;
    private static final int IP_RECVERR = 11;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_HOPS = 16;
    private static final int IPV6_RECVERR = 25;
    private static final int MSG_ERRQUEUE = 0x2000;
    private static final int EISCONN = 106;
    private static final int ECONNREFUSED = 111;
    private static final int ADDRESS_BYTES = 28;
    private static final int HEADER_BYTES = 56;
    private static final int CONTROL_BYTES = 256;

    /** In a {@code struct cmsghdr}'s {@code struct sock_extended_err}. */
    private static final int ERROR_TYPE = 16 + 5;

    private static final int OFFENDER_FAMILY = 16 + 16;
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfShort NETWORK_SHORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final MethodHandle SOCKET = NativeSockets.call("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle CONNECT =
            NativeSockets.call("connect", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle OPTION =
            NativeSockets.call("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle RECEIVE =
            NativeSockets.call("recvmsg", FunctionDescriptor.of(ValueLayout.JAVA_LONG, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle CLOSE = NativeSockets.call("close", FunctionDescriptor.of(INT, INT));

    private final Arena arena = Arena.ofConfined();
    private final NativeSockets sockets = new NativeSockets(arena);
    private final boolean tcp;
    private final MemorySegment address;
    private final MemorySegment control = arena.allocate(CONTROL_BYTES, Long.BYTES);
    private final int fd;

    /** Which error came, from where; type -1: none but an answer. */
    record Answer(String from, int type, int code) {}

    /** A socket whose packets live for this many hops. */
    ProbeSocket(final boolean tcp, final InetSocketAddress to, final int ttl) throws IOException {
        this.tcp = tcp;
        final boolean v6 = to.getAddress() instanceof Inet6Address;
        address = address(to, v6);
        fd = sockets.check(
                "socket",
                sockets.invoke(SOCKET, v6 ? AF_INET6 : AF_INET, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK, 0));
        option(v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_HOPS : IP_TTL, ttl);
        option(v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVERR : IP_RECVERR, 1);
    }

    private MemorySegment address(final InetSocketAddress to, final boolean v6) {
        final MemorySegment bytes = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
        final byte[] ip = to.getAddress().getAddress();
        bytes.set(ValueLayout.JAVA_SHORT, 0, (short) (v6 ? AF_INET6 : AF_INET));
        bytes.set(NETWORK_SHORT, 2, (short) to.getPort());
        MemorySegment.copy(ip, 0, bytes, ValueLayout.JAVA_BYTE, v6 ? 8 : 4, ip.length);
        return bytes;
    }

    private void option(final int level, final int name, final int value) throws IOException {
        final MemorySegment bytes = arena.allocate(INT);
        bytes.set(INT, 0, value);
        sockets.check("setsockopt", sockets.invoke(OPTION, fd, level, name, bytes, Integer.BYTES));
    }

    /** Sends one packet and waits for what comes of it; null if nothing does. */
    Answer probe(final InetAddress destination, final int waitMs) throws IOException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
        connect();
        if (!tcp) {
            sockets.send(fd, arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) '?'));
        }
        while (System.nanoTime() - deadlineNs < 0) {
            final Answer error = error();
            if (error != null) {
                return error;
            }
            final int refused = tcp ? connect() : 0;
            if (refused == EISCONN || refused == ECONNREFUSED) {
                return new Answer(destination.getHostAddress(), -1, 0);
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
        return null;
    }

    /** Returns the error's number, 0 for none; the second call of TCP tells of the first one's outcome. */
    private int connect() {
        final int done = (int) sockets.invoke(CONNECT, fd, address, ADDRESS_BYTES);
        return done < 0 ? sockets.errorNumber() : tcp ? EISCONN : 0;
    }

    private Answer error() throws IOException {
        final MemorySegment header = arena.allocate(HEADER_BYTES, Long.BYTES);
        final MemorySegment vector = arena.allocate(2L * Long.BYTES, Long.BYTES);
        vector.set(ValueLayout.ADDRESS, 0, arena.allocate(Long.BYTES));
        vector.set(ValueLayout.JAVA_LONG, Long.BYTES, Long.BYTES);
        header.set(ValueLayout.ADDRESS, 16, vector);
        header.set(ValueLayout.JAVA_LONG, 24, 1);
        header.set(ValueLayout.ADDRESS, 32, control);
        header.set(ValueLayout.JAVA_LONG, 40, CONTROL_BYTES);
        if ((long) sockets.invoke(RECEIVE, fd, header, MSG_ERRQUEUE | NativeSockets.MSG_DONTWAIT) < 0) {
            return null;
        }
        final boolean v6 = control.get(ValueLayout.JAVA_SHORT, OFFENDER_FAMILY) == AF_INET6;
        final byte[] from =
                control.asSlice(OFFENDER_FAMILY + (v6 ? 8 : 4), v6 ? 16 : 4).toArray(ValueLayout.JAVA_BYTE);
        return new Answer(
                InetAddress.getByAddress(from).getHostAddress(),
                control.get(ValueLayout.JAVA_BYTE, ERROR_TYPE) & 0xff,
                control.get(ValueLayout.JAVA_BYTE, ERROR_TYPE + 1) & 0xff);
    }

    @Override
    public void close() {
        sockets.invoke(CLOSE, fd);
        arena.close();
    }
}
