package io.fairway.node;

import io.fairway.cluster.ControllerSystem;
import io.fairway.cluster.session.SessionCounters;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.model.config.Router;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.node.api.CounterRow;
import io.fairway.node.api.PeerRow;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.agrona.collections.MutableLong;

/** What of the command line's questions only the controller can answer, here or in another process. Any thread. */
interface ControllerOperations {
    /** The paths to other routers. */
    List<PeerRow> peers();

    /** What the controller counts. */
    List<CounterRow> counters();

    /** Ends a session; false if there is none with this id. */
    boolean delete(long sessionId);

    /** Answers of the controller in this process. */
    static ControllerOperations of(
            final Router router, final ControllerSystem controller, final SessionReplica replica) {
        return new ControllerOperations() {
            @Override
            public List<PeerRow> peers() {
                return PeerRows.of(router, controller.peers().table(), path -> {
                    final MutableLong sessions = new MutableLong();
                    replica.forEach((id, bytes, offset, length, synced) -> {
                        if (SessionRecordFlyweight.decode(bytes, offset).peer().equals(path.peer())) {
                            sessions.increment();
                        }
                    });
                    return sessions.get();
                });
            }

            @Override
            public List<CounterRow> counters() {
                return rows(controller.counters(), controller.peers().unknown().sum());
            }

            @Override
            public boolean delete(final long sessionId) {
                try {
                    return controller.delete(sessionId).toCompletableFuture().get();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                } catch (final ExecutionException e) {
                    throw new IllegalStateException(
                            "the session could not be ended: " + e.getCause().getMessage(), e);
                }
            }
        };
    }

    private static List<CounterRow> rows(final SessionCounters sessions, final long strangers) {
        return List.of(
                new CounterRow("sessions accepted", sessions.accepted().sum()),
                new CounterRow("sessions refused", sessions.refused().sum()),
                new CounterRow(
                        "sessions unsynced at their first packet",
                        sessions.unsynced().sum()),
                new CounterRow("sessions adopted", sessions.adopted().sum()),
                new CounterRow("sessions re-bound", sessions.rebound().sum()),
                new CounterRow(
                        "sessions told again to a peer that lost them",
                        sessions.recovered().sum()),
                new CounterRow(
                        "sessions moved to another path", sessions.moved().sum()),
                new CounterRow(
                        "sessions that gave way to the partner's",
                        sessions.yielded().sum()),
                new CounterRow("sessions ended", sessions.ended().sum()),
                new CounterRow(
                        "controller steps tried again", sessions.retried().sum()),
                new CounterRow(
                        "standby entries tried again", sessions.standbyRefused().sum()),
                new CounterRow("controller faults", sessions.failed().sum()),
                new CounterRow("messages to peers' port on no path", strangers));
    }
}
