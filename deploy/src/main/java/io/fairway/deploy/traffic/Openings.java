package io.fairway.deploy.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Opens TCP connections to an {@link EchoServer} at a steady pace, gets a byte echoed on each and closes it: how long a
 * new session takes, and whether it comes about at all. One thread. {@code --to HOST:PORT --rate PER_SECOND --log FILE}
 */
final class Openings {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long REPORT_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final InetSocketAddress to;
    private final long everyNs;
    private final CrossingLog log;
    private final ReportFile report;
    private final ByteBuffer one = ByteBuffer.allocateDirect(1);
    private long begun;
    private long done;
    private long failed;

    private record Opening(long number, long begunNs) {}

    Openings(final Arguments arguments) throws IOException {
        to = arguments.address("to");
        everyNs = TimeUnit.SECONDS.toNanos(1) / arguments.number("rate", 50);
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
                    begin(selector, nowNs);
                    nextNs = Math.max(nextNs + everyNs, nowNs - 10 * everyNs);
                }
                selector.select(this::go, 1);
                if (reportNs - nowNs <= 0) {
                    giveUp(selector, nowNs);
                    report.update(figures());
                    reportNs = nowNs + REPORT_NS;
                }
            }
        }
        report.finish(figures());
        log.close();
    }

    private void begin(final Selector selector, final long nowNs) throws IOException {
        final SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_CONNECT, new Opening(begun++, nowNs));
        channel.connect(to);
    }

    private void go(final SelectionKey key) {
        final SocketChannel channel = (SocketChannel) key.channel();
        final Opening opening = (Opening) key.attachment();
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                channel.write(one.clear());
                key.interestOps(SelectionKey.OP_READ);
            } else if (channel.read(one.clear()) == 1) {
                done++;
                log.arrived(opening.number, opening.begunNs, System.nanoTime());
                channel.close();
            } else {
                fail(channel, opening);
            }
        } catch (final IOException e) {
            fail(channel, opening);
        }
    }

    private void fail(final SocketChannel channel, final Opening opening) {
        failed++;
        log.lost(opening.number, opening.begunNs, System.nanoTime());
        try {
            channel.close();
        } catch (final IOException e) {
            System.err.println("closing a connection: " + e.getMessage());
        }
    }

    private void giveUp(final Selector selector, final long nowNs) {
        for (final SelectionKey key : selector.keys()) {
            final Opening opening = (Opening) key.attachment();
            if (key.isValid() && nowNs - opening.begunNs > PATIENCE_NS) {
                fail((SocketChannel) key.channel(), opening);
            }
        }
    }

    private Map<String, Object> figures() {
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("begun", begun);
        figures.put("done", done);
        figures.put("failed", failed);
        return figures;
    }
}
