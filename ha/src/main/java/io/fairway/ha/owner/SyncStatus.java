package io.fairway.ha.owner;

/** Said by the journal, asked by the pair's thread. */
@FunctionalInterface
public interface SyncStatus {
    /**
     * Whether a copy of every session of the partner is here. False from {@link PairListener#onPartnerAlive} on, until
     * the resynchronisation with this partner process is complete.
     */
    boolean synced();
}
