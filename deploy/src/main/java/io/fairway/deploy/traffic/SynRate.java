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
 * Opens TCP connections to an {@link EchoServer} as fast as they succeed, a byte each way, then closes: new sessions
 * per second. {@code --host HOST --ports A-B --parallel N --seconds S}
 */
final class SynRate {
    private static final long GIVE_UP_NS = TimeUnit.SECONDS.toNanos(5);

    private final String host;
    private final int[] ports;
    private final int parallel;
    private final int seconds;
    private final ReportFile report;
    private final ByteBuffer one = ByteBuffer.allocateDirect(1);
    private int nextPort;
    private int open;
    private long done;
    private long failed;

    SynRate(final Arguments arguments) {
        host = arguments.text("host", null);
        ports = arguments.ports("ports", "7000-7003");
        parallel = arguments.number("parallel", 64);
        seconds = arguments.number("seconds", 5);
        report = arguments.report();
    }

    void run() throws IOException {
        final long beginNs = System.nanoTime();
        final long endNs = beginNs + TimeUnit.SECONDS.toNanos(seconds);
        final long lastNs = endNs + GIVE_UP_NS;
        long atEnd = 0;
        try (Selector selector = Selector.open()) {
            while (System.nanoTime() - endNs < 0 || open > 0 && System.nanoTime() - lastNs < 0) {
                while (open < parallel && System.nanoTime() - endNs < 0) {
                    begin(selector);
                }
                selector.select(this::go, 100);
                atEnd = System.nanoTime() - endNs < 0 ? done : atEnd;
            }
        }
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("done", done);
        figures.put("failed", failed + open);
        figures.put("perSecond", atEnd * 1.0 / seconds);
        report.finish(figures);
    }

    private void begin(final Selector selector) throws IOException {
        final SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_CONNECT);
        nextPort = nextPort < ports[0] || nextPort >= ports[1] ? ports[0] : nextPort + 1;
        channel.connect(new InetSocketAddress(host, nextPort));
        open++;
    }

    private void go(final SelectionKey key) {
        final SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                channel.write(one.clear());
                key.interestOps(SelectionKey.OP_READ);
            } else if (channel.read(one.clear()) == 1) {
                done++;
                end(channel);
            } else {
                failed++;
                end(channel);
            }
        } catch (final IOException e) {
            failed++;
            end(channel);
        }
    }

    private void end(final SocketChannel channel) {
        open--;
        try {
            channel.close();
        } catch (final IOException e) {
            failed++;
        }
    }
}
