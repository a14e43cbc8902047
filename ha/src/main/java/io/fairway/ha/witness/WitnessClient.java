package io.fairway.ha.witness;

import io.fairway.ha.beat.BeatSettings;
import io.fairway.model.config.Router;
import io.fairway.model.config.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.agrona.concurrent.NanoClock;

/**
 * Asks the witness for a node. A grant counts from when its question was sent, so that it ends here before it ends
 * there. Any thread may ask; a thread of its own listens.
 */
public final class WitnessClient implements AutoCloseable {
    private static final int MOST_OPEN = 64;

    private final DatagramChannel channel;
    private final InetSocketAddress witness;
    private final Secret secret;
    private final long routerHash;
    private final int node;
    private final long incarnation;
    private final NanoClock clock;
    private final LongConsumer granted;
    private final ConcurrentHashMap<Long, Long> sentNs = new ConcurrentHashMap<>();
    private long sequence;

    /**
     * Opens its socket and listens.
     *
     * @param granted told until when, by the clock, this node may serve alone; on the listening thread
     * @throws IOException if no socket can be opened
     */
    public WitnessClient(
            final Router router,
            final Router.Node self,
            final long incarnation,
            final NanoClock clock,
            final LongConsumer granted)
            throws IOException {
        secret = router.pair().secret();
        routerHash = BeatSettings.routerHash(router.name());
        node = self.id();
        this.incarnation = incarnation;
        this.clock = clock;
        this.granted = granted;
        final Router.Witness configured = router.pair().witness();
        witness = new InetSocketAddress(
                InetAddress.getByAddress(configured.address().bytes()), configured.port());
        // Not connected: there may be no way to the witness yet.
        channel = DatagramChannel.open().bind(null);
        Thread.ofPlatform().name("witness").daemon().start(this::listen);
    }

    /** Asks; the answer, if there is one, is told. A question that cannot be sent is one without an answer. */
    public synchronized void ask(final long forNs) {
        if (sentNs.size() >= MOST_OPEN) {
            sentNs.clear();
        }
        sequence++;
        sentNs.put(sequence, clock.nanoTime());
        final WitnessMessage question =
                new WitnessMessage(WitnessMessage.QUESTION, node, routerHash, incarnation, sequence, forNs);
        try {
            channel.send(question.encode(secret), witness);
        } catch (final IOException e) {
            sentNs.remove(sequence);
        }
    }

    private void listen() {
        final ByteBuffer bytes = ByteBuffer.allocate(WitnessMessage.LENGTH + 1);
        while (channel.isOpen()) {
            try {
                channel.receive(bytes.clear());
                hear(WitnessMessage.decode(bytes.flip(), secret));
            } catch (final AsynchronousCloseException e) {
                return;
            } catch (final IOException e) {
                // The next question may be answered.
                pause();
            }
        }
    }

    private void hear(final WitnessMessage answer) {
        if (answer == null
                || answer.routerHash() != routerHash
                || answer.node() != node
                || answer.incarnation() != incarnation) {
            return;
        }
        final Long askedNs = sentNs.remove(answer.sequence());
        if (askedNs != null && answer.type() == WitnessMessage.GRANTED) {
            granted.accept(askedNs + answer.forNs());
        }
    }

    private static void pause() {
        LockSupport.parkNanos(1_000_000);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
