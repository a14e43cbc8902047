package io.fairway.deploy.sim;

import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/** The Clock door: a host's monotonic clock, which runs a little wrong, and its wall clock, which jumps. */
final class SimClock implements NanoClock, EpochClock {
    private static final long WALL_START_MS = 1_800_000_000_000L;

    private final Timeline timeline;
    private final long startNs;
    private final long driftPpm;
    private long wallOffsetMs;

    /** Later reads of this turn show the time, the first one this much less. */
    private long staleNs;

    SimClock(final Timeline timeline, final long startNs, final long driftPpm) {
        this.timeline = timeline;
        this.startNs = startNs;
        this.driftPpm = driftPpm;
    }

    @Override
    public long nanoTime() {
        final long nowNs = timeline.nowNs();
        final long localNs = startNs + nowNs + nowNs / 1_000_000 * driftPpm - staleNs;
        staleNs = 0;
        return localNs;
    }

    @Override
    public long time() {
        return WALL_START_MS + timeline.nowNs() / 1_000_000 + wallOffsetMs;
    }

    void jump(final long ms) {
        wallOffsetMs += ms;
    }

    /** The thread that reads next was frozen for so long right after it had read the clock. */
    void frozenAfterReading(final long ns) {
        staleNs = ns;
    }
}
