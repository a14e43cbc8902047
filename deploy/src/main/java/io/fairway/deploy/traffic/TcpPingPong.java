package io.fairway.deploy.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Measures round trips to an {@link EchoServer} over one connection. {@code --to HOST:PORT --count N --bytes N} */
final class TcpPingPong {
    private static final int WARM_UP = 2_000;

    private final InetSocketAddress to;
    private final int count;
    private final int bytes;
    private final ReportFile report;

    TcpPingPong(final Arguments arguments) {
        to = arguments.address("to");
        count = arguments.number("count", 20_000);
        bytes = arguments.number("bytes", 64);
        report = arguments.report();
    }

    void run() throws IOException {
        final long[] tripsNs = new long[count];
        try (SocketChannel channel = SocketChannel.open(to)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            final ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
            for (int i = -WARM_UP; i < count; i++) {
                final long beginNs = System.nanoTime();
                trip(channel, buffer);
                if (i >= 0) {
                    tripsNs[i] = System.nanoTime() - beginNs;
                }
            }
        }
        Arrays.sort(tripsNs);
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("count", count);
        figures.put("p50Us", tripsNs[count / 2] / 1e3);
        figures.put("p99Us", tripsNs[(int) (count * 0.99)] / 1e3);
        figures.put("maxUs", tripsNs[count - 1] / 1e3);
        report.finish(figures);
    }

    private static void trip(final SocketChannel channel, final ByteBuffer buffer) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("the server closed the connection");
            }
        }
    }
}
