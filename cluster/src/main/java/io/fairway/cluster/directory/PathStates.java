package io.fairway.cluster.directory;

import io.fairway.model.config.Router;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.UnaryOperator;

/** How the paths to peers are, so far as is known. Any thread. */
public final class PathStates {
    private final AtomicReferenceArray<PathCondition> conditions;
    private final Map<String, Integer> indexes = new HashMap<>();

    /** The paths by which only the other node of this router can send. */
    private volatile BitSet far = new BitSet();

    PathStates(final List<Router.PeerPath> paths) {
        conditions = new AtomicReferenceArray<>(paths.size());
        for (int path = 0; path < paths.size(); path++) {
            conditions.set(path, PathCondition.UNKNOWN);
            indexes.put(paths.get(path).name(), path);
        }
    }

    /** Notes what is known of a path; returns what was known before. */
    public PathCondition learn(final int pathIndex, final UnaryOperator<PathCondition> change) {
        return conditions.getAndUpdate(pathIndex, change);
    }

    /** What is known of a path. */
    public PathCondition condition(final int pathIndex) {
        return conditions.get(pathIndex);
    }

    /** Whether sessions should keep off this path. */
    public boolean isDown(final int pathIndex) {
        return condition(pathIndex).isDown();
    }

    /** Says by which paths only the other node can send: sessions that go by them from here cross the fabric. */
    public void far(final BitSet paths) {
        far = (BitSet) paths.clone();
    }

    /** Whether only the other node of this router can send by this path. */
    public boolean isFar(final int pathIndex) {
        return far.get(pathIndex);
    }

    /** The largest IP packet that this path carries, or {@link PathCondition#LINK_MTU}. */
    public int mtuBytes(final Router.PeerPath path) {
        return condition(indexes.get(path.name())).mtuBytes();
    }
}
