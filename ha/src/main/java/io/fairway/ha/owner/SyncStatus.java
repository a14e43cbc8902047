package io.fairway.ha.owner;

/** Said by the journal, asked by the pair's thread. */
@FunctionalInterface
public interface SyncStatus {
    /** No bucket, in {@link #takeSettled}. */
    int NONE = -1;

    /**
     * Whether a copy of every session of the partner is here. False from {@link PairListener#onPartnerAlive} on, until
     * the resynchronisation with this partner process is complete.
     */
    boolean synced();

    /** Whether both nodes have the same sessions, as far as their digests were compared. */
    default boolean copiesEqual() {
        return synced();
    }

    /**
     * A bucket that {@link PairListener#onSettle} was told, once: nothing more will be written about its sessions, and
     * the partner has all that was. Or {@link #NONE}.
     */
    default int takeSettled() {
        return NONE;
    }
}
