package io.fairway.ha.arbiter.search;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.LongArrayList;
import org.agrona.collections.LongHashSet;

/**
 * Every sequence of moves up to a length, from every root, one length after the other. A state that was seen before is
 * not gone on from: what follows from it is seen from its first appearance, which no sequence is shorter than. What is
 * left out besides: from the longest sequences, the last move if no time passes in it and healing undoes it (a link
 * that goes down, a process that freezes): such a state sends no more than the one before it, and is healed like that.
 */
final class Search {
    private static final int MOVE_BITS = 8;
    private static final int MOVE = (1 << MOVE_BITS) - 1;

    private final SearchSetup setup;
    private final List<Move> moves;
    private final int depth;
    private final LongHashSet seen = new LongHashSet(1 << 16);
    private final StateKey key = new StateKey();
    private final Healing healing = new Healing();
    private final SearchWorld[] way = new SearchWorld[Long.BYTES + 1];
    private final List<Integer> statesByLength = new ArrayList<>();
    private long wayPath;
    private int wayLength;
    private long transitions;

    Search(final SearchSetup setup, final int depth) {
        if (depth > Long.BYTES) {
            throw new IllegalArgumentException("a sequence has at most " + Long.BYTES + " moves");
        }
        this.setup = setup;
        this.depth = depth;
        moves = Move.of(setup);
    }

    /** What was found: how much, and no violation. */
    record Result(String name, int depth, List<Integer> statesByLength, long transitions, int followed, double ms) {
        int states() {
            return statesByLength.stream().mapToInt(Integer::intValue).sum();
        }

        @Override
        public String toString() {
            return "%s: %,d states %s and %,d transitions up to %d events; healed within %.0f ms (%,d followed)"
                    .formatted(name, states(), statesByLength, transitions, depth, ms, followed);
        }
    }

    /** @throws Violation with the sequence that leads to it */
    Result run() {
        final List<LongArrayList> present = new ArrayList<>();
        for (final Root root : Root.values()) {
            final LongArrayList paths = new LongArrayList();
            if (note(root, root.world(setup, null), 0, 0)) {
                paths.addLong(0);
            }
            present.add(paths);
        }
        for (int length = 0; length < depth; length++) {
            for (final Root root : Root.values()) {
                present.set(root.ordinal(), longer(root, present.get(root.ordinal()), length));
            }
        }
        return new Result(
                setup.name(),
                depth,
                statesByLength,
                transitions,
                healing.followed(),
                healing.longest() * SearchSetup.STEP_NS / 1e6);
    }

    private LongArrayList longer(final Root root, final LongArrayList paths, final int length) {
        way[0] = root.world(setup, null);
        wayLength = 0;
        wayPath = 0;
        final LongArrayList next = new LongArrayList();
        for (int i = 0; i < paths.size(); i++) {
            goOn(root, paths.getLong(i), length, next);
        }
        return next;
    }

    private void goOn(final Root root, final long path, final int length, final LongArrayList next) {
        final SearchWorld here = world(path, length);
        for (int i = 0; i < moves.size(); i++) {
            final Move move = moves.get(i);
            if (!move.possible(here) || length + 1 == depth && move.kind().isUndoneByHealing()) {
                continue;
            }
            final SearchWorld there = here.copy();
            final long longer = path | (long) i << MOVE_BITS * length;
            try {
                move.make(there);
            } catch (final Violation e) {
                throw told(root, longer, length + 1, e);
            }
            transitions++;
            if (note(root, there, longer, length + 1) && length + 1 < depth) {
                next.addLong(longer);
            }
        }
    }

    /** Whether a state is new; then it must lead home, and is destroyed by that. */
    private boolean note(final Root root, final SearchWorld world, final long path, final int length) {
        if (!seen.add(key.of(world))) {
            return false;
        }
        while (statesByLength.size() <= length) {
            statesByLength.add(0);
        }
        statesByLength.set(length, statesByLength.get(length) + 1);
        try {
            healing.demand(world);
        } catch (final Violation e) {
            throw told(root, path, length, e);
        }
        return true;
    }

    /** The world behind a path; its beginning is mostly that of the path before. */
    private SearchWorld world(final long path, final int length) {
        int common = 0;
        while (common < Math.min(length, wayLength) && moveAt(path, common) == moveAt(wayPath, common)) {
            common++;
        }
        for (int i = common; i < length; i++) {
            way[i + 1] = way[i].copy();
            moves.get(moveAt(path, i)).make(way[i + 1]);
        }
        wayPath = path;
        wayLength = length;
        return way[length];
    }

    private static int moveAt(final long path, final int place) {
        return (int) (path >>> MOVE_BITS * place) & MOVE;
    }

    /** Lives through the sequence once more and tells it. */
    private Violation told(final Root root, final long path, final int length, final Violation violation) {
        final List<String> story = new ArrayList<>();
        final SearchWorld world = root.world(setup, story);
        story.clear();
        try {
            for (int i = 0; i < length; i++) {
                story.add("-- " + moves.get(moveAt(path, i)));
                moves.get(moveAt(path, i)).make(world);
            }
            story.add("-- healed");
            new Healing().demand(world);
        } catch (final Violation again) {
            story.add(again.getMessage());
        }
        return new Violation(
                violation.invariant(),
                setup.name() + " from " + root + ", after " + length + " events: " + violation.getMessage() + "\n"
                        + String.join("\n", story.subList(0, Math.min(60, story.size()))));
    }
}
