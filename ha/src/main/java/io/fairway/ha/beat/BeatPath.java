package io.fairway.ha.beat;

/**
 * One way to the partner.
 *
 * @param id the same on both nodes: the fabric link's place in its list, or {@link #DATA} plus the interface index
 * @param name for people: the kernel device
 * @param port the network
 */
public record BeatPath(int id, String name, BeatPort port) {
    /** The id of interface 0's path; ids below are fabric links. */
    public static final int DATA = 64;

    /** Whether this is a fabric link. */
    public boolean isFabric() {
        return id < DATA;
    }
}
