package io.fairway.deploy.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Answers each datagram a second after it came, and once more a second later, by the same bytes. One thread.
 * {@code --port PORT --log FILE}
 */
final class LateAnswers {
    private static final long AFTER_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long REPORT_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int BUFFER_BYTES = 4 << 20;

    private final int port;
    private final CrossingLog log;
    private final ReportFile report;
    private final ByteBuffer packet = ByteBuffer.allocateDirect(OneShots.PACKET_BYTES);
    private final Deque<Owed> first = new ArrayDeque<>();
    private final Deque<Owed> second = new ArrayDeque<>();
    private long received;

    /** An answer and when it is due. */
    private record Owed(SocketAddress to, long number, long sentNs, long dueNs) {}

    LateAnswers(final Arguments arguments) throws IOException {
        port = arguments.number("port", 7102);
        log = arguments.log();
        report = arguments.report();
    }

    void run() throws IOException {
        final StopSignal stop = new StopSignal();
        long reportNs = System.nanoTime();
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
            channel.bind(new InetSocketAddress(port));
            channel.configureBlocking(false);
            while (!stop.stopped()) {
                final long nowNs = System.nanoTime();
                receive(channel, nowNs);
                for (final Deque<Owed> owed : List.of(first, second)) {
                    answer(channel, owed, nowNs);
                }
                if (reportNs - nowNs <= 0) {
                    report.update(Map.of("received", received));
                    reportNs = nowNs + REPORT_NS;
                }
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        report.finish(Map.of("received", received));
        log.close();
    }

    private void receive(final DatagramChannel channel, final long nowNs) throws IOException {
        packet.clear();
        for (SocketAddress from = channel.receive(packet); from != null; from = channel.receive(packet)) {
            packet.flip();
            final long number = packet.getLong();
            final long sentNs = packet.getLong();
            received++;
            log.arrived(number, sentNs, nowNs);
            first.add(new Owed(from, number, sentNs, nowNs + AFTER_NS));
            packet.clear();
        }
    }

    private void answer(final DatagramChannel channel, final Deque<Owed> owed, final long nowNs) throws IOException {
        while (!owed.isEmpty() && owed.peek().dueNs - nowNs <= 0) {
            final Owed answer = owed.remove();
            packet.clear().putLong(answer.number).putLong(answer.sentNs).flip();
            channel.send(packet, answer.to);
            if (owed == first) {
                second.add(new Owed(answer.to, answer.number, answer.sentNs, nowNs + AFTER_NS));
            }
        }
    }
}
