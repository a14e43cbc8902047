package io.fairway.deploy.traffic;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends the smallest datagrams (64-byte Ethernet frames) over a number of flows at a rate or as fast as it can. A flow
 * is a source port and a destination port; each turn goes to the next flow. {@code --host HOST --ports A-B --flows N
 * --rate PPS --packets N --seconds S}: rate 0 is no limit, packets 0 is no limit
 */
final class UdpBlast {
    /** With 42 bytes of headers and 4 of check sequence: a frame of 64 bytes. */
    private static final int PAYLOAD_BYTES = 18;

    private static final int BATCH = 64;

    private final String host;
    private final int[] ports;
    private final int flows;
    private final long rate;
    private final long packets;
    private final int seconds;
    private final ReportFile report;

    UdpBlast(final Arguments arguments) {
        host = arguments.text("host", null);
        ports = arguments.ports("ports", "7200");
        flows = arguments.number("flows", 1);
        rate = arguments.number("rate", 0);
        packets = arguments.number("packets", 0);
        seconds = arguments.number("seconds", 5);
        report = arguments.report();
    }

    void run() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            final NativeSockets sockets = new NativeSockets(arena);
            final int targets = Math.min(flows, ports[1] - ports[0] + 1);
            final int[] fds = new int[(flows + targets - 1) / targets];
            for (int i = 0; i < fds.length; i++) {
                fds[i] = sockets.udp(arena, 0, 0);
            }
            final MessageBatch batch = batch(arena, targets);
            final long beginNs = System.nanoTime();
            final long sent = send(sockets, fds, batch, beginNs);
            final double elapsed = (System.nanoTime() - beginNs) / 1e9;
            report.finish(Map.of("sent", sent, "flows", fds.length * targets, "perSecond", sent / elapsed));
        }
    }

    /** One message to each target port; with fewer targets than messages, the targets over and over. */
    private MessageBatch batch(final Arena arena, final int targets) {
        final int size = targets * Math.max(1, BATCH / targets);
        final MessageBatch batch = new MessageBatch(arena, size, PAYLOAD_BYTES);
        for (int i = 0; i < size; i++) {
            batch.address(i, NativeSockets.address(arena, new InetSocketAddress(host, ports[0] + i % targets)));
        }
        return batch;
    }

    private long send(final NativeSockets sockets, final int[] fds, final MessageBatch batch, final long beginNs)
            throws IOException {
        final long endNs = beginNs + TimeUnit.SECONDS.toNanos(seconds);
        final int perCall = packets == 0 ? batch.size() : (int) Math.min(batch.size(), packets);
        long sent = 0;
        for (int turn = 0; System.nanoTime() - endNs < 0 && (packets == 0 || sent < packets); turn++) {
            sent += sockets.sendMany(fds[turn % fds.length], batch, perCall);
            if (rate > 0) {
                LockSupport.parkNanos(beginNs + TimeUnit.SECONDS.toNanos(sent) / rate - System.nanoTime());
            }
        }
        return sent;
    }
}
