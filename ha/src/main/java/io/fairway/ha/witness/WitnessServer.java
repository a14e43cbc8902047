package io.fairway.ha.witness;

import io.fairway.ha.beat.BeatSettings;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Router;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.function.Consumer;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.NanoClock;

/**
 * Answers the pairs of an authority, one datagram for one: whoever is not a node of one of its pairs hears nothing. It
 * keeps nothing on disk. One thread runs it; {@link #close} ends it.
 */
public final class WitnessServer implements AutoCloseable {
    private static final long NOBODY = -1;

    private final DatagramChannel channel;
    private final Long2ObjectHashMap<Router> routers = new Long2ObjectHashMap<>();
    private final WitnessVotes votes;
    private final NanoClock clock;
    private final Consumer<String> log;
    private final Long2LongHashMap holders = new Long2LongHashMap(NOBODY);

    private WitnessServer(
            final DatagramChannel channel,
            final Authority authority,
            final NanoClock clock,
            final Consumer<String> log) {
        this.channel = channel;
        this.clock = clock;
        this.log = log;
        votes = new WitnessVotes(clock.nanoTime());
        for (final Router router : authority.routers()) {
            if (router.pair() != null) {
                routers.put(BeatSettings.routerHash(router.name()), router);
            }
        }
    }

    /**
     * Opens its socket.
     *
     * @param log one line when another node of a router may serve alone
     * @throws IOException if the address cannot be used
     */
    public static WitnessServer open(
            final InetSocketAddress address,
            final Authority authority,
            final NanoClock clock,
            final Consumer<String> log)
            throws IOException {
        final DatagramChannel channel = DatagramChannel.open();
        try {
            return new WitnessServer(channel.bind(address), authority, clock, log);
        } catch (final IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** The pairs that it knows. */
    public int pairs() {
        return routers.size();
    }

    /**
     * Answers until it is closed.
     *
     * @throws IOException if nothing can be received any more
     */
    public void run() throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(WitnessMessage.LENGTH + 1);
        try {
            while (true) {
                final SocketAddress from = channel.receive(bytes.clear());
                bytes.flip();
                answer(bytes, from);
            }
        } catch (final ClosedChannelException e) {
            // Closed.
        }
    }

    private void answer(final ByteBuffer bytes, final SocketAddress from) throws ClosedChannelException {
        final Router router = routers.get(WitnessMessage.routerHash(bytes));
        final WitnessMessage question = router == null
                ? null
                : WitnessMessage.decode(bytes, router.pair().secret());
        if (question == null || question.type() != WitnessMessage.QUESTION) {
            return;
        }
        final boolean granted = votes.grant(question, clock.nanoTime());
        if (granted && holders.put(question.routerHash(), question.node()) != question.node()) {
            log.accept(router.nodes().get(question.node()).name() + " of " + router.name() + " may serve alone");
        }
        try {
            channel.send(question.answer(granted).encode(router.pair().secret()), from);
        } catch (final ClosedChannelException e) {
            throw e;
        } catch (final IOException e) {
            // As if it were lost on its way: who asked asks again.
            log.accept("no answer to " + from + ": " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
