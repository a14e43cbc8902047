package io.fairway.node;

import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.dataplane.io.PrivilegeException;
import io.fairway.ha.sentinel.ExitCode;
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
    private static final Logger LOG = LoggerFactory.getLogger(NodeMain.class);

    private NodeMain() {}

    public static void main(final String[] arguments) {
        try {
            run(NodeArguments.parse(arguments));
        } catch (final IllegalArgumentException
                | StartException
                | ConfigException
                | IdentityException
                | PrivilegeException e) {
            LOG.error("cannot start: {}", e.getMessage());
            Runtime.getRuntime().halt(ExitCode.MISCONFIGURED);
        } catch (final IOException | InterruptedException | RuntimeException e) {
            LOG.error("cannot start", e);
            Runtime.getRuntime().halt(1);
        }
        Runtime.getRuntime().halt(0);
    }

    /** A defect in one of the node's own threads: nothing it held can be trusted, the partner takes over. */
    static void defect(final Throwable error) {
        LOG.error("a defect; this node ends and is started anew", error);
        Runtime.getRuntime().halt(1);
    }

    /** The partner took over: this process lost its claim. */
    static void restart(final String why) {
        LOG.warn("this node ends and is started anew: {}", why);
        Runtime.getRuntime().halt(ExitCode.RESTART);
    }

    private static void run(final NodeArguments arguments)
            throws ConfigException, StartException, IdentityException, IOException, InterruptedException {
        final Authority authority = ConfigReader.read(arguments.config());
        final Router router = authority.routerOfNode(arguments.node());
        if (router == null) {
            throw new StartException(arguments.config() + " describes no node " + arguments.node());
        }
        final CountDownLatch stop = new CountDownLatch(1);
        final CountDownLatch stopped = new CountDownLatch(1);
        try (CloseStack opened = new CloseStack()) {
            opened.add(NodeLock.take(arguments.stateDir().resolve("lock"), arguments.node()));
            opened.add(NodeLock.take(NodeLock.onThisMachine(router.name(), arguments.node()), arguments.node()));
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
