package io.fairway.ha.owner;

import io.fairway.ha.beat.BeatAgent;
import io.fairway.ha.beat.BeatExchange.Observation;
import io.fairway.ha.beat.BeatPath;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.MutableLong;

/**
 * Finds fabric links that have no carrier or lose beats, so that packets take another one long before Aeron notices.
 * The pair's thread uses it; nobody's life or death is judged here.
 */
final class FabricWatch {
    private final List<BeatPath> paths;
    private final FabricLinks links;
    private final long patienceNs;
    private final boolean[] down;

    FabricWatch(final BeatAgent beats, final FabricLinks links, final long leaseNs) {
        paths = beats == null
                ? List.of()
                : beats.paths().stream().filter(BeatPath::isFabric).toList();
        this.links = links;
        patienceNs = leaseNs / 2;
        down = new boolean[BeatPath.DATA];
    }

    /** @param heardNs when a beat last came, per path id */
    void observe(final Observation observation, final Int2ObjectHashMap<MutableLong> heardNs) {
        for (int i = 0; i < paths.size(); i++) {
            final int link = paths.get(i).id();
            final MutableLong heard = heardNs.get(link);
            final long sinceNs =
                    heard == null || observation.sinceNs() - heard.value > 0 ? observation.sinceNs() : heard.value;
            final boolean silent = observation.atNs() - sinceNs >= patienceNs;
            final boolean unplugged = (observation.fabricMask() >>> link & 1) == 0;
            if ((silent || unplugged) != down[link]) {
                down[link] = silent || unplugged;
                links.linkUp(link, !down[link]);
            }
        }
    }
}
