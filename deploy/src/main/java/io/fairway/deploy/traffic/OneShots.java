package io.fairway.deploy.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Begins UDP sessions of a single packet each and waits for the late answers of {@link LateAnswers}: an answer finds
 * its way only if the session that this one packet began is still known. One thread. {@code --to HOST:PORT --rate
 * PER_SECOND --log FILE}
 */
final class OneShots {
    /** Number, when it was sent. */
    static final int PACKET_BYTES = 2 * Long.BYTES;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long REPORT_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final InetSocketAddress to;
    private final long everyNs;
    private final CrossingLog log;
    private final ReportFile report;
    private final Deque<Shot> waiting = new ArrayDeque<>();
    private final ByteBuffer packet = ByteBuffer.allocateDirect(PACKET_BYTES);
    private long shots;
    private long answers;

    /** A session and when nobody waits for its answers any more. */
    private record Shot(DatagramChannel channel, long endNs) {}

    OneShots(final Arguments arguments) throws IOException {
        to = arguments.address("to");
        everyNs = TimeUnit.SECONDS.toNanos(1) / arguments.number("rate", 100);
        log = arguments.log();
        report = arguments.report();
    }

    void run() throws IOException {
        final StopSignal stop = new StopSignal();
        long nextNs = System.nanoTime();
        long reportNs = nextNs;
        try (Selector selector = Selector.open()) {
            while (!stop.stopped()) {
                final long nowNs = System.nanoTime();
                if (nextNs - nowNs <= 0) {
                    shoot(selector, nowNs);
                    nextNs = Math.max(nextNs + everyNs, nowNs - 10 * everyNs);
                }
                forget(nowNs);
                if (reportNs - nowNs <= 0) {
                    report.update(figures());
                    reportNs = nowNs + REPORT_NS;
                }
                selector.select(this::answer, 1);
            }
        }
        report.finish(figures());
        log.close();
    }

    private void shoot(final Selector selector, final long nowNs) throws IOException {
        final DatagramChannel channel = DatagramChannel.open();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        waiting.add(new Shot(channel, nowNs + PATIENCE_NS));
        packet.clear().putLong(shots++).putLong(nowNs).flip();
        try {
            channel.send(packet, to);
        } catch (final IOException e) {
            // Refused on the way: a session that never began.
            packet.clear();
        }
    }

    private void answer(final SelectionKey key) {
        try {
            packet.clear();
            if (((DatagramChannel) key.channel()).receive(packet) != null) {
                packet.flip();
                answers++;
                log.arrived(packet.getLong(), packet.getLong(), System.nanoTime());
            }
        } catch (final IOException e) {
            System.err.println("receive: " + e.getMessage());
        }
    }

    private void forget(final long nowNs) throws IOException {
        while (!waiting.isEmpty() && waiting.peek().endNs - nowNs <= 0) {
            waiting.remove().channel.close();
        }
    }

    private Map<String, Object> figures() {
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("shots", shots);
        figures.put("answers", answers);
        return figures;
    }
}
