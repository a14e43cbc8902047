package io.fairway.ha.arbiter;

/**
 * The partner as this node knows it: its processes by their incarnations, whether one lives, and what that one last
 * said of itself. Pure; the arbiter alone changes it.
 */
public final class Partner {
    private long incarnation;
    private long deadIncarnation;
    private boolean alive;

    /** What it last said of itself; null: nothing yet. */
    private NodeReport report;

    Partner() {}

    /** A beat of a process that may live. */
    void onReport(final long itsIncarnation, final NodeReport itsReport) {
        incarnation = itsIncarnation;
        report = itsReport;
    }

    /** A process is known of, by its death or by its dispute. */
    void onIncarnation(final long itsIncarnation) {
        incarnation = itsIncarnation;
    }

    void onAlive() {
        alive = true;
    }

    /** All its processes up to the newest one are dead to us. */
    void onDead() {
        alive = false;
        onBuried();
    }

    /** The newest process is not to be believed any more, though nothing is decided yet. */
    void onBuried() {
        deadIncarnation = Math.max(deadIncarnation, incarnation);
    }

    /** The highest incarnation that was heard of; 0: none. */
    public long incarnation() {
        return incarnation;
    }

    /** The highest incarnation that was declared dead; 0: none. */
    public long deadIncarnation() {
        return deadIncarnation;
    }

    /** Whether this node counts on it. */
    public boolean alive() {
        return alive;
    }

    NodeReport report() {
        return report;
    }

    /** Whether it has every session and said so. */
    boolean paired() {
        return report.state() == PairState.PAIRED;
    }

    /** Whether it cannot have gone on alone when it was last heard; who was never heard could not. */
    boolean boundByLease() {
        return report == null || report.state().boundByLease();
    }
}
