package io.fairway.node;

import io.fairway.dataplane.io.PrivilegeException;
import io.fairway.model.config.Authority;
import io.fairway.model.config.ConfigException;
import io.fairway.model.config.ConfigReader;
import io.fairway.model.config.Router;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's process: reads its configuration, wires its rooms together, waits for SIGTERM. Started by the sentinel. */
public final class NodeMain {
    /** Starting again would fail again: the sentinel does not restart this (sysexits.h, EX_CONFIG). */
    public static final int EXIT_CONFIG = 78;

    /** The node was overtaken by its partner, or gave up: the sentinel starts it again. */
    public static final int EXIT_RESTART = 75;

    private static final Logger LOG = LoggerFactory.getLogger(NodeMain.class);

    private NodeMain() {}

    public static void main(final String[] arguments) {
        try {
            run(NodeArguments.parse(arguments));
        } catch (final IllegalArgumentException | StartException | ConfigException | PrivilegeException e) {
            LOG.error("cannot start: {}", e.getMessage());
            Runtime.getRuntime().halt(EXIT_CONFIG);
        } catch (final IOException | InterruptedException | RuntimeException e) {
            LOG.error("cannot start", e);
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }

    private static void run(final NodeArguments arguments)
            throws ConfigException, StartException, IOException, InterruptedException {
        final Authority authority = ConfigReader.read(arguments.config());
        final Router router = authority.routerOfNode(arguments.node());
        if (router == null) {
            throw new StartException(arguments.config() + " describes no node " + arguments.node());
        }
        final CountDownLatch stop = new CountDownLatch(1);
        final CountDownLatch stopped = new CountDownLatch(1);
        try (CloseStack opened = new CloseStack()) {
            opened.add(NodeLock.take(arguments.stateDir(), arguments.node()));
            Wiring.start(authority, router, router.node(arguments.node()), arguments.stateDir(), opened);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stop.countDown();
                awaitQuietly(stopped);
            }));
            LOG.info("{} of router {} is up", arguments.node(), router.name());
            stop.await();
            LOG.info("{} is stopping", arguments.node());
        } finally {
            stopped.countDown();
        }
    }

    private static void awaitQuietly(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
