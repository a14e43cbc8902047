package io.fairway.ha.owner;

/** Whether the partner lives, for any thread. The pair's thread writes it, before it tells any listener. */
public final class PartnerStatus {
    /** What is known of the partner. */
    public enum Life {
        NEVER_SEEN,
        ALIVE,
        DEAD
    }

    /**
     * Both values of one moment.
     *
     * @param life whether it lives
     * @param incarnation the process meant; 0: never seen
     */
    public record Snapshot(Life life, long incarnation) {}

    private volatile Snapshot snapshot = new Snapshot(Life.NEVER_SEEN, 0);

    /** Both values. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** Whether it lives. */
    public Life life() {
        return snapshot.life();
    }

    /** Whether it lives. */
    public boolean isAlive() {
        return snapshot.life() == Life.ALIVE;
    }

    /** The process meant; 0: never seen. */
    public long incarnation() {
        return snapshot.incarnation();
    }

    void set(final Life life, final long incarnation) {
        snapshot = new Snapshot(life, incarnation);
    }
}
