package io.fairway.deploy.traffic;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends packets of a protocol without ports, such as GRE or ESP, by a raw socket (raw(7)), and counts those that come
 * back as they went; kernels without tunnels can do that too. {@code raw-ip --protocol 47 --to HOST --count N --bytes
 * N}, {@code raw-ip-reflector --protocol 47 --seconds N}. IPv4.
 */
final class RawIp {
    private static final int AF_INET = 2;
    private static final int SOCK_RAW = 3;
    private static final int ADDRESS_BYTES = 16;
    private static final int LARGEST_BYTES = 65_535;
    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final MethodHandle SOCKET = NativeSockets.call("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle SEND = NativeSockets.call(
            "sendto", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG, INT, ValueLayout.ADDRESS, INT));
    private static final MethodHandle RECEIVE =
            NativeSockets.call("recv", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG, INT));

    private final Arguments arguments;
    private final Arena arena = Arena.ofConfined();
    private final NativeSockets sockets = new NativeSockets(arena);
    private final MemorySegment received = arena.allocate(LARGEST_BYTES);
    private final int fd;
    private int length;

    RawIp(final Arguments arguments) throws IOException {
        this.arguments = arguments;
        fd = sockets.check(
                "socket(SOCK_RAW)", sockets.invoke(SOCKET, AF_INET, SOCK_RAW, arguments.number("protocol", 47)));
    }

    /** One packet after the other, each a second's wait for its copy. */
    void run() throws IOException {
        final MemorySegment to =
                address(InetAddress.getByName(arguments.text("to", null)).getAddress());
        final int count = arguments.number("count", 5);
        final byte[] text = arguments.text("text", "fairway-pattern ").getBytes(StandardCharsets.US_ASCII);
        int back = 0;
        for (int i = 0; i < count; i++) {
            final byte[] content = new byte[arguments.number("bytes", 100)];
            for (int at = 0; at < content.length; at++) {
                content[at] = text[at % text.length];
            }
            content[content.length - 1] = (byte) i;
            send(content, to);
            back += isBack(content) ? 1 : 0;
        }
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("sent", count);
        figures.put("back", back);
        arguments.report().finish(figures);
    }

    private boolean isBack(final byte[] content) {
        final long deadlineNs = System.nanoTime() + WAIT_NS;
        while (System.nanoTime() - deadlineNs < 0) {
            if (receive() > 0 && Arrays.equals(content(), content)) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Sends back whatever comes. */
    void reflect() throws IOException {
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(arguments.number("seconds", 600));
        final StopSignal stop = new StopSignal();
        while (System.nanoTime() - endNs < 0 && !stop.stopped()) {
            if (receive() > 0) {
                send(content(), address(received.asSlice(12, 4).toArray(ValueLayout.JAVA_BYTE)));
            } else {
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    /** Takes a packet with its IP header, if there is one. */
    private int receive() {
        length = (int) (long) sockets.invoke(RECEIVE, fd, received, (long) LARGEST_BYTES, NativeSockets.MSG_DONTWAIT);
        return length;
    }

    private byte[] content() {
        final int header = (received.get(ValueLayout.JAVA_BYTE, 0) & 0xf) * 4;
        return received.asSlice(header, length - header).toArray(ValueLayout.JAVA_BYTE);
    }

    private void send(final byte[] content, final MemorySegment to) throws IOException {
        final MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, content);
        final long sent = (long) sockets.invoke(SEND, fd, bytes, (long) content.length, 0, to, ADDRESS_BYTES);
        sockets.check("sendto", (int) sent);
    }

    private MemorySegment address(final byte[] ip) {
        final MemorySegment address = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        MemorySegment.copy(ip, 0, address, ValueLayout.JAVA_BYTE, 4, ip.length);
        return address;
    }
}
