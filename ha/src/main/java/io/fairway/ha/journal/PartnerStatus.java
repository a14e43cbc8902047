package io.fairway.ha.journal;

/** What the journal asks of the pair on every turn. Read by the pair's thread. */
public interface PartnerStatus {
    /** A router of one node. */
    PartnerStatus NONE = new PartnerStatus() {
        @Override
        public boolean alive() {
            return false;
        }

        @Override
        public long incarnation() {
            return 0;
        }
    };

    /** Whether the partner lives, as the arbiter decided. */
    boolean alive();

    /** Which process of the partner is meant. */
    long incarnation();
}
