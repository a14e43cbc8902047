package io.fairway.deploy.sim;

import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.dataplane.svr.PacketNumbers;
import io.fairway.ha.journal.Journal;
import io.fairway.ha.journal.JournalListener;
import io.fairway.ha.journal.SessionReplica;

/**
 * The joints between the real parts, as they are built. The controls of the tests override one each, so that the
 * checker must find what is broken.
 */
class Build {
    /** The gate that the forwarder asks. */
    OwnershipGate forwardersGate(final SimNode node) {
        return node.gate();
    }

    /** A clock tick of the pair's thread, after the gate was written. */
    void afterPairTurn(final SimNode node) {
        // Nothing to do.
    }

    PacketNumbers packetNumbers(final int node, final long startNs, final long nowNs) {
        return new PacketNumbers(node, startNs, nowNs);
    }

    /** The journal as the controller sees it; {@code committed} is the controller's ear. */
    Journal journal(final Journal real, final SessionReplica replica, final JournalListener committed) {
        return real;
    }

    /** How often the journal compares both copies. */
    long compareEveryNs() {
        return 1_000_000_000L;
    }

    /** What a node is told of the witness's verdict. */
    boolean granted(final boolean real) {
        return real;
    }
}
