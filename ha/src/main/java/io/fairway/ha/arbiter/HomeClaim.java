package io.fairway.ha.arbiter;

import io.fairway.model.pair.BucketId;
import java.util.ArrayList;
import java.util.List;

/**
 * Who owns the 256 buckets of one home node, in somebody's view: runs of buckets that have one owner and one epoch.
 * Never changes.
 *
 * @param runs in ascending order, the last one ends at 256
 */
public record HomeClaim(List<Run> runs) {
    /** The owner of what nobody has claimed yet. */
    public static final int NOBODY = 255;

    /** The most runs that a beat has room for. */
    public static final int MAX_RUNS = 8;

    /**
     * Neighbouring buckets with one owner and epoch.
     *
     * @param end the place, 1 to 256, behind its last bucket
     * @param owner 0, 1 or {@link #NOBODY}
     * @param epoch the fencing token; the lowest bit is the owner's node id, so that two owners never have the same one
     */
    public record Run(int end, int owner, int epoch) {}

    public HomeClaim {
        runs = List.copyOf(runs);
    }

    /** One owner and epoch for all buckets. */
    public static HomeClaim of(final int owner, final int epoch) {
        return new HomeClaim(List.of(new Run(BucketId.PER_NODE, owner, epoch)));
    }

    /**
     * The run that holds a bucket.
     *
     * @param place the bucket's place in its home, 0 to 255
     */
    public Run at(final int place) {
        for (final Run run : runs) {
            if (place < run.end()) {
                return run;
            }
        }
        throw new IllegalArgumentException("no bucket has the place " + place);
    }

    /** The same, but for the buckets from {@code from} to {@code to} - 1. */
    public HomeClaim with(final int from, final int to, final int owner, final int epoch) {
        final List<Run> changed = new ArrayList<>();
        int start = 0;
        for (final Run run : runs) {
            append(changed, start, Math.min(run.end(), from), run.owner(), run.epoch());
            append(changed, Math.max(start, from), Math.min(run.end(), to), owner, epoch);
            append(changed, Math.max(start, to), run.end(), run.owner(), run.epoch());
            start = run.end();
        }
        return new HomeClaim(changed);
    }

    private static void append(final List<Run> list, final int start, final int end, final int owner, final int epoch) {
        if (start >= end) {
            return;
        }
        final Run last = list.isEmpty() ? null : list.getLast();
        if (last != null && last.owner() == owner && last.epoch() == epoch) {
            list.removeLast();
        }
        list.add(new Run(end, owner, epoch));
    }

    /** Whether all buckets belong to this owner. */
    public boolean isAllOf(final int owner) {
        return runs.stream().allMatch(run -> run.owner() == owner);
    }

    /** Whether any bucket belongs to this owner. */
    public boolean hasAnyOf(final int owner) {
        return runs.stream().anyMatch(run -> run.owner() == owner);
    }

    /** The highest epoch. */
    public int epoch() {
        return runs.stream().mapToInt(Run::epoch).max().orElse(0);
    }

    /** The highest epoch of what this owner has, 0 if it has nothing. */
    public int epochOf(final int owner) {
        return runs.stream()
                .filter(run -> run.owner() == owner)
                .mapToInt(Run::epoch)
                .max()
                .orElse(0);
    }
}
