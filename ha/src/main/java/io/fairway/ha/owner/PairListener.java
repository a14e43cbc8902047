package io.fairway.ha.owner;

/** Told by the pair's thread, after the gate shows the change. Must return soon and never throw. */
public interface PairListener {
    /** Buckets or led interfaces changed, see the gate. */
    void onOwnershipChanged();

    /** A bucket is to be given away: write nothing more about its sessions, then say so behind all that was written. */
    void onSettle(int bucket);

    /** It stays. */
    void onUnsettle(int bucket);

    /** The partner is dead on evidence: this node serves alone. Comes again for each dead process of the partner. */
    void onPartnerDead(String why);

    /** The partner lives and hears us. */
    void onPartnerAlive();

    /** This process lost its claim: exit with {@link io.fairway.ha.sentinel.ExitCode#RESTART}. The gate is closed. */
    void onRestartRequired(String why);
}
