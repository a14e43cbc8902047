package io.fairway.cluster.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** All paths of a router as they stand, in the configuration's order. Each actor writes its row; any thread reads. */
public final class PeerTable {
    private final AtomicReferenceArray<PeerPathRow> rows;
    private final List<PeerCounters> counters = new ArrayList<>();

    /** @param mtuBytes what each path is taken to carry before it is probed */
    PeerTable(final int[] mtuBytes) {
        rows = new AtomicReferenceArray<>(mtuBytes.length);
        for (int i = 0; i < mtuBytes.length; i++) {
            rows.set(i, PeerPathRow.unknown(mtuBytes[i]));
            counters.add(new PeerCounters());
        }
    }

    void publish(final int pathIndex, final PeerPathRow row) {
        rows.setRelease(pathIndex, row);
    }

    /** How many paths there are. */
    public int size() {
        return rows.length();
    }

    /** One path. */
    public PeerPathRow row(final int pathIndex) {
        return rows.getAcquire(pathIndex);
    }

    /** What happened on one path. */
    public PeerCounters counters(final int pathIndex) {
        return counters.get(pathIndex);
    }

    /** All paths, each as it stands at some moment of this call. */
    public List<PeerPathRow> snapshot() {
        final List<PeerPathRow> snapshot = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            snapshot.add(row(i));
        }
        return List.copyOf(snapshot);
    }
}
