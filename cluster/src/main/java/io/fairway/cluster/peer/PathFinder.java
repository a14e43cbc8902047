package io.fairway.cluster.peer;

import io.fairway.model.config.Router;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.peer.PeerMessageParser;
import io.fairway.model.wire.peer.PeerMessageView;
import java.util.HashMap;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * On which path a message came: by the waypoint it came to, the name of its sender and where that believes itself to
 * be; where it came from says nothing, as a NAT may have changed that. Whether any of it is true is for the path to
 * find out. Immutable; any thread may ask.
 */
final class PathFinder {
    /** No path. */
    static final int NONE = -1;

    private final Map<Ends, Integer> paths = new HashMap<>();

    private record Ends(IpAddress local, IpAddress remote, String peerName) {}

    PathFinder(final Router router) {
        for (int i = 0; i < router.peerPaths().size(); i++) {
            final Router.PeerPath path = router.peerPaths().get(i);
            final String name = router.peering().terms().get(i).peerName();
            paths.putIfAbsent(new Ends(path.localWaypoint(), path.remoteWaypoint(), name), i);
        }
    }

    /** The path, or {@link #NONE}. */
    int find(final byte[] message, final IpAddress to) {
        final PeerMessageView view = new PeerMessageView();
        if (!PeerMessageParser.parse(new UnsafeBuffer(message), 0, message.length, view)
                || view.ownEndpoint() == null) {
            return NONE;
        }
        return paths.getOrDefault(new Ends(to, view.ownEndpoint().address(), view.name()), NONE);
    }
}
