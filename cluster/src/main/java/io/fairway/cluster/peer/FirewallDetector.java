package io.fairway.cluster.peer;

import io.fairway.model.wire.peer.TcpProbe;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds out which TCP segments a path lets pass (svr-protocol.md section 2.9): sends bursts of odd ones, and counts a
 * kind as refused if none of three bursts arrives. Pure: time comes with the calls, what is to be done goes out as
 * actions. One thread uses it.
 */
final class FirewallDetector {
    /** Segments of a kind in a burst. */
    static final int BURST = 4;

    /** Bursts without an answer that mean that a kind is refused. */
    static final int MAX_BURSTS = 3;

    /** The time that a burst has to be answered. */
    static final long ANSWER_NS = 1_000_000_000L;

    /** After how long all kinds are tried anew. */
    static final long ROUND_NS = 300_000_000_000L;

    private boolean running;
    private boolean known;
    private int refused;

    private int missing;
    private int bursts;
    private long dueNs;

    private List<Action> actions = new ArrayList<>();

    /** What is to be done, in order. */
    sealed interface Action {}

    /** Send such a segment. */
    record Send(TcpProbe probe) implements Action {}

    /** These kinds do not come through, a set of {@link TcpProbe#bit}; none: all do. */
    record Found(int refused) implements Action {}

    /** The path came up. */
    List<Action> up(final long nowNs) {
        actions = new ArrayList<>();
        running = true;
        begin(nowNs);
        return actions;
    }

    /** The path fell: what was found last holds. */
    void down() {
        running = false;
    }

    /** A segment of ours has come to the peer. */
    List<Action> arrived(final TcpProbe probe, final long nowNs) {
        actions = new ArrayList<>();
        if (running && missing != 0) {
            missing &= ~probe.bit();
            if (missing == 0) {
                found(nowNs);
            }
        }
        return actions;
    }

    /** Time passes. */
    List<Action> tick(final long nowNs) {
        actions = new ArrayList<>();
        if (!running || nowNs - dueNs < 0) {
            return actions;
        }
        if (missing == 0) {
            begin(nowNs);
        } else if (bursts < MAX_BURSTS) {
            burst(nowNs);
        } else {
            found(nowNs);
        }
        return actions;
    }

    private void begin(final long nowNs) {
        missing = TcpProbe.ALL;
        bursts = 0;
        burst(nowNs);
    }

    private void burst(final long nowNs) {
        bursts++;
        dueNs = nowNs + ANSWER_NS;
        for (final TcpProbe probe : TcpProbe.values()) {
            for (int i = 0; i < BURST && (missing & probe.bit()) != 0; i++) {
                actions.add(new Send(probe));
            }
        }
    }

    private void found(final long nowNs) {
        if (!known || missing != refused) {
            actions.add(new Found(missing));
        }
        known = true;
        refused = missing;
        missing = 0;
        dueNs = nowNs + ROUND_NS;
    }

    /** The kinds that do not come through, so far as is known. */
    int refused() {
        return refused;
    }

    /** Whether anything is known yet. */
    boolean isKnown() {
        return known;
    }

    /** When the next tick is due. */
    long deadlineNs(final long nowNs) {
        return running ? dueNs : nowNs + ROUND_NS;
    }
}
