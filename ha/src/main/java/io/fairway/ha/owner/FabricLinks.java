package io.fairway.ha.owner;

/** Told by the pair's thread which fabric links carry beats. */
@FunctionalInterface
public interface FabricLinks {
    /** A link's beats come; or it has no carrier, or they have not come for half a lease. */
    void linkUp(int link, boolean up);
}
