package io.fairway.node;

import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.ha.arbiter.HomeClaim;
import io.fairway.ha.arbiter.NodeReport;
import io.fairway.ha.arbiter.PairState;
import io.fairway.ha.journal.JournalView;
import io.fairway.ha.owner.PairView;
import io.fairway.model.Release;
import io.fairway.model.config.Router;
import io.fairway.model.pair.BucketId;
import io.fairway.node.api.PairStatus;
import io.fairway.node.api.PairStatus.BeatPath;
import io.fairway.node.api.PairStatus.Copies;
import io.fairway.node.api.PairStatus.Decision;
import io.fairway.node.api.PairStatus.Home;
import io.fairway.node.api.PairStatus.Leader;
import io.fairway.node.api.ProcessStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Turns the pair's view of this moment into what {@code show pair} shows. */
final class PairStatusReader {
    private final Router router;
    private final Router.Node node;
    private final OwnershipGate gate;
    private final DecisionWords words;
    private final ProcessStatus processes;

    PairStatusReader(
            final Router router, final Router.Node node, final OwnershipGate gate, final ProcessStatus processes) {
        this.processes = processes;
        this.router = router;
        this.node = node;
        this.gate = gate;
        words = new DecisionWords(router);
    }

    /** A router of one node. */
    PairStatus single() {
        return new PairStatus(
                node.name(),
                null,
                Release.NAME,
                null,
                null,
                "SINGLE",
                "a router of one node",
                null,
                0,
                -1,
                false,
                0,
                null,
                false,
                false,
                BucketId.COUNT,
                gate.epoch(0),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                processes);
    }

    /**
     * One node of a pair.
     *
     * @param copies how the journal says that both copies of the sessions stand
     * @param unsynced sessions whose newest record the partner has not acknowledged
     * @param obstacle what of the partner's journal is not understood here, in a sentence, or null
     */
    PairStatus of(final PairView view, final JournalView copies, final long unsynced, final String obstacle) {
        final long nowNs = System.nanoTime();
        final NodeReport partner = view.partner().report();
        return new PairStatus(
                node.name(),
                router.nodes().get(1 - node.id()).name(),
                Release.NAME,
                view.partner().release().isEmpty() ? null : view.partner().release(),
                view.partner().obstacle() == null ? obstacle : view.partner().obstacle(),
                view.state().name(),
                view.state().sentence(),
                view.partner().life() + (partner == null ? "" : " " + partner.state()),
                view.partner().incarnation(),
                Math.max(0, TimeUnit.NANOSECONDS.toMillis(gate.validUntilNs() - nowNs)),
                view.state() == PairState.PAIRED && view.report().synced() && partner != null && partner.synced(),
                unsynced,
                new Copies(
                        copies.equal(),
                        copies.differingBuckets(),
                        copies.lagBatches(),
                        TimeUnit.NANOSECONDS.toMillis(copies.lagNs()),
                        copies.lagsForNs() < 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(copies.lagsForNs())),
                view.report().drained(),
                view.report().frozen(),
                ownBuckets(),
                highestEpoch(),
                homes(view.report()),
                leaders(view),
                paths(view, nowNs),
                decisions(view, nowNs),
                processes);
    }

    /** The node that leads an interface, or null if neither is known to. */
    String leader(final PairView view, final int interfaceIndex) {
        if (gate.leads(interfaceIndex)) {
            return node.name();
        }
        final NodeReport partner = view.partner().report();
        final boolean partnerLeads = partner != null && (partner.leaderMask() >>> interfaceIndex & 1) != 0;
        return partnerLeads ? router.nodes().get(1 - node.id()).name() : null;
    }

    private List<Home> homes(final NodeReport report) {
        final List<Home> homes = new ArrayList<>();
        for (int home = 0; home < 2; home++) {
            int start = 0;
            for (final HomeClaim.Run run : report.home(home).runs()) {
                final String owner = run.owner() == HomeClaim.NOBODY
                        ? null
                        : router.nodes().get(run.owner()).name();
                homes.add(new Home(router.nodes().get(home).name(), owner, run.end() - start, run.epoch()));
                start = run.end();
            }
        }
        return homes;
    }

    private int ownBuckets() {
        int own = 0;
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            own += gate.owner(bucket) == node.id() ? 1 : 0;
        }
        return own;
    }

    private int highestEpoch() {
        int highest = 0;
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            highest = Math.max(highest, gate.epoch(bucket));
        }
        return highest;
    }

    private List<Leader> leaders(final PairView view) {
        final List<Leader> leaders = new ArrayList<>();
        for (int i = 0; i < router.interfaces().size(); i++) {
            leaders.add(new Leader(router.interfaces().get(i).name(), leader(view, i)));
        }
        return leaders;
    }

    private List<BeatPath> paths(final PairView view, final long nowNs) {
        final long leaseNs = TimeUnit.MILLISECONDS.toNanos(router.pair().leaseMs());
        return view.paths().stream()
                .map(path -> {
                    final boolean never = path.heardNs() == Long.MIN_VALUE;
                    final long ageNs = never ? 0 : nowNs - path.heardNs();
                    return new BeatPath(
                            path.name(), !never && ageNs < leaseNs, never ? -1 : TimeUnit.NANOSECONDS.toMillis(ageNs));
                })
                .toList();
    }

    private List<Decision> decisions(final PairView view, final long nowNs) {
        return view.decisions().stream()
                .map(decision -> new Decision(
                        TimeUnit.NANOSECONDS.toMillis(nowNs - decision.atNs()),
                        words.what(decision.action()),
                        DecisionWords.why(decision.action())))
                .toList();
    }
}
