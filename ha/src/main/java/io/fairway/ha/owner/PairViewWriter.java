package io.fairway.ha.owner;

import io.fairway.ha.arbiter.ArbiterSettings;
import io.fairway.ha.arbiter.PairAction;
import io.fairway.ha.arbiter.PairArbiter;
import io.fairway.ha.beat.BeatAgent;
import io.fairway.ha.beat.BeatDrop;
import io.fairway.ha.beat.BeatExchange.BeatArrival;
import io.fairway.ha.beat.BeatPath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.MutableLong;

/** Makes {@link PairView}s and remembers the last decisions. The pair's thread uses it. */
final class PairViewWriter {
    private static final int DECISIONS = 20;

    private final ArbiterSettings settings;
    private final PairArbiter arbiter;
    private final PairParts parts;
    private final PartnerRelease release;
    private final ArrayDeque<PairView.Decision> decisions = new ArrayDeque<>(DECISIONS);

    PairViewWriter(
            final ArbiterSettings settings,
            final PairArbiter arbiter,
            final PairParts parts,
            final PartnerRelease release) {
        this.release = release;
        this.settings = settings;
        this.arbiter = arbiter;
        this.parts = parts;
    }

    void decided(final PairAction action, final long nowNs) {
        if (decisions.size() == DECISIONS) {
            decisions.removeFirst();
        }
        decisions.addLast(new PairView.Decision(nowNs, parts.wallClock().time(), action));
        parts.log().accept("pair: " + action);
    }

    PairView write(
            final long nowNs,
            final long leaseLeftNs,
            final BeatArrival lastBeat,
            final Int2ObjectHashMap<MutableLong> heardNs) {
        final PartnerStatus.Snapshot partner = parts.partner().snapshot();
        return new PairView(
                nowNs,
                settings.node(),
                settings.incarnation(),
                leaseLeftNs > 0 ? nowNs + leaseLeftNs : 0,
                arbiter.report(),
                new PairView.Partner(
                        partner.life(),
                        partner.incarnation(),
                        lastBeat == null ? null : lastBeat.beat().report(),
                        release.name(),
                        release.obstacle(nowNs)),
                arbiter.fabricUp(),
                paths(heardNs),
                drops(),
                List.copyOf(decisions));
    }

    private List<PairView.Path> paths(final Int2ObjectHashMap<MutableLong> heardNs) {
        final List<PairView.Path> views = new ArrayList<>();
        final BeatAgent beats = parts.beats();
        for (int i = 0; beats != null && i < beats.paths().size(); i++) {
            final BeatPath path = beats.paths().get(i);
            if (!path.leadsToPartner()) {
                continue;
            }
            final MutableLong heard = heardNs.get(path.id());
            views.add(new PairView.Path(
                    path.name(),
                    path.isFabric(),
                    heard == null ? Long.MIN_VALUE : heard.value,
                    beats.sent(i),
                    beats.refused(i),
                    beats.received(i)));
        }
        return views;
    }

    private Map<String, Long> drops() {
        final Map<String, Long> counts = new LinkedHashMap<>();
        for (final BeatDrop reason : BeatDrop.values()) {
            if (parts.beats() != null && parts.beats().drops(reason) > 0) {
                counts.put(reason.sentence(), parts.beats().drops(reason));
            }
        }
        return counts;
    }
}
