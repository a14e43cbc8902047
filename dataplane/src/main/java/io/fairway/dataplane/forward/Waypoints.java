package io.fairway.dataplane.forward;

import io.fairway.model.config.Router;
import io.fairway.model.wire.IpAddress;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Long2LongHashMap;

/**
 * Our waypoints and the peers' that may reach them, of both families. They never change, but a NAT may show a peer
 * elsewhere.
 */
final class Waypoints {
    /** No peer path. */
    static final int NONE = -1;

    private final IpAddress[] local;
    private final IpAddress[] from;
    private final IpAddress[] to;
    private final int[] next;
    private final Long2LongHashMap firstByHash = new Long2LongHashMap(NONE);
    private final Long2LongHashMap seenByHash = new Long2LongHashMap(NONE);
    private final IpAddress[] seen;

    Waypoints(final List<Router.PeerPath> paths) {
        local = paths.stream().map(Router.PeerPath::localWaypoint).distinct().toArray(IpAddress[]::new);
        from = paths.stream().map(Router.PeerPath::localWaypoint).toArray(IpAddress[]::new);
        to = paths.stream().map(Router.PeerPath::remoteWaypoint).toArray(IpAddress[]::new);
        seen = new IpAddress[paths.size()];
        next = new int[paths.size()];
        Arrays.fill(next, NONE);
        // From the last to the first, so that of two paths with the same ends the first is found.
        for (int i = paths.size() - 1; i >= 0; i--) {
            next[i] = (int) firstByHash.put(hash(from[i].high(), from[i].low(), to[i].high(), to[i].low()), i);
        }
    }

    /** How many paths there are. */
    int paths() {
        return from.length;
    }

    /** Whether the address is a waypoint of ours. */
    boolean isLocal(final long high, final long low) {
        for (int i = 0; i < local.length; i++) {
            if (is(local[i], high, low)) {
                return true;
            }
        }
        return false;
    }

    /** The index of the path from this waypoint of ours to that of a peer, or {@link #NONE}. */
    int path(final long localHigh, final long localLow, final long remoteHigh, final long remoteLow) {
        int path = (int) firstByHash.get(hash(localHigh, localLow, remoteHigh, remoteLow));
        while (path != NONE && !(is(from[path], localHigh, localLow) && is(to[path], remoteHigh, remoteLow))) {
            path = next[path];
        }
        return path == NONE ? seenPath(localHigh, localLow, remoteHigh, remoteLow) : path;
    }

    private int seenPath(final long localHigh, final long localLow, final long remoteHigh, final long remoteLow) {
        final int path = (int) seenByHash.get(hash(localHigh, localLow, remoteHigh, remoteLow));
        return path != NONE && is(from[path], localHigh, localLow) && is(seen[path], remoteHigh, remoteLow)
                ? path
                : NONE;
    }

    /** A path's peer is seen at this address. Of two peers behind one address the last one seen is found. */
    void seenAt(final int path, final long high, final long low) {
        if (path < 0 || path >= seen.length) {
            return;
        }
        if (seen[path] != null) {
            final IpAddress before = seen[path];
            seenByHash.remove(hash(from[path].high(), from[path].low(), before.high(), before.low()), path);
        }
        seen[path] = new IpAddress(high, low);
        seenByHash.put(hash(from[path].high(), from[path].low(), high, low), path);
    }

    private static boolean is(final IpAddress address, final long high, final long low) {
        return address.low() == low && address.high() == high;
    }

    private static long hash(final long localHigh, final long localLow, final long remoteHigh, final long remoteLow) {
        long hash = (localHigh ^ Long.rotateLeft(remoteHigh, 29)) * 0x9e37_79b9_7f4a_7c15L;
        hash = (hash ^ hash >>> 32 ^ localLow) * 0x9e37_79b9_7f4a_7c15L;
        return (hash ^ hash >>> 32 ^ remoteLow) * 0x9e37_79b9_7f4a_7c15L;
    }
}
