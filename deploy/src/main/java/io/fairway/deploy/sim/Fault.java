package io.fairway.deploy.sim;

import java.util.Locale;

/**
 * One thing that goes wrong.
 *
 * @param atMs when, from the start
 * @param forMs for how long; 0 for what is done in a moment
 * @param kind what
 * @param where the node, or {@code path * 3 + direction} (0 from node 0, 1 from node 1, 2 both)
 * @param amount per million frames, ms or flaps a second
 */
record Fault(long atMs, long forMs, Kind kind, int where, int amount) {
    static final int BOTH = 2;
    private static final String[] PATHS = {"fabric0", "fabric1", "lan", "wan"};
    private static final String[] DIRECTIONS = {"from0", "from1", "both"};

    /** What may go wrong (ha-design.md, section 5). */
    enum Kind {
        KILL(false, "the process is killed; its sentinel tells"),
        STOP(false, "the node is stopped in order and started again"),
        POWER_LOST(false, "the host is gone and comes back"),
        FREEZE(false, "the process does not run (SIGSTOP, a pause of the runtime)"),
        FREEZE_IN_TURN(false, "the forwarder freezes right after it has read the clock"),
        STARVE_BEATS(false, "the beat thread does not run"),
        STARVE_PAIR(false, "the pair's thread does not run"),
        STARVE_FORWARDER(false, "the forwarder does not run"),
        STARVE_CONTROLLER(false, "the controller does not run"),
        CUT(true, "nothing passes"),
        LOSE(true, "frames are lost"),
        REPEAT(true, "frames come twice"),
        CORRUPT(true, "bits flip"),
        DELAY(true, "frames come late"),
        REORDER(true, "frames overtake each other"),
        FLAP(true, "the path is cut and mended again and again"),
        BLOCK_JOURNAL(true, "the journal does not pass, beats do"),
        BLOCK_BEATS(true, "beats do not pass, the journal does"),
        UNPLUG_LAN(false, "the node's LAN device has no link"),
        UNPLUG_WAN(false, "the node's WAN device has no link"),
        WITNESS_LOST(false, "the node does not reach the witness"),
        WITNESS_RESTARTED(false, "the witness forgets what it has granted"),
        FENCE_FAILS(false, "the node cannot be cut off"),
        HANDOVER(false, "an operator lets the node give everything away until its process ends"),
        DRAIN(false, "an operator empties the node for a while"),
        HOLD(false, "an operator lets nothing move by itself for a while"),
        REPLAY(false, "somebody sends sealed packets of the WAN again"),
        DISK_FULL(false, "no write succeeds"),
        DISK_READ_ONLY(false, "no write succeeds, nor any opening for writing"),
        DISK_TORN(false, "power is lost in the middle of the next write"),
        DISK_STALE(false, "the disk is restored from a backup while the host is off"),
        DISK_CORRUPT(false, "the epochs' file is spoilt while the host is off"),
        DISK_FOREIGN(false, "the host comes back with the other node's disk"),
        STORE_STALE(false, "the warm store is restored from a backup while the host is off"),
        STORE_CORRUPT(false, "records of the warm store are spoilt while the host is off"),
        STORE_LOST(false, "the warm store is refused while the host is off"),
        WALL_JUMP(false, "the wall clock jumps");

        private final boolean onPath;
        private final String sentence;

        Kind(final boolean onPath, final String sentence) {
            this.onPath = onPath;
            this.sentence = sentence;
        }

        /** Whether it happens to a path, not to a node. */
        boolean onPath() {
            return onPath;
        }

        String sentence() {
            return sentence;
        }

        /** Whether it is done in a moment. */
        boolean isMomentary() {
            return switch (this) {
                case KILL, STOP, WALL_JUMP, WITNESS_RESTARTED, HANDOVER -> true;
                default -> false;
            };
        }

        /** Whether it happens to a disk while the host is off. */
        boolean needsPowerOff() {
            return switch (this) {
                case DISK_STALE, DISK_CORRUPT, DISK_FOREIGN, STORE_STALE, STORE_CORRUPT, STORE_LOST -> true;
                default -> false;
            };
        }
    }

    int path() {
        return where / 3;
    }

    int direction() {
        return where % 3;
    }

    /** Whether frames from this node suffer. */
    boolean hits(final int from) {
        return direction() == BOTH || direction() == from;
    }

    @Override
    public String toString() {
        final String place = kind.onPath ? PATHS[path()] + "-" + DIRECTIONS[direction()] : "node" + where;
        return atMs + " " + forMs + " " + kind.name().toLowerCase(Locale.ROOT) + " " + place + " " + amount;
    }

    /** Reads what {@link #toString} wrote. */
    static Fault parse(final String line) {
        final String[] words = line.strip().split(" ", -1);
        final Kind kind = Kind.valueOf(words[2].toUpperCase(Locale.ROOT));
        return new Fault(
                Long.parseLong(words[0]),
                Long.parseLong(words[1]),
                kind,
                kind.onPath ? where(words[3]) : words[3].charAt(4) - '0',
                Integer.parseInt(words[4]));
    }

    private static int where(final String place) {
        for (int path = 0; path < PATHS.length; path++) {
            for (int direction = 0; direction < DIRECTIONS.length; direction++) {
                if (place.equals(PATHS[path] + "-" + DIRECTIONS[direction])) {
                    return path * 3 + direction;
                }
            }
        }
        throw new IllegalArgumentException("no such place: " + place);
    }
}
