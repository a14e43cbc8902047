package io.fairway.node;

import io.fairway.ha.feed.ControllerFeed;
import io.fairway.ha.sentinel.StateDirectory;
import io.fairway.node.api.ControlClient;
import io.fairway.node.api.ControlException;
import io.fairway.node.api.ControlRequest;
import io.fairway.node.api.CounterRow;
import io.fairway.node.api.NodeDirectory;
import io.fairway.node.api.PeerRow;
import io.fairway.node.api.SessionRow;
import java.util.ArrayList;
import java.util.List;

/** Asks the controller in its own process, over a control socket of its own. */
final class RemoteController implements ControllerOperations {
    private static final int PATIENCE_MS = 3_000;

    private final NodeDirectory controller;
    private final ControllerFeed feed;

    RemoteController(final StateDirectory state, final ControllerFeed feed) {
        controller = new NodeDirectory(state.path()).controller();
        this.feed = feed;
    }

    @Override
    public List<PeerRow> peers() {
        return List.of(ask(ControlRequest.of(ControlRequest.SHOW_PEERS), PeerRow[].class));
    }

    /** Without a controller: what the forwarder's process counts. */
    @Override
    public List<CounterRow> counters() {
        final List<CounterRow> rows = new ArrayList<>();
        rows.add(new CounterRow("accounts of all sessions to controllers", feed.accounts()));
        if (isThere()) {
            rows.addAll(List.of(ask(ControlRequest.of(ControlRequest.SHOW_COUNTERS), CounterRow[].class)));
        }
        return rows;
    }

    @Override
    public boolean delete(final long sessionId) {
        try {
            ControlClient.ask(
                    controller,
                    new ControlRequest(ControlRequest.DELETE_SESSION, SessionRow.id(sessionId), null),
                    PATIENCE_MS);
            return true;
        } catch (final ControlException e) {
            if (e.isNotThere()) {
                throw new IllegalStateException(absent(), e);
            }
            return false;
        }
    }

    private boolean isThere() {
        return feed.controllerProcess() != 0 && Boundary.lives(feed.controllerProcess());
    }

    private <T> T ask(final ControlRequest request, final Class<T> type) {
        try {
            return ControlClient.ask(controller, request, PATIENCE_MS, type);
        } catch (final ControlException e) {
            throw new IllegalStateException(e.isNotThere() ? absent() : e.getMessage(), e);
        }
    }

    private String absent() {
        return isThere()
                ? "the controller, process " + feed.controllerProcess() + ", does not answer yet"
                : "there is no controller to ask; established sessions go on, new ones wait for it";
    }
}
