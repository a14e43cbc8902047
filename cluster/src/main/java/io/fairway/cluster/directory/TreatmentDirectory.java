package io.fairway.cluster.directory;

import io.fairway.model.config.Authority;
import io.fairway.model.config.Router;
import io.fairway.model.config.Service;
import io.fairway.model.config.SessionType;
import io.fairway.model.config.TcpEnforcement;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionTreatment;
import io.fairway.model.wire.IpProtocol;
import java.util.HashMap;
import java.util.Map;

/**
 * How a service's sessions are treated: time-outs by its session type (svr-protocol.md, section 2.11), else by the
 * router's timers, and how strictly its TCP is watched. Immutable; any thread may ask.
 */
public final class TreatmentDirectory {
    private final Map<String, Service> services = new HashMap<>();
    private final Router.Timers timers;

    /** The services of an authority, treated by a router. */
    public TreatmentDirectory(final Authority authority, final Router router) {
        authority.services().forEach(service -> services.put(service.name(), service));
        timers = router.timers();
    }

    /** What is done with TCP segments of unknown sessions to this service, and with those outside of the windows. */
    public TcpEnforcement tcpEnforcement(final String service) {
        return services.get(service).tcpEnforcement();
    }

    /** After how much silence a session of a service ends; the tuple is the client's. */
    public int idleTimeoutMs(final String service, final FiveTuple tuple) {
        final SessionType type = typeOf(service, tuple);
        return type != null && type.timeoutMs() > 0 ? type.timeoutMs() : idleTimeoutMs(tuple.protocol());
    }

    /** What the forwarder is asked for; the tuple is the client's. */
    public SessionTreatment treatment(final String service, final FiveTuple tuple) {
        final SessionType type = typeOf(service, tuple);
        return new SessionTreatment(
                tcpEnforcement(service), type == null ? 0 : type.tcpOpeningMs(), type != null && type.natKeepAlive());
    }

    private SessionType typeOf(final String service, final FiveTuple tuple) {
        final SessionType type = services.get(service).sessionType();
        return type != null && type.fits(tuple.protocol(), tuple.destinationPort()) ? type : null;
    }

    private int idleTimeoutMs(final int protocol) {
        return switch (protocol) {
            case IpProtocol.TCP -> timers.tcpMs();
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> timers.icmpMs();
            default -> timers.udpMs();
        };
    }
}
