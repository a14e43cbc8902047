package io.fairway.deploy.traffic;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts datagrams, as the measure of what came through. The rate is that from the first to the last one.
 * {@code --ports A-B}
 */
final class UdpSink {
    private static final int BATCH = 256;
    private static final int BUFFER_BYTES = 64;
    private static final int SOCKET_BYTES = 8 << 20;
    private static final long IDLE_NS = 200_000;
    private static final long REPORT_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final int[] ports;
    private final ReportFile report;
    private long received;
    private long firstNs;
    private long lastNs;

    UdpSink(final Arguments arguments) {
        ports = arguments.ports("ports", "7200");
        report = arguments.report();
    }

    void run() throws IOException {
        final StopSignal stop = new StopSignal();
        try (Arena arena = Arena.ofConfined()) {
            final NativeSockets sockets = new NativeSockets(arena);
            final MessageBatch batch = new MessageBatch(arena, BATCH, BUFFER_BYTES);
            final int[] fds = new int[ports[1] - ports[0] + 1];
            for (int i = 0; i < fds.length; i++) {
                fds[i] = sockets.udp(arena, ports[0] + i, SOCKET_BYTES);
            }
            long nextReportNs = System.nanoTime();
            while (!stop.stopped()) {
                if (!receive(sockets, fds, batch)) {
                    LockSupport.parkNanos(IDLE_NS);
                }
                if (System.nanoTime() - nextReportNs >= 0) {
                    nextReportNs = System.nanoTime() + REPORT_NS;
                    report.update(figures());
                }
            }
            report.finish(figures());
        }
    }

    private boolean receive(final NativeSockets sockets, final int[] fds, final MessageBatch batch) throws IOException {
        int count = 0;
        for (final int fd : fds) {
            count += sockets.receiveMany(fd, batch);
        }
        if (count > 0) {
            lastNs = System.nanoTime();
            firstNs = received == 0 ? lastNs : firstNs;
            received += count;
        }
        return count > 0;
    }

    private Map<String, Object> figures() {
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("received", received);
        figures.put("perSecond", lastNs == firstNs ? 0.0 : received * 1e9 / (lastNs - firstNs));
        return figures;
    }
}
