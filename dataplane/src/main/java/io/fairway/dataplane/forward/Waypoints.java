package io.fairway.dataplane.forward;

import io.fairway.model.config.Router;
import java.util.List;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongHashSet;

/** Our waypoints and the peers' that may reach them; IPv4 in network order. Never changes. */
final class Waypoints {
    /** No peer path. */
    static final int NONE = -1;

    private static final long MISSING = -1;

    private final LongHashSet local = new LongHashSet(16);
    private final Long2LongHashMap pathByEnds = new Long2LongHashMap(NONE);

    Waypoints(final List<Router.PeerPath> paths) {
        for (int i = 0; i < paths.size(); i++) {
            final Router.PeerPath path = paths.get(i);
            local.add(path.localWaypoint().v4Bits() & 0xffff_ffffL);
            pathByEnds.putIfAbsent(
                    ends(path.localWaypoint().v4Bits(), path.remoteWaypoint().v4Bits()), i);
        }
    }

    /** Whether the address is a waypoint of ours. */
    boolean isLocal(final int address) {
        return local.contains(address & 0xffff_ffffL);
    }

    /** The index of the path from this waypoint of ours to that of a peer, or {@link #NONE}. */
    int path(final int localAddress, final int remoteAddress) {
        return (int) pathByEnds.get(ends(localAddress, remoteAddress));
    }

    private static long ends(final int localAddress, final int remoteAddress) {
        final long ends = (long) localAddress << 32 | remoteAddress & 0xffff_ffffL;
        return ends == MISSING ? 0 : ends;
    }
}
