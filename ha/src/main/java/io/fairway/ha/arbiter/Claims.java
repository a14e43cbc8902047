package io.fairway.ha.arbiter;

import io.fairway.ha.arbiter.HomeClaim.Run;
import io.fairway.ha.arbiter.PairAction.AcceptOwnership;
import io.fairway.ha.arbiter.PairAction.AdoptBuckets;
import io.fairway.ha.arbiter.PairAction.GiveBucket;
import io.fairway.ha.arbiter.PairAction.PersistEpoch;
import io.fairway.model.pair.BucketId;
import java.util.ArrayList;
import java.util.List;

/**
 * This node's view of who owns which bucket at which epoch, and what changes it: a claim of its own, a claim of the
 * partner, a gift either way. A node claims for the partner only by a gift. Higher epochs win; two nodes never draw the
 * same one, as its lowest bit is the owner's id. Pure; the arbiter uses it.
 */
final class Claims {
    private static final int HOMES = 2;

    private final int node;
    private final int partner;
    private final HomeClaim[] homes = new HomeClaim[HOMES];
    private final int[] highestEpochs = new int[HOMES];

    Claims(final int node, final StoredEpochs stored) {
        this.node = node;
        partner = 1 - node;
        for (int home = 0; home < HOMES; home++) {
            highestEpochs[home] = stored.reserved(home);
            homes[home] = HomeClaim.of(HomeClaim.NOBODY, stored.known(home));
        }
    }

    /** A part of a home in which both views are of one piece. */
    private record Part(BucketRange buckets, Run mine, Run theirs) {}

    private List<Part> parts(final NodeReport report) {
        final List<Part> parts = new ArrayList<>();
        for (int home = 0; home < HOMES; home++) {
            final HomeClaim mine = homes[home];
            final HomeClaim theirs = report.home(home);
            int from = 0;
            while (from < BucketId.PER_NODE) {
                final Run ours = mine.at(from);
                final Run other = theirs.at(from);
                final int to = Math.min(ours.end(), other.end());
                parts.add(new Part(new BucketRange(home, from, to), ours, other));
                from = to;
            }
        }
        return parts;
    }

    HomeClaim home(final int home) {
        return homes[home];
    }

    boolean ownsAll() {
        return homes[0].isAllOf(node) && homes[1].isAllOf(node);
    }

    boolean isNobodys(final int home) {
        return homes[home].isAllOf(HomeClaim.NOBODY);
    }

    /** Epochs are drawn above all that were ever heard of. */
    void noteEpochs(final NodeReport report) {
        for (int home = 0; home < HOMES; home++) {
            highestEpochs[home] =
                    Math.max(highestEpochs[home], report.home(home).epoch());
        }
    }

    /** Whether both name different owners at one epoch. */
    boolean conflict(final NodeReport report) {
        return parts(report).stream()
                .anyMatch(part -> part.mine.epoch() == part.theirs.epoch()
                        && part.mine.owner() != part.theirs.owner()
                        && part.mine.owner() != HomeClaim.NOBODY
                        && part.theirs.owner() != HomeClaim.NOBODY);
    }

    /** Whether the partner says of itself that it owns what this node owns. */
    boolean disputed(final NodeReport report) {
        return parts(report).stream().anyMatch(part -> part.mine.owner() == node && part.theirs.owner() == partner);
    }

    /** Whether this node has drawn the highest epoch; both nodes compare the same numbers. */
    boolean strongerThan(final NodeReport report) {
        final int mine = Math.max(homes[0].epochOf(node), homes[1].epochOf(node));
        return mine > Math.max(report.home(0).epochOf(partner), report.home(1).epochOf(partner));
    }

    /** Draws higher epochs where the partner knows a higher one of what is ours; whether there was any. */
    boolean outbid(final NodeReport report, final List<PairAction> actions) {
        final boolean[] outbid = new boolean[HOMES];
        for (final Part part : parts(report)) {
            outbid[part.buckets.homeNode()] |= part.mine.owner() == node && part.theirs.epoch() > part.mine.epoch();
        }
        for (int home = 0; home < HOMES; home++) {
            if (outbid[home]) {
                raise(home, actions);
            }
        }
        return outbid[0] || outbid[1];
    }

    /** All that this node owns gets new epochs: a partner that was not heard may have drawn higher ones than it has. */
    void renew(final List<PairAction> actions) {
        for (int home = 0; home < HOMES; home++) {
            if (homes[home].hasAnyOf(node)) {
                raise(home, actions);
            }
        }
    }

    /** All that this node owns of a home gets one new epoch. */
    private void raise(final int home, final List<PairAction> actions) {
        final int epoch = draw(home, node);
        actions.add(new PersistEpoch(home, epoch));
        final HomeClaim before = homes[home];
        int from = 0;
        for (final Run run : before.runs()) {
            if (run.owner() == node) {
                homes[home] = homes[home].with(from, run.end(), node, epoch);
                actions.add(new AdoptBuckets(new BucketRange(home, from, run.end()), epoch));
            }
            from = run.end();
        }
    }

    /** Runs of this node's that a beat would soon have no room for become one. */
    void tidy(final List<PairAction> actions) {
        for (int home = 0; home < HOMES; home++) {
            if (homes[home].runs().size() > HomeClaim.MAX_RUNS / 2) {
                raise(home, actions);
            }
        }
    }

    /** All of a home becomes this node's. */
    void adopt(final int home, final List<PairAction> actions) {
        final int epoch = draw(home, node);
        homes[home] = HomeClaim.of(node, epoch);
        actions.add(new PersistEpoch(home, epoch));
        actions.add(new AdoptBuckets(BucketRange.all(home), epoch));
    }

    /** Every home of which the partner or nobody owns a part becomes this node's. */
    void adoptRest(final List<PairAction> actions) {
        for (int home = 0; home < HOMES; home++) {
            if (!homes[home].isAllOf(node)) {
                adopt(home, actions);
            }
        }
    }

    /**
     * Believes what the partner says of itself, and takes what it gives to this process; what it gave to an earlier one
     * is void, and it takes that over.
     */
    void follow(final NodeReport report, final long incarnation, final List<PairAction> actions) {
        final boolean meant = report.knownIncarnation() == incarnation;
        for (final Part part : parts(report)) {
            final BucketRange buckets = part.buckets;
            final int epoch = part.theirs.epoch();
            if (part.theirs.owner() == partner && outdates(part.theirs, part.mine)) {
                assign(buckets, partner, epoch);
                actions.add(new AcceptOwnership(buckets, partner, epoch));
            } else if (meant
                    && part.theirs.owner() == node
                    && part.mine.owner() == partner
                    && epoch > part.mine.epoch()) {
                assign(buckets, node, epoch);
                actions.add(new PersistEpoch(buckets.homeNode(), epoch));
                actions.add(new AdoptBuckets(buckets, epoch));
            }
        }
    }

    private static boolean outdates(final Run claim, final Run old) {
        return claim.epoch() > old.epoch() || (old.owner() == HomeClaim.NOBODY && claim.epoch() == old.epoch());
    }

    /** What an earlier process of the partner owned, while this node had not joined it, is nobody's. */
    void forgetPartner() {
        for (int home = 0; home < HOMES; home++) {
            if (homes[home].hasAnyOf(partner)) {
                homes[home] = HomeClaim.of(HomeClaim.NOBODY, homes[home].epoch());
            }
        }
    }

    /**
     * The bucket of a home that this node should give away first, so that each owner's stay together.
     *
     * @return its id, or -1: this node owns none
     */
    int nextToGive(final int home) {
        final HomeClaim claim = homes[home];
        int first = -1;
        for (int place = 0; place < BucketId.PER_NODE; place++) {
            if (claim.at(place).owner() != node) {
                continue;
            }
            first = first < 0 ? place : first;
            final boolean besideTheirs = place > 0 && claim.at(place - 1).owner() == partner
                    || place + 1 < BucketId.PER_NODE && claim.at(place + 1).owner() == partner;
            if (besideTheirs) {
                return home << 8 | place;
            }
        }
        return first < 0 ? -1 : home << 8 | first;
    }

    boolean owns(final int bucket) {
        return homes[BucketId.homeNode(bucket)]
                        .at(bucket & BucketId.PER_NODE - 1)
                        .owner()
                == node;
    }

    /** The partner's from now on; the epoch is the partner's highest one of this home, or a new one. */
    void give(final int bucket, final List<PairAction> actions) {
        final int home = BucketId.homeNode(bucket);
        final int place = bucket & BucketId.PER_NODE - 1;
        final int present = homes[home].at(place).epoch();
        final int theirs = homes[home].epochOf(partner);
        final int epoch = theirs > present ? theirs : draw(home, partner);
        homes[home] = homes[home].with(place, place + 1, partner, epoch);
        actions.add(new PersistEpoch(home, epoch));
        actions.add(new GiveBucket(bucket, epoch));
    }

    private int draw(final int home, final int owner) {
        int epoch = highestEpochs[home] + 1;
        if ((epoch & 1) != owner) {
            epoch++;
        }
        highestEpochs[home] = epoch;
        return epoch;
    }

    private void assign(final BucketRange part, final int owner, final int epoch) {
        homes[part.homeNode()] = homes[part.homeNode()].with(part.from(), part.to(), owner, epoch);
        highestEpochs[part.homeNode()] = Math.max(highestEpochs[part.homeNode()], epoch);
    }
}
