package io.fairway.node;

import io.fairway.dataplane.svr.CipherWarmUp;
import io.fairway.dataplane.svr.JceProvider;
import io.fairway.dataplane.svr.PacketNumberFloor;
import io.fairway.dataplane.svr.PacketNumbers;
import io.fairway.ha.sentinel.StateDirectory;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Router;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What sealing needs of its machine: a JCE provider, and packet numbers that no start before this one has given.
 *
 * @param jce where ciphers come from
 * @param numbers the node's packet numbers
 */
record CipherWiring(JceProvider jce, PacketNumbers numbers) {
    private static final Logger LOG = LoggerFactory.getLogger(CipherWiring.class);

    /**
     * Finds both, keeps the floor under the numbers moving until the node closes, and warms the ciphers of sealed
     * services up.
     *
     * @throws IllegalArgumentException if there is no such provider, in one sentence
     * @throws IOException if the state directory cannot be written
     */
    static CipherWiring open(
            final Authority authority, final Router.Node node, final StateDirectory state, final CloseStack opened)
            throws IOException {
        final JceProvider jce;
        try {
            jce = node.jceProvider().isEmpty() ? JceProvider.DEFAULT : JceProvider.named(node.jceProvider());
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("jce-provider of " + node.name() + ": " + e.getMessage(), e);
        }
        final long nowNs = System.nanoTime();
        final PacketNumberFloor floor = PacketNumberFloor.open(
                state.packetNumbers(), TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()), nowNs, LOG::warn);
        final ScheduledExecutorService mover = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("packet-numbers").factory());
        final ScheduledFuture<?> moving = mover.scheduleAtFixedRate(
                () -> move(floor), PacketNumberFloor.INTERVAL_NS, PacketNumberFloor.INTERVAL_NS, TimeUnit.NANOSECONDS);
        opened.add(() -> {
            moving.cancel(true);
            mover.shutdown();
        });
        // Before the forwarder runs: its real-time thread would leave the compiler little time.
        authority.sealingPolicies().forEach(policy -> CipherWarmUp.run(jce, policy));
        return new CipherWiring(jce, new PacketNumbers(node.id(), floor.startNs(), nowNs));
    }

    private static void move(final PacketNumberFloor floor) {
        try {
            floor.moveOn(System.nanoTime());
        } catch (final IOException e) {
            LOG.warn("packet numbers are not kept ({}): do not set the clock back", e.toString());
        }
    }
}
