package io.fairway.deploy.sim;

/**
 * The Spawn door: a thread of a simulated process. It runs a turn when it is woken or its sleep is over, unless it does
 * not run at all, like every thread of a frozen process; then it runs when that ends.
 */
final class SimThread {
    /** One turn; returns how long it may sleep after it. */
    @FunctionalInterface
    interface Turn {
        long run();
    }

    private final Timeline timeline;
    private final Turn turn;
    private long dueNs = Long.MAX_VALUE;
    private long stoppedUntilNs;
    private boolean ended;

    SimThread(final Timeline timeline, final Turn turn) {
        this.timeline = timeline;
        this.turn = turn;
    }

    /** Runs a turn this soon, or sooner if that was planned. */
    void wakeIn(final long delayNs) {
        final long atNs = Math.max(timeline.nowNs() + delayNs, stoppedUntilNs);
        if (ended || atNs >= dueNs) {
            return;
        }
        dueNs = atNs;
        timeline.at(atNs, () -> runIfDue(atNs));
    }

    private void runIfDue(final long atNs) {
        if (ended || dueNs != atNs) {
            return;
        }
        dueNs = Long.MAX_VALUE;
        if (timeline.nowNs() < stoppedUntilNs) {
            wakeIn(0);
            return;
        }
        final long sleepNs = turn.run();
        wakeIn(Math.max(sleepNs, 1));
    }

    /** Does not run before then. */
    void stopUntil(final long untilNs) {
        stoppedUntilNs = Math.max(stoppedUntilNs, untilNs);
    }

    /** Runs again, if it was stopped. */
    void go() {
        if (timeline.nowNs() < stoppedUntilNs) {
            stoppedUntilNs = timeline.nowNs();
            dueNs = Long.MAX_VALUE;
            wakeIn(0);
        }
    }

    boolean running() {
        return !ended && timeline.nowNs() >= stoppedUntilNs;
    }

    /** Never runs again. */
    void end() {
        ended = true;
    }
}
