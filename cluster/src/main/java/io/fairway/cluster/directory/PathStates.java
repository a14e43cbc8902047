package io.fairway.cluster.directory;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** Which paths to peers are down; one of which nothing is known may be used. Any thread. */
public final class PathStates {
    private final AtomicIntegerArray down;

    PathStates(final int paths) {
        down = new AtomicIntegerArray(paths);
    }

    /** Notes what is known of a path. */
    public void set(final int pathIndex, final boolean isDown) {
        down.set(pathIndex, isDown ? 1 : 0);
    }

    /** Whether sessions should keep off this path. */
    public boolean isDown(final int pathIndex) {
        return down.get(pathIndex) != 0;
    }
}
