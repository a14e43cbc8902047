package io.fairway.ha.arbiter;

import io.fairway.model.pair.BucketId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** One node: its process may be dead or frozen, its disk outlives it. */
final class WorldNode {
    final int id;
    // The disk.
    long incarnation;
    final int[] epochs = new int[2];
    // The process.
    PairArbiter arbiter;
    boolean frozen;
    long turnedNs;
    long listeningSinceNs;
    long lapsedNs;
    long echoSentNs;
    long echoIncarnation;
    // The gate.
    boolean closedBySentinel;
    long validUntilNs;
    final int[] owners = new int[BucketId.COUNT];
    final int[] bucketEpochs = new int[BucketId.COUNT];
    long leaders;
    final ArrayDeque<Integer> settled = new ArrayDeque<>();
    long granted;
    /** What the means that cuts its partner off has to say; null: nothing. */
    PairEvent.Fenced fenced;

    int fences;
    // The world around it.
    boolean carriers = true;
    /** Interfaces whose gateway does not answer. */
    long sick;

    /** Interfaces whose port has no link. */
    long unlinked;

    boolean deaf;
    long restartAtNs = Long.MAX_VALUE;
    boolean notify;
    final ArrayDeque<PairWorld.Frame> inbox = new ArrayDeque<>();
    final List<String> log = new ArrayList<>();

    WorldNode(final int id) {
        this.id = id;
    }

    int owned(final int home) {
        int count = 0;
        for (int i = 0; i < BucketId.PER_NODE; i++) {
            count += owners[home << 8 | i] == id ? 1 : 0;
        }
        return count;
    }

    boolean running() {
        return arbiter != null && !frozen;
    }

    boolean gateOpen(final long nowNs) {
        return running() && carriers && !closedBySentinel && validUntilNs - nowNs > 0;
    }
}
