package io.fairway.cluster.session;

import io.fairway.cluster.replication.OwnershipView;
import io.fairway.cluster.replication.ReplicaView;
import io.fairway.cluster.replication.ReplicationGraph;
import io.fairway.cluster.replication.SessionInstaller;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/**
 * What all session actors of a node share.
 *
 * @param nodeId this node's position in its router
 * @param planner decides on first packets
 * @param ledger who holds which ports
 * @param index finds forgotten sessions
 * @param graph the way to the journal
 * @param installer the way to the forwarder
 * @param replica the newest records
 * @param ownership who owns which bucket
 * @param deleter ends a session, whoever owns it
 * @param uuids names new sessions
 * @param nanoClock for deadlines
 * @param epochClock for what is shown to people
 * @param counters what was done
 */
public record SessionServices(
        int nodeId,
        SessionPlanner planner,
        PortLedger ledger,
        SessionIndex index,
        ReplicationGraph graph,
        SessionInstaller installer,
        ReplicaView replica,
        OwnershipView ownership,
        LongFunction<CompletionStage<Boolean>> deleter,
        Supplier<UUID> uuids,
        NanoClock nanoClock,
        EpochClock epochClock,
        SessionCounters counters) {
    /** Notes the ports and the names of a session that was not planned here. */
    public void note(final DirectBuffer record, final int offset) {
        final long sessionId = SessionRecordFlyweight.sessionId(record, offset);
        if (!ledger.holds(sessionId) && !index.holds(sessionId)) {
            final SessionRecord decoded = SessionRecordFlyweight.decode(record, offset);
            ledger.note(decoded);
            index.note(decoded);
        }
    }

    /** Forgets the ports and the names of a session that is over. */
    public void forget(final long sessionId) {
        ledger.release(sessionId);
        index.remove(sessionId);
    }

    /** Whether this node owns the bucket. */
    public boolean owns(final int bucket) {
        return ownership.owner(bucket) == nodeId;
    }
}
