package io.fairway.cluster.session;

import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionSecurity;
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
 */
record Naming(
        SessionPlanner.Birth birth,
        UUID uuid,
        String tenant,
        String service,
        String localService,
        FiveTuple context,
        SessionSecurity security) {
    /** Whether the old session is this one, come from the same peer. */
    boolean mayReplace(final SessionRecord old, final String peer) {
        return (old.transit() == null ? old.peer() : old.transit().peer()).equals(peer)
                && old.tenant().equals(tenant)
                && old.service().equals(service);
    }
}
