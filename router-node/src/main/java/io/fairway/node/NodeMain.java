package io.fairway.node;

import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.dataplane.io.PrivilegeException;
import io.fairway.ha.sentinel.ExitCode;
import io.fairway.ha.sentinel.StateDirectory;
import io.fairway.model.Release;
import io.fairway.model.config.Authority;
import io.fairway.model.config.ConfigException;
import io.fairway.model.config.ConfigReader;
import io.fairway.model.config.Router;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's process, or one of its two: reads its configuration, wires its rooms together, waits for SIGTERM. Started by
 * the sentinel.
 */
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
        LOG.error("a defect; this process ends and is started anew", error);
        Runtime.getRuntime().halt(1);
    }

    /** Something that this process was built on is gone: its claim, or the other half of its node. */
    static void restart(final String why) {
        LOG.warn("this process ends and is started anew: {}", why);
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
            start(
                    arguments,
                    new NodeParts(
                            authority, router, router.node(arguments.node()), new StateDirectory(arguments.stateDir())),
                    opened);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stop.countDown();
                awaitQuietly(stopped);
            }));
            LOG.info(
                    "{} of router {} is up ({}, release {})",
                    arguments.node(),
                    router.name(),
                    role(arguments),
                    Release.NAME);
            stop.await();
            LOG.info("{} is stopping ({})", arguments.node(), role(arguments));
        } finally {
            stopped.countDown();
        }
    }

    private static void start(final NodeArguments arguments, final NodeParts parts, final CloseStack opened)
            throws StartException, IdentityException, IOException {
        final Path folder = arguments.stateDir();
        if (arguments.role() == NodeArguments.Role.CONTROLLER) {
            opened.add(NodeLock.take(folder.resolve("controller.lock"), "the controller of " + arguments.node()));
            ControllerNode.start(parts, opened);
            return;
        }
        opened.add(NodeLock.take(folder.resolve("lock"), arguments.node()));
        opened.add(NodeLock.take(NodeLock.onThisMachine(parts.router().name(), arguments.node()), arguments.node()));
        if (arguments.role() == NodeArguments.Role.FORWARDER) {
            ForwarderNode.start(parts, opened);
        } else {
            EmbeddedNode.start(parts, opened);
        }
    }

    private static String role(final NodeArguments arguments) {
        return arguments.role().name().toLowerCase(Locale.ROOT);
    }

    private static void awaitQuietly(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
