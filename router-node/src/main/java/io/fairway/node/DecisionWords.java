package io.fairway.node;

import io.fairway.ha.arbiter.BucketRange;
import io.fairway.ha.arbiter.PairAction;
import io.fairway.model.config.Router;
import io.fairway.model.pair.BucketId;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Says the arbiter's decisions in words, with the names of nodes and interfaces. */
final class DecisionWords {
    private final Router router;

    DecisionWords(final Router router) {
        this.router = router;
    }

    /** What was decided. */
    String what(final PairAction action) {
        return switch (action) {
            case PairAction.SetLease _ -> "renew the lease";
            case PairAction.CloseGate _ -> "send nothing more";
            case PairAction.PersistEpoch persist -> "remember epoch " + persist.epoch();
            case PairAction.PersistIncarnation persist -> "remember incarnation " + persist.floor();
            case PairAction.AdoptBuckets adopt -> "own " + buckets(adopt.buckets()) + " at epoch " + adopt.epoch();
            case PairAction.AcceptOwnership accept ->
                router.nodes().get(accept.owner()).name() + " owns " + buckets(accept.buckets()) + " at epoch "
                        + accept.epoch();
            case PairAction.SettleBucket settle -> "settle bucket " + settle.bucket();
            case PairAction.UnsettleBucket unsettle -> "keep bucket " + unsettle.bucket();
            case PairAction.GiveBucket give -> "give bucket " + give.bucket() + " at epoch " + give.epoch();
            case PairAction.LeadInterfaces lead -> "lead " + interfaces(lead.mask());
            case PairAction.ReleaseInterfaces release -> "let the partner lead " + interfaces(release.mask());
            case PairAction.DeclarePartnerDead dead -> "the partner is dead, incarnation " + dead.incarnation();
            case PairAction.DeclarePartnerAlive alive -> "the partner lives, incarnation " + alive.incarnation();
            case PairAction.MarkFabric fabric -> fabric.up() ? "the fabric works again" : "the fabric fails";
            case PairAction.Become become -> "become " + become.state();
            case PairAction.AskWitness _ -> "ask the witness";
            case PairAction.FencePartner _ -> "fence the partner off";
            case PairAction.Note note -> note.what();
            case PairAction.Refuse refuse -> "an order is refused";
            case PairAction.RestartSelf _ -> "start anew";
        };
    }

    /** The evidence, or nothing. */
    static String why(final PairAction action) {
        return switch (action) {
            case PairAction.CloseGate close -> close.why();
            case PairAction.UnsettleBucket unsettle -> unsettle.why();
            case PairAction.ReleaseInterfaces release -> release.why();
            case PairAction.DeclarePartnerDead dead -> dead.why();
            case PairAction.Become become -> become.why();
            case PairAction.Refuse refuse -> refuse.why();
            case PairAction.RestartSelf restart -> restart.why();
            default -> "";
        };
    }

    private String buckets(final BucketRange range) {
        final String home = router.nodes().get(range.homeNode()).name();
        return range.to() - range.from() == BucketId.PER_NODE
                ? "all buckets of " + home
                : "buckets " + range.firstBucket() + " to " + (range.endBucket() - 1) + " of " + home;
    }

    private String interfaces(final long mask) {
        return IntStream.range(0, router.interfaces().size())
                .filter(i -> (mask >>> i & 1) != 0)
                .mapToObj(i -> router.interfaces().get(i).name())
                .collect(Collectors.joining(", "));
    }
}
