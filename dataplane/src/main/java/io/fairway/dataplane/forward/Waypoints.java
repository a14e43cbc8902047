package io.fairway.dataplane.forward;

import io.fairway.model.config.Router;
import java.util.List;
import org.agrona.collections.LongHashSet;

/** Our waypoints and the peers' that may reach them; IPv4 in network order. Never changes. */
final class Waypoints {
    private static final long MISSING = -1;

    private final LongHashSet local = new LongHashSet(16);
    private final LongHashSet pairs = new LongHashSet(16);

    Waypoints(final List<Router.PeerPath> paths) {
        for (final Router.PeerPath path : paths) {
            local.add(path.localWaypoint().v4Bits() & 0xffff_ffffL);
            pairs.add(pair(path.localWaypoint().v4Bits(), path.remoteWaypoint().v4Bits()));
        }
    }

    /** Whether the address is a waypoint of ours. */
    boolean isLocal(final int address) {
        return local.contains(address & 0xffff_ffffL);
    }

    /** Whether a path leads from this waypoint of ours to that of a peer. */
    boolean isPeer(final int localAddress, final int remoteAddress) {
        return pairs.contains(pair(localAddress, remoteAddress));
    }

    private static long pair(final int localAddress, final int remoteAddress) {
        final long pair = (long) localAddress << 32 | remoteAddress & 0xffff_ffffL;
        return pair == MISSING ? 0 : pair;
    }
}
