package io.fairway.deploy.sim;

/** The four ways between the nodes, each with two directions: both fabric links, the LAN and the WAN. */
final class PairNetwork {
    static final int FABRICS = 2;
    static final int LAN = 2;
    static final int WAN = 3;
    static final int PATHS = 4;

    private final Wire[][] wires = new Wire[PATHS][2];
    private final Timeline timeline;

    /** Per node and per LAN and WAN: how many faults hold the cable out. */
    private final int[][] unplugged = new int[2][2];

    /** Per node and per LAN and WAN: when somebody last touched the cable. */
    private final long[][] touchedNs = {
        {Long.MIN_VALUE / 2, Long.MIN_VALUE / 2}, {Long.MIN_VALUE / 2, Long.MIN_VALUE / 2}
    };

    private long silentSinceNs = Long.MAX_VALUE;

    PairNetwork(final Timeline timeline, final long seed) {
        this.timeline = timeline;
        for (int path = 0; path < PATHS; path++) {
            for (int from = 0; from < 2; from++) {
                wires[path][from] = new Wire(new SimRandom(seed, "wire-" + path + "-" + from));
            }
        }
    }

    /** The direction from this node. */
    Wire wire(final int path, final int from) {
        return wires[path][from];
    }

    void unplug(final int node, final int path, final int change) {
        unplugged[node][path - LAN] += change;
        touchedNs[node][path - LAN] = timeline.nowNs();
    }

    /** Whether the node's device on the LAN or the WAN has had a link for so long. */
    boolean pluggedFor(final int node, final int path, final long ns) {
        return plugged(node, path) && timeline.nowNs() - touchedNs[node][path - LAN] > ns;
    }

    /** Whether the node's device on the LAN or the WAN has a link. */
    boolean plugged(final int node, final int path) {
        return path < LAN || unplugged[node][path - LAN] == 0;
    }

    /** Whether a frame can pass from this node to the other. */
    boolean passable(final int path, final int from) {
        return !wires[path][from].isCut() && plugged(from, path) && plugged(1 - from, path);
    }

    /** A datagram leaves a node that its wire may lose, delay or repeat. */
    void send(final int path, final int from, final Runnable arrival) {
        final Wire wire = wires[path][from];
        if (passable(path, from) && !wire.loses()) {
            for (int copies = wire.repeats() ? 2 : 1; copies > 0; copies--) {
                timeline.after(wire.latencyNs(), arrival);
            }
        }
    }

    /** Whether the journal passes both ways on a link. */
    boolean journalPasses() {
        for (int link = 0; link < FABRICS; link++) {
            if (passable(link, 0)
                    && passable(link, 1)
                    && wires[link][0].journalBlocked + wires[link][1].journalBlocked == 0) {
                return true;
            }
        }
        return false;
    }

    void heal() {
        for (int path = 0; path < PATHS; path++) {
            wires[path][0].heal();
            wires[path][1].heal();
        }
        for (int node = 0; node < 2; node++) {
            for (int path = LAN; path <= WAN; path++) {
                if (!plugged(node, path)) {
                    unplug(node, path, -unplugged[node][path - LAN]);
                }
            }
        }
    }

    void heal(final int path) {
        wires[path][0].heal();
        wires[path][1].heal();
    }

    /** A beat sets out. */
    void onBeatSent() {
        silentSinceNs = Math.min(silentSinceNs, timeline.nowNs());
    }

    /** A beat arrives. */
    void onBeatArrived() {
        silentSinceNs = Long.MAX_VALUE;
    }

    /** For how long beats have set out and none has arrived, either way; 0: they arrive. */
    long silentNs() {
        return silentSinceNs == Long.MAX_VALUE ? 0 : timeline.nowNs() - silentSinceNs;
    }
}
