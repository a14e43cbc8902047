package io.fairway.ha.resync;

/**
 * Who is believed when two copies meet. A node is cold until it was synced once or served alone: what it has is from
 * its warm store and proves nothing, and each such record is provisional. A node that is not cold is authoritative for
 * the buckets it owns. Pure.
 */
public final class ResyncRules {
    private ResyncRules() {}

    /**
     * Whether a record belongs into a snapshot: a provisional one is offered only to a partner that knows no better.
     */
    public static boolean sent(final boolean provisional, final boolean receiverCold) {
        return !provisional || receiverCold;
    }

    /**
     * Whether a record of a snapshot that this node does not hold is taken. The owner of a bucket knows all its
     * sessions: what it does not know it has deleted.
     */
    public static boolean accepted(final boolean receiverCold, final boolean receiverOwns) {
        return receiverCold || !receiverOwns;
    }

    /**
     * Whether a record that the whole snapshot did not name is removed.
     *
     * @param provisional it came from this node's warm store and nobody confirmed it
     * @param senderCold whether the snapshot's sender knew no better itself
     * @param senderOwns the sender owned the record's bucket from the snapshot's first to its last entry
     * @param receiverOwns this node owns the bucket
     */
    public static boolean removed(
            final boolean provisional, final boolean senderCold, final boolean senderOwns, final boolean receiverOwns) {
        if (senderCold) {
            return false;
        }
        return provisional || senderOwns && !receiverOwns;
    }
}
