package io.fairway.node;

import io.aeron.Subscription;
import io.fairway.cluster.ControllerSystem;
import io.fairway.cluster.peer.PeerHandover;
import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.dataplane.fabric.FabricClient;
import io.fairway.dataplane.forward.ExclusiveLink;
import io.fairway.dataplane.forward.ForwarderAdapter;
import io.fairway.dataplane.forward.ForwarderProxy;
import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.dataplane.io.Doorbell;
import io.fairway.ha.feed.FeedAdapter;
import io.fairway.ha.feed.RemoteJournal;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.model.Release;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.ProvisionFlyweight;
import io.fairway.model.config.Router;
import io.fairway.node.api.ControlServer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's process of a node in two: waits for a forwarder, learns every session from it, and goes on where the
 * controller before it stopped. It belongs to that forwarder's process: when that is gone, so is this.
 */
final class ControllerNode {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerNode.class);
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long HELLO_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int MESSAGES_PER_TURN = 512;

    /** For so long peers do not notice that there is no controller; two starts take less. */
    private static final long PROVISION_NS = TimeUnit.SECONDS.toNanos(10);

    private final NodeParts parts;
    private final CloseStack opened;
    private final Boundary boundary;
    private final OwnershipGate gate;
    private final SessionReplica replica;
    private final RemoteNotices notices = new RemoteNotices();

    private long forwarder;
    private FabricClient client;
    private RemoteJournal journal;
    private FeedAdapter feed;

    private ControllerNode(final NodeParts parts, final CloseStack opened) throws IOException {
        this.parts = parts;
        this.opened = opened;
        boundary = parts.boundary(true);
        gate = opened.add(OwnershipGate.map(parts.state().gate()));
        replica = new SessionReplica(parts.router().limits());
    }

    /**
     * Starts it; returns when it decides on sessions. What it opened closes with {@code opened}.
     *
     * @throws IOException if files cannot be used, in one sentence
     * @throws StartException if the forwarder's process is of a release that it cannot speak to, in one sentence
     * @throws IdentityException if a certificate or its key cannot be used, in one sentence
     */
    static void start(final NodeParts parts, final CloseStack opened)
            throws IOException, IdentityException, StartException {
        new ControllerNode(parts, opened).start();
    }

    private void start() throws IOException, IdentityException, StartException {
        awaitForwarder();
        client = opened.add(
                FabricClient.connect(boundary.aeron(), error -> LOG.warn("the boundary: {}", error.toString())));
        final Doorbell pairBell = opened.add(boundary.pairBell());
        final Subscription fromForwarder = client.subscription(BoundaryMessage.TO_CONTROLLER_STREAM);
        journal = new RemoteJournal(
                new ExclusiveLink(client.publication(BoundaryMessage.TO_JOURNAL_STREAM)), pairBell::ring);
        final Subscription account = client.subscription(BoundaryMessage.FEED_STREAM);
        feed = new FeedAdapter(account::poll, client.id(), replica, notices, LOG::warn);
        learn();
        final ControllerSystem controller = ControllerHalf.start(half(), opened);
        notices.attach(controller);
        controller.resume();
        final ControllerThread adapter = new ControllerThread(
                opened.add(boundary.controllerBell()),
                new ForwarderAdapter(fromForwarder, ControllerHalf.hear(controller))::poll,
                feed::poll);
        Threads.start("controller", opened, adapter, adapter);
        final Thread watch =
                Thread.ofPlatform().daemon().name("forwarder-watch").unstarted(this::watch);
        watch.start();
        opened.add(watch::interrupt);
        opened.add(ControlServer.open(
                parts.state().path().resolve("controller.sock"),
                new ControllerAnswers(ControllerOperations.of(parts.router(), controller, replica))));
    }

    private void awaitForwarder() {
        forwarder = boundary.forwarder();
        if (forwarder == 0) {
            LOG.info("there is no forwarder: nothing is forwarded, and this controller waits for one");
        }
        while (forwarder == 0) {
            LockSupport.parkNanos(POLL_NS);
            forwarder = boundary.forwarder();
        }
    }

    /** Asks for an account of all sessions, until it is complete. */
    private void learn() throws StartException {
        final long beginNs = System.nanoTime();
        long helloNs = beginNs;
        while (!feed.isComplete()) {
            final long nowNs = System.nanoTime();
            if (nowNs - beginNs > PATIENCE_NS || boundary.forwarder() != forwarder) {
                NodeMain.restart("the forwarder, process " + forwarder + ", does not tell it of its sessions");
            }
            if (!feed.hasBegun() && nowNs - helloNs >= 0) {
                journal.hello(ProcessHandle.current().pid(), client.id());
                helloNs = nowNs + HELLO_NS;
            }
            if (feed.poll(MESSAGES_PER_TURN) == 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
        requireVersion();
        LOG.info("learned of {} sessions from the forwarder, process {}", replica.size(), forwarder);
    }

    /** Whichever is the newer one of two processes knows whether it can speak to the other. */
    private void requireVersion() throws StartException {
        if (feed.forwarderVersion() < BoundaryMessage.OLDEST_VERSION) {
            throw new StartException("the forwarder, process " + forwarder + ", speaks version "
                    + feed.forwarderVersion() + " of the boundary, which this controller of release " + Release.NAME
                    + " does not any more: start the whole node anew");
        }
    }

    private ControllerHalf.Parts half() throws IOException {
        final Router router = parts.router();
        final ForwarderProxy proxy = ForwardRoom.proxy(
                parts.authority(),
                router,
                new ExclusiveLink(client.publication(BoundaryMessage.TO_FORWARDER_STREAM)),
                opened.add(boundary.forwarderBell()));
        return new ControllerHalf.Parts(
                parts.authority(),
                parts.node().name(),
                gate,
                proxy,
                journal,
                ForwarderHalf.viewOf(replica),
                // Lost if the ring is full; the forwarder says it again with the next version.
                journal::standbyRefused,
                new PeerWiring(
                        router,
                        gate,
                        proxy,
                        PeerWiring.incarnation(parts.state().incarnation()),
                        keepsakes()));
    }

    private Keepsakes keepsakes() {
        return new Keepsakes() {
            @Override
            public boolean keep(final int pathIndex, final PeerHandover handover) {
                return journal.keep(pathIndex, handover.encode());
            }

            @Override
            public PeerHandover kept(final int pathIndex) {
                final byte[] kept = feed.keepsake(pathIndex);
                return kept == null ? PeerHandover.NONE : PeerHandover.decode(kept);
            }

            @Override
            public long provisionNs() {
                return PROVISION_NS;
            }

            @Override
            public void provide(final int pathIndex, final int number, final long dueNs, final byte[] command) {
                if (command.length <= ProvisionFlyweight.MAX_COMMAND_BYTES) {
                    // What the ring has no room for comes again with the next set.
                    journal.provide(pathIndex, number, dueNs, command);
                }
            }
        };
    }

    private void watch() {
        while (!Thread.currentThread().isInterrupted()) {
            if (boundary.forwarder() != forwarder) {
                NodeMain.restart("the forwarder, process " + forwarder + ", is gone");
            }
            if (client.isClosed()) {
                NodeMain.restart("the forwarder's media driver has given it up");
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }
}
