package io.fairway.node;

import io.fairway.ha.sentinel.SentinelWatch;
import io.fairway.node.api.ControlServer;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the command line asks, and the eye on the sentinel. */
final class ControlRoom {
    private static final Logger LOG = LoggerFactory.getLogger(ControlRoom.class);

    private ControlRoom() {}

    /** Opens both. */
    static void open(
            final NodeParts parts,
            final ForwarderHalf half,
            final ControllerOperations controller,
            final ProcessView processes,
            final CloseStack opened)
            throws IOException {
        opened.add(SentinelWatch.start(parts.state(), LOG::warn));
        opened.add(ControlServer.open(
                parts.state().path().resolve("control.sock"),
                new RouterOperations(new RouterOperations.Parts(
                        parts.authority(), parts.router(), parts.node(), half, controller, processes))));
    }
}
