package io.fairway.dataplane.fabric;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;

/**
 * What the kernel grants a UDP socket when more is wanted (net.core.rmem_max and wmem_max bound it).
 *
 * @param receiveBytes SO_RCVBUF granted
 * @param sendBytes SO_SNDBUF granted
 */
record SocketBuffers(int receiveBytes, int sendBytes) {
    /** Asks for this many bytes each way and reads back what was granted. */
    static SocketBuffers grantedOf(final int wantedBytes) {
        try (DatagramChannel channel = DatagramChannel.open()) {
            return new SocketBuffers(
                    granted(channel, StandardSocketOptions.SO_RCVBUF, wantedBytes),
                    granted(channel, StandardSocketOptions.SO_SNDBUF, wantedBytes));
        } catch (final IOException e) {
            throw new UncheckedIOException("no UDP socket can be opened for the fabric", e);
        }
    }

    private static int granted(final DatagramChannel channel, final SocketOption<Integer> option, final int wantedBytes)
            throws IOException {
        channel.setOption(option, wantedBytes);
        return Math.min(wantedBytes, channel.getOption(option));
    }
}
