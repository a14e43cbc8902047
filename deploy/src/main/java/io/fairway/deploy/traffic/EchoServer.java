package io.fairway.deploy.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;

/** Sends back what it gets on any number of TCP connections, on one thread. {@code --ports 7000-7003} */
final class EchoServer {
    private static final int BACKLOG = 16_384;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final long REPORT_MS = 500;

    private final int[] ports;
    private final ReportFile report;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long accepted;
    private long open;

    EchoServer(final Arguments arguments) {
        ports = arguments.ports("ports", "7000");
        report = arguments.report();
    }

    void run() throws IOException {
        final StopSignal stop = new StopSignal();
        try (Selector selector = Selector.open()) {
            for (int port = ports[0]; port <= ports[1]; port++) {
                listen(selector, port);
            }
            while (!stop.stopped()) {
                selector.select(this::serve, REPORT_MS);
                report.update(Map.of("accepted", accepted, "open", open));
            }
        }
    }

    private static void listen(final Selector selector, final int port) throws IOException {
        final ServerSocketChannel server = ServerSocketChannel.open();
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        server.bind(new InetSocketAddress(port), BACKLOG);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
    }

    private void serve(final SelectionKey key) {
        try {
            if (key.channel() instanceof ServerSocketChannel server) {
                accept(server, key.selector());
            } else {
                echo(key, (SocketChannel) key.channel());
            }
        } catch (final IOException e) {
            close(key);
        }
    }

    private void accept(final ServerSocketChannel server, final Selector selector) throws IOException {
        for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
            accepted++;
            open++;
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_READ);
        }
    }

    private void echo(final SelectionKey key, final SocketChannel channel) throws IOException {
        if (key.attachment() instanceof ByteBuffer rest) {
            channel.write(rest);
            if (rest.hasRemaining()) {
                return;
            }
            key.attach(null);
            key.interestOps(SelectionKey.OP_READ);
        }
        buffer.clear();
        if (channel.read(buffer) < 0) {
            close(key);
            return;
        }
        buffer.flip();
        channel.write(buffer);
        if (buffer.hasRemaining()) {
            key.attach(ByteBuffer.allocate(buffer.remaining()).put(buffer).flip());
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    private void close(final SelectionKey key) {
        open--;
        key.cancel();
        try {
            key.channel().close();
        } catch (final IOException e) {
            System.err.println("closing a connection: " + e.getMessage());
        }
    }
}
