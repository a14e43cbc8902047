package io.fairway.ha.feed;

import io.fairway.ha.journal.JournalListener;

/**
 * What a controller hears of journal and arbiter, in this process or in another one. Called by the pair's thread; must
 * not block.
 */
public interface PairNotices extends JournalListener {
    /** Buckets or led interfaces changed, see the gate. */
    void onOwnershipChanged();

    /**
     * A bucket is to be given away: nothing more about its sessions, then
     * {@link io.fairway.ha.journal.Journal#settled}.
     */
    void onSettle(int bucket);

    /** It stays. */
    void onUnsettle(int bucket);

    /** The partner is dead on evidence: this node serves alone. */
    void onPartnerDead(String why);

    /** The partner lives and hears us. */
    void onPartnerAlive();
}
