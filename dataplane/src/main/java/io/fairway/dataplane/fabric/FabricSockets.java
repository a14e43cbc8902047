package io.fairway.dataplane.fabric;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ReceiveChannelEndpointSupplier;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import java.lang.reflect.Method;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Remembers the file descriptors on which the media driver receives, so that its thread can sleep until a datagram
 * comes instead of looking again and again. Belongs to the thread that holds the fabric's lock.
 */
final class FabricSockets implements ReceiveChannelEndpointSupplier {
    private final List<DatagramChannel> open = new ArrayList<>();
    private volatile int changes;

    @Override
    public ReceiveChannelEndpoint newInstance(
            final UdpChannel channel,
            final DataPacketDispatcher dispatcher,
            final AtomicCounter status,
            final MediaDriver.Context context) {
        return new ReceiveChannelEndpoint(channel, dispatcher, status, context) {
            @Override
            public void openDatagramChannel(final AtomicCounter indicator) {
                super.openDatagramChannel(indicator);
                add(receiveDatagramChannel());
            }

            @Override
            public void close() {
                remove(receiveDatagramChannel());
                super.close();
            }
        };
    }

    private synchronized void add(final DatagramChannel channel) {
        open.add(channel);
        changes++;
    }

    private synchronized void remove(final DatagramChannel channel) {
        open.remove(channel);
        changes++;
    }

    /** Rises whenever {@link #descriptors} changes. */
    int changes() {
        return changes;
    }

    /** The descriptors, then this one. */
    synchronized int[] descriptors(final int last) {
        final int[] descriptors = new int[open.size() + 1];
        for (int i = 0; i < open.size(); i++) {
            descriptors[i] = descriptorOf(open.get(i));
        }
        descriptors[open.size()] = last;
        return descriptors;
    }

    /** Java has no public way to a channel's descriptor; its own selectors use this one. */
    private static int descriptorOf(final DatagramChannel channel) {
        try {
            final Method getter = Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal");
            return (int) getter.invoke(channel);
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException("the flags of deploy/jvm.flags are missing", e);
        }
    }
}
