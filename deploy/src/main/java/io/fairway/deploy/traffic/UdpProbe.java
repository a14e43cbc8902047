package io.fairway.deploy.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends a numbered packet every millisecond and judges those that come from the other side, which does the same: the
 * two directions are measured apart. The server starts to send when the first packet of a client has come. The calling
 * thread sends and reports, a second one receives. {@code udp-probe --to HOST:PORT}, {@code udp-reflector --port PORT},
 * both {@code --log FILE} for a {@link CrossingLog}
 */
final class UdpProbe {
    private static final int PACKET_BYTES = 16;
    private static final int REPORT_EVERY = 200;

    private final DatagramChannel channel;
    private final long periodNs;
    private final ReportFile report;
    private final CrossingLog log;
    private final SequenceMeter meter = new SequenceMeter();
    private volatile SocketAddress peer;

    private UdpProbe(final DatagramChannel channel, final SocketAddress peer, final Arguments arguments)
            throws IOException {
        this.channel = channel;
        this.peer = peer;
        this.periodNs = arguments.number("period-us", 1_000) * 1_000L;
        this.report = arguments.report();
        this.log = arguments.log();
    }

    static UdpProbe client(final Arguments arguments) throws IOException {
        return new UdpProbe(DatagramChannel.open(), arguments.address("to"), arguments);
    }

    static UdpProbe server(final Arguments arguments) throws IOException {
        final DatagramChannel channel = DatagramChannel.open();
        channel.bind(new InetSocketAddress(arguments.number("port", 7100)));
        return new UdpProbe(channel, null, arguments);
    }

    void run() throws IOException {
        final StopSignal stop = new StopSignal();
        Thread.ofPlatform().daemon().name("receive").start(this::receive);
        final ByteBuffer packet = ByteBuffer.allocateDirect(PACKET_BYTES);
        long sequence = 0;
        long dueNs = System.nanoTime();
        for (long turn = 0; !stop.stopped(); turn++) {
            if (peer != null) {
                packet.clear().putLong(sequence++).putLong(System.nanoTime()).flip();
                send(packet);
            }
            if (turn % REPORT_EVERY == 0) {
                reportNow(false);
            }
            dueNs = Math.max(dueNs + periodNs, System.nanoTime() - 10 * periodNs);
            LockSupport.parkNanos(dueNs - System.nanoTime());
        }
        reportNow(true);
        channel.close();
        log.close();
    }

    /** A refused packet (no route yet, an ICMP error) is a lost one: the other side's meter counts it. */
    private void send(final ByteBuffer packet) {
        try {
            channel.send(packet, peer);
        } catch (final IOException e) {
            packet.clear();
        }
    }

    private void reportNow(final boolean last) {
        synchronized (meter) {
            if (last) {
                report.finish(meter.figures());
            } else {
                report.update(meter.figures());
            }
        }
    }

    private void receive() {
        final ByteBuffer packet = ByteBuffer.allocateDirect(PACKET_BYTES);
        while (channel.isOpen()) {
            try {
                packet.clear();
                peer = channel.receive(packet);
                packet.flip();
                final long nowNs = System.nanoTime();
                final long number = packet.getLong();
                final long sentNs = packet.getLong();
                log.arrived(number, sentNs, nowNs);
                synchronized (meter) {
                    meter.packet(number, sentNs, nowNs);
                }
            } catch (final ClosedChannelException e) {
                return;
            } catch (final IOException e) {
                System.err.println("receive: " + e.getMessage());
            }
        }
    }
}
