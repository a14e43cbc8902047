package io.fairway.cluster.session;

import io.fairway.cluster.directory.RouteDirectory.Route;
import io.fairway.model.config.Router;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.session.SessionState;
import io.fairway.model.session.SessionTreatment;
import io.fairway.model.session.Transit;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.util.UUID;

/**
 * What a new session is called, while its way is planned.
 *
 * @param birth what it is born with
 * @param uuid its name
 * @param tenant who sends, as it is on the wire
 * @param service what is asked for, as it is on the wire
 * @param localService the service whose rules and routes hold here
 * @param context the client's tuple
 * @param security how its payload is protected
 * @param sourceNat what stands in for the client's address where the session leaves, or null
 */
record Naming(
        SessionPlanner.Birth birth,
        UUID uuid,
        String tenant,
        String service,
        String localService,
        FiveTuple context,
        SessionSecurity security,
        IpAddress sourceNat) {
    /** As a peer's metadata names it. */
    static Naming of(
            final FirstPacket packet,
            final SessionPlanner.Birth birth,
            final String localService,
            final SessionSecurity security) {
        final ReceivedMetadata said = packet.metadata();
        return new Naming(
                birth,
                said.uuid(),
                said.tenant(),
                said.service(),
                localService,
                said.forwardContext(),
                security,
                said.sourceNat());
    }

    /** The same, on a route that may translate what no router before did. */
    Naming on(final Route.ToPeer route) {
        return sourceNat != null
                ? this
                : new Naming(birth, uuid, tenant, service, localService, context, security, route.standIn(context));
    }

    /** Whether the old session is this one, come from the same peer. */
    boolean mayReplace(final SessionRecord old, final String peer) {
        return (old.transit() == null ? old.peer() : old.transit().peer()).equals(peer)
                && old.tenant().equals(tenant)
                && old.service().equals(service);
    }

    /** Whether the old session leaves there, for this destination. */
    static boolean reaches(final SessionRecord old, final int egressInterface, final FiveTuple aimed) {
        final FiveTuple server = old.forward().action().rewrite();
        return old.forward().action().egressInterface() == egressInterface
                && server.destination().equals(aimed.destination())
                && server.destinationPort() == aimed.destinationPort()
                && server.protocol() == aimed.protocol();
    }

    /**
     * The session's first version.
     *
     * @param path the peer path that it came by or goes by, or null
     * @param transit where it came from, if its flows do not say it, or null
     */
    SessionRecord record(
            final FlowPlanner.Flows flows,
            final Router.PeerPath path,
            final Transit transit,
            final int idleTimeoutMs,
            final SessionTreatment treatment) {
        return new SessionRecord(
                birth.sessionId(),
                uuid,
                1,
                birth.bucket(),
                birth.epoch(),
                SessionState.OPENING,
                false,
                idleTimeoutMs,
                birth.createdMs(),
                flows.forward(),
                flows.reverse(),
                tenant,
                service,
                path == null ? "" : path.peer(),
                path == null ? "" : path.name(),
                security,
                transit,
                treatment,
                sourceNat);
    }
}
