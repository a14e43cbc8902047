package io.fairway.cluster.session;

import io.fairway.model.config.SourceNatPool;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;

/**
 * A node's part of a source NAT pool: every address, and of a pair the lower half of the ports for node 0 and the upper
 * half for node 1, so that the two never lend the same. A client keeps to one address while that has ports (RFC 4787,
 * requirement 2), and keeps its own port where that is free. Immutable; what is lent, {@link NatBindings} knows.
 */
final class NatPool {
    private static final int MAX_ADDRESSES_TRIED = 8;

    /** So many ports are looked at for one that does not even rest. */
    private static final int PREFERRED_PROBES = 64;

    private static final int MAX_PROBES = 4096;

    private final SourceNatPool pool;
    private final int addresses;
    private final int first;
    private final int count;

    /** This node's part; a router of one node has all of it. */
    NatPool(final SourceNatPool pool, final int nodeId, final int nodes) {
        this.pool = pool;
        addresses = pool.size();
        count = (pool.lastPort() - pool.firstPort() + 1) / nodes;
        first = pool.firstPort() + nodeId * count;
    }

    /** The tuple that a session leaves with, taken in the bindings; null if nothing is free towards its destination. */
    FiveTuple lend(final FiveTuple tuple, final NatBindings bindings) {
        final int home = Math.floorMod(hash(tuple.source()), addresses);
        for (int i = 0; i < Math.min(addresses, MAX_ADDRESSES_TRIED); i++) {
            final FiveTuple lent = lend(tuple, pool.address((home + i) % addresses), bindings);
            if (lent != null) {
                return lent;
            }
        }
        return null;
    }

    private FiveTuple lend(final FiveTuple tuple, final IpAddress address, final NatBindings bindings) {
        if (IpProtocol.hasSessions(tuple.protocol())) {
            return lendWhole(with(tuple, address, 0), bindings);
        }
        final int own = tuple.sourcePort() - first;
        if (own >= 0 && own < count) {
            final FiveTuple kept = with(tuple, address, tuple.sourcePort());
            final long key = bindings.key(kept);
            if (bindings.isFree(key) && bindings.take(key)) {
                return kept;
            }
        }
        return lendAnother(tuple, address, bindings);
    }

    /**
     * Without ports one session of a protocol has an address towards its destination. Of a pair both nodes may lend it;
     * of two sessions in the same moment one is refused by the flow table.
     */
    private FiveTuple lendWhole(final FiveTuple lent, final NatBindings bindings) {
        return bindings.take(bindings.key(lent)) ? lent : null;
    }

    /** Walks over the ports from the next one on, every client with a stride of its own so that few meet. */
    private FiveTuple lendAnother(final FiveTuple tuple, final IpAddress address, final NatBindings bindings) {
        final int start = Math.floorMod(tuple.sourcePort() - first + 1, count);
        final int stride = stride(tuple);
        FiveTuple resting = null;
        for (int probe = 0; probe < Math.min(count, MAX_PROBES); probe++) {
            final int port = first + (int) ((start + (long) probe * stride) % count);
            final FiveTuple candidate = with(tuple, address, port);
            final long key = bindings.key(candidate);
            if (bindings.isFree(key) && bindings.take(key)) {
                return candidate;
            }
            if (resting == null && bindings.isResting(key)) {
                resting = candidate;
            }
            if (resting != null && probe >= PREFERRED_PROBES) {
                break;
            }
        }
        return resting != null && bindings.take(bindings.key(resting)) ? resting : null;
    }

    private int stride(final FiveTuple tuple) {
        int stride = 1 + Math.floorMod(hash(tuple.source()) >>> 7, count);
        while (gcd(stride, count) != 1) {
            stride++;
        }
        return stride;
    }

    private static int gcd(final int a, final int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    private static int hash(final IpAddress address) {
        final long mixed = (address.high() * 31 + address.low()) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> 32);
    }

    private static FiveTuple with(final FiveTuple tuple, final IpAddress source, final int sourcePort) {
        return new FiveTuple(source, tuple.destination(), sourcePort, tuple.destinationPort(), tuple.protocol());
    }
}
