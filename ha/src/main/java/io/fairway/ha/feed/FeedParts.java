package io.fairway.ha.feed;

import io.fairway.dataplane.forward.ControllerLink;
import io.fairway.ha.journal.SessionReplica;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.agrona.concurrent.NanoClock;

/**
 * What a {@link ControllerFeed} works with.
 *
 * @param out the stream to the controller
 * @param bulk whether the stream has so much room that an account of all sessions leaves enough for changes
 * @param in the stream from it
 * @param bell wakes the controller
 * @param replica what it is told of
 * @param refused told of standby entries that the forwarder could not install
 * @param forgotten told of controllers that are followed by another one, by their Aeron client's id
 * @param peers takes commands to the forwarder that tell a peer something for a controller that cannot
 * @param clock the controller's, too
 * @param log takes lines for people
 */
public record FeedParts(
        ControllerLink out,
        BooleanSupplier bulk,
        FeedSource in,
        Runnable bell,
        SessionReplica replica,
        LongConsumer refused,
        LongConsumer forgotten,
        Consumer<byte[]> peers,
        NanoClock clock,
        Consumer<String> log) {}
