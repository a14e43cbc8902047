package io.fairway.deploy.sim;

import io.fairway.ha.journal.PartnerStatus;

/** What the journal asks of the pair, as the product's wiring joins them. */
final class JournalSeams {
    private JournalSeams() {}

    /** Whether the partner lives, as the pair decided. */
    static PartnerStatus partner(final io.fairway.ha.owner.PartnerStatus partner) {
        return new PartnerStatus() {
            @Override
            public boolean alive() {
                return partner.isAlive();
            }

            @Override
            public long incarnation() {
                return partner.incarnation();
            }
        };
    }
}
