package io.fairway.cluster.session;

import io.fairway.model.config.Router;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.wire.IpProtocol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.NanoClock;

/**
 * Which session holds which wayports or NAT port, over all peer paths and interfaces of the router, own sessions and
 * the partner's. A session holds one binding at most. Thread-safe; each call is short.
 */
public final class PortLedger {
    /** Nothing was free. */
    public static final int NONE = PortPool.NONE;

    private static final long WAYPORT_QUARANTINE_NS = 30_000_000_000L;
    private static final long NAT_QUARANTINE_NS = 10_000_000_000L;
    private static final long NO_BINDING = -1;
    private static final int PROTOCOLS = 3;

    private final NanoClock clock;
    private final List<Router.NetworkInterface> interfaces;
    private final Map<String, Integer> pathIndexes = new HashMap<>();
    private final PortPool[] pools;
    private final int firstNatPool;
    private final Long2LongHashMap bindings = new Long2LongHashMap(1024, 0.75f, NO_BINDING, false);

    /** The ports that this node may lend; {@code nodeId} is its position in the router. */
    public PortLedger(final Router router, final int nodeId, final NanoClock clock) {
        this.clock = clock;
        interfaces = router.interfaces();
        final int nodes = router.nodes().size();
        final int paths = router.peerPaths().size();
        firstNatPool = paths * PROTOCOLS;
        pools = new PortPool[firstNatPool + interfaces.size() * PROTOCOLS];
        for (int path = 0; path < paths; path++) {
            pathIndexes.put(router.peerPaths().get(path).name(), path);
            for (int protocol = 0; protocol < PROTOCOLS; protocol++) {
                pools[path * PROTOCOLS + protocol] = new WayportAllocator(nodeId, nodes, WAYPORT_QUARANTINE_NS);
            }
        }
        for (int i = 0; i < interfaces.size() * PROTOCOLS; i++) {
            pools[firstNatPool + i] = new NatPool(nodeId, nodes, NAT_QUARANTINE_NS);
        }
    }

    /** Lends a session a couple of wayports towards a peer ({@link WayportAllocator}), or {@link #NONE}. */
    public int lendWayports(final long sessionId, final int pathIndex, final int wireProtocol) {
        return lend(sessionId, pathIndex * PROTOCOLS + protocolIndex(wireProtocol));
    }

    /** Lends a session a port of an interface's own address, or {@link #NONE}. */
    public int lendNatPort(final long sessionId, final int interfaceIndex, final int protocol) {
        return lend(sessionId, firstNatPool + interfaceIndex * PROTOCOLS + protocolIndex(protocol));
    }

    /** Notes what a record holds that was not planned here: the partner's, or one from before a restart. */
    public synchronized void note(final SessionRecord record) {
        if (bindings.containsKey(record.sessionId())) {
            return;
        }
        final var action = record.forward().action();
        final int protocol = protocolIndex(action.rewrite().protocol());
        if (action.metadataRole() == FlowActionFlyweight.METADATA_FORWARD) {
            final Integer path = pathIndexes.get(record.path());
            if (path != null) {
                final int couple = WayportAllocator.couple(
                        action.rewrite().sourcePort(), action.rewrite().destinationPort());
                note(record.sessionId(), path * PROTOCOLS + protocol, couple);
            }
        } else if (holdsNatPort(record)) {
            final int pool = firstNatPool + action.egressInterface() * PROTOCOLS + protocol;
            note(record.sessionId(), pool, action.rewrite().sourcePort());
        }
    }

    /** Whether the session leaves with a port of ours as its source. */
    public boolean holdsNatPort(final SessionRecord record) {
        final var action = record.forward().action();
        if (action.egressInterface() >= interfaces.size()) {
            return false;
        }
        final Router.NetworkInterface egress = interfaces.get(action.egressInterface());
        return action.metadataRole() == FlowActionFlyweight.METADATA_NONE
                && egress.sourceNat()
                && action.rewrite().source().equals(egress.address());
    }

    /** The new session holds from now on what the old one held. */
    public synchronized void transfer(final long oldSessionId, final long newSessionId) {
        final long binding = bindings.remove(oldSessionId);
        if (binding != NO_BINDING) {
            bindings.put(newSessionId, binding);
        }
    }

    /** The session ends; what it held rests, then is free. A session that holds nothing is no error. */
    public synchronized void release(final long sessionId) {
        final long binding = bindings.remove(sessionId);
        if (binding != NO_BINDING) {
            pools[(int) (binding >>> 32)].release((int) binding, clock.nanoTime());
        }
    }

    /** Whether a session holds a port. */
    public synchronized boolean holds(final long sessionId) {
        return bindings.containsKey(sessionId);
    }

    /** How many sessions hold ports. */
    public synchronized int holders() {
        return bindings.size();
    }

    private synchronized int lend(final long sessionId, final int pool) {
        final int value = pools[pool].allocate(clock.nanoTime());
        if (value != NONE) {
            bindings.put(sessionId, binding(pool, value));
        }
        return value;
    }

    private void note(final long sessionId, final int pool, final int value) {
        if (pools[pool].mark(value)) {
            bindings.put(sessionId, binding(pool, value));
        }
    }

    private static long binding(final int pool, final int value) {
        return (long) pool << 32 | value & 0xffff_ffffL;
    }

    private static int protocolIndex(final int protocol) {
        return switch (protocol) {
            case IpProtocol.TCP -> 0;
            case IpProtocol.UDP -> 1;
            default -> 2;
        };
    }
}
