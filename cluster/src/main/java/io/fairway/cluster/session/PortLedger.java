package io.fairway.cluster.session;

import io.fairway.model.config.Router;
import io.fairway.model.config.SourceNatPool;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.NanoClock;

/**
 * Which session holds which wayports or which source by NAT, over all peer paths and pools of the router, own sessions
 * and the partner's. A session holds one binding at most: wayports, or with {@link #NAT} a key of {@link NatBindings}.
 * Thread-safe; each call is short.
 */
public final class PortLedger {
    /** Nothing was free. */
    public static final int NONE = WayportAllocator.NONE;

    private static final long WAYPORT_QUARANTINE_NS = 30_000_000_000L;
    private static final long NAT_QUARANTINE_NS = 10_000_000_000L;
    private static final long NO_BINDING = -1;
    private static final long NAT = 1L << 62;
    private static final int PROTOCOLS = 3;

    private final NanoClock clock;
    private final int nodeId;
    private final int nodes;
    private final Map<String, Integer> pathIndexes = new HashMap<>();
    private final WayportAllocator[] wayports;
    private final Map<SourceNatPool, NatPool> natPools = new HashMap<>();
    private final NatBindings natBindings;
    private final Long2LongHashMap bindings = new Long2LongHashMap(1024, 0.75f, NO_BINDING, false);

    /** The ports that this node may lend; {@code nodeId} is its position in the router. */
    public PortLedger(final Router router, final int nodeId, final NanoClock clock) {
        this(router, nodeId, clock, ThreadLocalRandom.current()::nextLong);
    }

    /** The same; where it begins to look for free ports, the numbers say. */
    public PortLedger(final Router router, final int nodeId, final NanoClock clock, final LongSupplier random) {
        this.clock = clock;
        this.nodeId = nodeId;
        nodes = router.nodes().size();
        natBindings = new NatBindings(NAT_QUARANTINE_NS, random.getAsLong());
        final int paths = router.peerPaths().size();
        wayports = new WayportAllocator[paths * PROTOCOLS];
        for (int path = 0; path < paths; path++) {
            pathIndexes.put(router.peerPaths().get(path).name(), path);
            for (int protocol = 0; protocol < PROTOCOLS; protocol++) {
                wayports[path * PROTOCOLS + protocol] =
                        new WayportAllocator(nodeId, nodes, WAYPORT_QUARANTINE_NS, random);
            }
        }
        router.sourceNatPools().forEach(pool -> natPools.put(pool, new NatPool(pool, nodeId, nodes)));
    }

    /**
     * Lends a session a couple of wayports towards a peer ({@link WayportAllocator}), for what it had before if it had
     * any, or {@link #NONE}.
     */
    public synchronized int lendWayports(final long sessionId, final int pathIndex, final int wireProtocol) {
        final int pool = pathIndex * PROTOCOLS + protocolIndex(wireProtocol);
        final int couple = wayports[pool].allocate(clock.nanoTime());
        if (couple != NONE) {
            release(sessionId);
            bindings.put(sessionId, binding(pool, couple));
        }
        return couple;
    }

    /** Lends a session a source of a pool: the tuple that it leaves with, or null if nothing is free. */
    public synchronized FiveTuple lendSource(final long sessionId, final SourceNatPool pool, final FiveTuple tuple) {
        return lend(sessionId, natPools.get(pool), tuple);
    }

    /** Lends a session a port of an address that another router's pool has for it. */
    public synchronized FiveTuple lendSource(final long sessionId, final IpAddress address, final FiveTuple tuple) {
        return lend(sessionId, new NatPool(SourceNatPool.of(address.toString(), address), nodeId, nodes), tuple);
    }

    private FiveTuple lend(final long sessionId, final NatPool pool, final FiveTuple tuple) {
        natBindings.tick(clock.nanoTime());
        final FiveTuple lent = pool.lend(tuple, natBindings);
        if (lent != null) {
            bindings.put(sessionId, NAT | natBindings.key(lent));
        }
        return lent;
    }

    /** Notes what a record holds that was not planned here: the partner's, or one from before a restart. */
    public synchronized void note(final SessionRecord record) {
        if (bindings.containsKey(record.sessionId())) {
            return;
        }
        final var action = record.forward().action();
        if (action.metadataRole() == FlowActionFlyweight.METADATA_FORWARD) {
            final Integer path = pathIndexes.get(record.path());
            if (path != null) {
                final int couple = WayportAllocator.couple(
                        action.rewrite().sourcePort(), action.rewrite().destinationPort());
                final int pool =
                        path * PROTOCOLS + protocolIndex(action.rewrite().protocol());
                if (wayports[pool].mark(couple)) {
                    bindings.put(record.sessionId(), binding(pool, couple));
                }
            }
        } else if (isTranslated(record)) {
            final long key = natBindings.key(action.rewrite());
            if (natBindings.take(key)) {
                bindings.put(record.sessionId(), NAT | key);
            }
        }
    }

    /** Whether the session leaves with an address of a pool as its source, of this router or its first one. */
    public boolean isTranslated(final SessionRecord record) {
        final var action = record.forward().action();
        final IpAddress source = action.rewrite().source();
        return action.metadataRole() == FlowActionFlyweight.METADATA_NONE
                && (source.equals(record.sourceNat())
                        || natPools.keySet().stream().anyMatch(pool -> pool.contains(source)));
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
        if (binding == NO_BINDING) {
            return;
        }
        if ((binding & NAT) != 0) {
            natBindings.release(binding & ~NAT, clock.nanoTime());
        } else {
            wayports[(int) (binding >>> 32)].release((int) binding, clock.nanoTime());
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
