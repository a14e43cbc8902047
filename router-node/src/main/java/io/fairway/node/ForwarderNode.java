package io.fairway.node;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.fairway.dataplane.io.Doorbell;
import io.fairway.ha.feed.ControllerFeed;
import io.fairway.ha.feed.FeedParts;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.PeerMessageFlyweight;
import java.io.IOException;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The forwarder's process of a node in two: its half, and a feed for whatever controller comes. */
final class ForwarderNode {
    private static final Logger LOG = LoggerFactory.getLogger(ForwarderNode.class);

    private ForwarderNode() {}

    /**
     * Starts it; what it opened closes with {@code opened}.
     *
     * @throws IOException if a device is missing or privilege lacks, in one sentence
     */
    static void start(final NodeParts parts, final CloseStack opened) throws IOException {
        final ForwarderHalf.Parts halfParts = parts.forwarderHalf(true);
        final Boundary boundary = halfParts.boundary();
        boundary.shut();
        final ForwarderHalf half = ForwarderHalf.open(halfParts, opened);
        final Doorbell bell = half.forward().controllerBell();
        final Subscription in = half.fabric().ipcSubscription(BoundaryMessage.TO_JOURNAL_STREAM);
        final ExclusivePublication out =
                half.fabric().aeron().addExclusivePublication("aeron:ipc", BoundaryMessage.FEED_STREAM);
        final ControllerFeed feed = new ControllerFeed(new FeedParts(
                (message, offset, length) -> out.offer(message, offset, length) > 0,
                () -> out.availableWindow() > out.termBufferLength() / 4,
                in::controlledPoll,
                bell::ring,
                half.replica(),
                half.standby()::refused,
                half.fabric()::forgetClient,
                command -> tellPeer(half, command),
                SystemNanoClock.INSTANCE,
                LOG::info));
        feed.appendTo(half.connect(feed, feed));
        half.start(feed);
        boundary.open();
        opened.add(boundary::shut);
        opened.add(ControllerWatch.start(feed::controllerProcess, LOG));
        ControlRoom.open(
                parts,
                half,
                new RemoteController(parts.state(), feed),
                new ProcessView(feed::controllerProcess),
                opened);
    }

    /** Only who leads the interface speaks; the controller that signed this may have led it and be gone since. */
    private static void tellPeer(final ForwarderHalf half, final byte[] command) {
        final UnsafeBuffer message = new UnsafeBuffer(command);
        final int egress = message.getShort(PeerMessageFlyweight.INTERFACE) & 0xffff;
        if (half.gate().leads(egress) && half.gate().isOpen(System.nanoTime())) {
            half.forward().proxy().pass(message, command.length);
        }
    }
}
