package io.fairway.dataplane.neighbor;

/** Told, on the forwarder's thread, what became of a neighbour that had to be asked for. */
public interface NeighborListener {
    /** It can be sent to now. */
    void onResolved(int neighbor);

    /** It did not answer; its entry is free after this call. */
    void onUnresolved(int neighbor);
}
