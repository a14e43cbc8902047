package io.fairway.node;

import io.fairway.cluster.peer.PeerHandover;

/** What of a peer path outlives a controller; any thread. */
interface Keepsakes {
    /** Nothing does: a controller that ends takes its node's process with it. */
    Keepsakes NONE = new Keepsakes() {
        @Override
        public boolean keep(final int pathIndex, final PeerHandover handover) {
            return true;
        }

        @Override
        public PeerHandover kept(final int pathIndex) {
            return PeerHandover.NONE;
        }

        @Override
        public long provisionNs() {
            return 0;
        }

        @Override
        public void provide(final int pathIndex, final int number, final long dueNs, final byte[] command) {
            // Never asked for.
        }
    };

    /** As {@link io.fairway.cluster.peer.PeerPort#keep}. */
    boolean keep(int pathIndex, PeerHandover handover);

    /** As {@link io.fairway.cluster.peer.PeerPort#kept}. */
    PeerHandover kept(int pathIndex);

    /** As {@link io.fairway.cluster.peer.PeerOutput#provisionNs}. */
    long provisionNs();

    /** A command to the forwarder that is to be given at a time, unless the path's next set has come by then. */
    void provide(int pathIndex, int number, long dueNs, byte[] command);
}
