package io.fairway.node.cli;

/** Times as people read them. */
final class Durations {
    private static final long SECOND_MS = 1000;
    private static final long MINUTE_MS = 60 * SECOND_MS;
    private static final long HOUR_MS = 60 * MINUTE_MS;
    private static final long DAY_MS = 24 * HOUR_MS;

    private Durations() {}

    /** Two units at most: {@code 12ms}, {@code 9s}, {@code 3m05s}, {@code 2h07m}, {@code 5d03h}; a dash for never. */
    static String of(final long ms) {
        if (ms < 0) {
            return "-";
        }
        if (ms < SECOND_MS) {
            return ms + "ms";
        }
        if (ms < MINUTE_MS) {
            return ms / SECOND_MS + "s";
        }
        if (ms < HOUR_MS) {
            return two(ms / MINUTE_MS, "m", ms % MINUTE_MS / SECOND_MS, "s");
        }
        if (ms < DAY_MS) {
            return two(ms / HOUR_MS, "h", ms % HOUR_MS / MINUTE_MS, "m");
        }
        return two(ms / DAY_MS, "d", ms % DAY_MS / HOUR_MS, "h");
    }

    private static String two(final long large, final String largeUnit, final long small, final String smallUnit) {
        return large + largeUnit + (small < 10 ? "0" : "") + small + smallUnit;
    }
}
