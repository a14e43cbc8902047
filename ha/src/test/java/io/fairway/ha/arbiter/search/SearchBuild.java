package io.fairway.ha.arbiter.search;

import io.fairway.ha.arbiter.PairAction;
import io.fairway.ha.arbiter.PartnerBeat;

/** What stands between an arbiter and its node, as it is built; the controls override one joint each. */
class SearchBuild {
    /** Whether beats that came over this kind of link reach the arbiter. */
    boolean hears(final boolean fabric) {
        return true;
    }

    /** A beat as the arbiter is told of it. */
    PartnerBeat told(final PartnerBeat beat, final long nowNs) {
        return beat;
    }

    /** Whether the gate does what it is told. */
    boolean gateFollows(final PairAction action) {
        return true;
    }
}
