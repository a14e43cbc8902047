package io.fairway.ha.arbiter;

/**
 * Who owns the 256 buckets of one home node, in somebody's view.
 *
 * @param owner 0, 1 or {@link #NOBODY}
 * @param epoch the fencing token; the lowest bit is the owner's node id, so that two nodes never draw the same one
 */
public record HomeClaim(int owner, int epoch) {
    /** The owner of what nobody has claimed yet. */
    public static final int NOBODY = 255;
}
