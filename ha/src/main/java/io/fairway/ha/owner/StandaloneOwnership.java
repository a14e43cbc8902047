package io.fairway.ha.owner;

import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.ha.arbiter.BucketRange;

/** Ownership in a router of one node: everything, without a lease. */
public final class StandaloneOwnership {
    private static final int EPOCH = 1;

    private StandaloneOwnership() {}

    /**
     * Opens the gate for ever: this node owns every bucket and leads every interface.
     *
     * @param interfaces how many the router has
     */
    public static void open(final OwnershipGate gate, final int node, final int interfaces) {
        final GateKeeper keeper = new GateKeeper(gate, node);
        keeper.set(BucketRange.all(0), node, EPOCH);
        keeper.set(BucketRange.all(1), node, EPOCH);
        keeper.setLeaders(interfaces == Long.SIZE ? -1L : (1L << interfaces) - 1, true);
        keeper.setLease(OwnershipGate.SOLO);
    }
}
