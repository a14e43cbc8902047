package io.fairway.node;

import io.fairway.cluster.peer.PathState;
import io.fairway.cluster.peer.PeerCounters;
import io.fairway.cluster.peer.PeerDrop;
import io.fairway.cluster.peer.PeerPathRow;
import io.fairway.cluster.peer.PeerTable;
import io.fairway.cluster.peer.exchange.ExchangeRefusal;
import io.fairway.model.config.Peering;
import io.fairway.model.config.Router;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.TcpProbe;
import io.fairway.node.api.PeerRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** Paths to peers as people see them. */
final class PeerRows {
    private static final double NS_PER_MS = 1e6;
    private static final double PARTS_PER_PERCENT = 100;
    private static final double CENTS = 100;
    private static final double THOUSANDTHS = 1000;

    private PeerRows() {}

    /** All of a router's paths, with the number of sessions on each. */
    static List<PeerRow> of(
            final Router router, final PeerTable table, final ToLongFunction<Router.PeerPath> sessions) {
        final List<PeerRow> rows = new ArrayList<>();
        for (int i = 0; i < table.size(); i++) {
            final Router.PeerPath path = router.peerPaths().get(i);
            final PeerPathRow row = table.row(i);
            final boolean certified = router.peering().terms().get(i).certified();
            rows.add(new PeerRow(
                    path.peer(),
                    path.name(),
                    router.interfaces().get(path.interfaceIndex()).name(),
                    path.localWaypoint().toString(),
                    path.remoteWaypoint().toString(),
                    state(row),
                    row.leading() ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - row.sinceNs()) : -1,
                    quality(row.quality()),
                    row.mtuBytes(),
                    tcp(router.peering().terms().get(i), row),
                    text(row.peerSeen()),
                    text(row.ownSeen()),
                    nat(row),
                    new PeerRow.Keys(
                            certified ? "certificates" : "shared",
                            row.keys().inUse(),
                            row.keys().peerUses()),
                    counters(table.counters(i)),
                    sessions.applyAsLong(path)));
        }
        return rows;
    }

    private static String state(final PeerPathRow row) {
        if (!row.leading()) {
            return "standby";
        }
        if (row.state() == PathState.UP && !row.isUsable()) {
            return "held";
        }
        return row.state().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String tcp(final Peering.Terms terms, final PeerPathRow row) {
        if (terms.udpTransform() == Peering.UdpTransform.ALWAYS) {
            return "as UDP: configured";
        }
        return row.tcpRefused() == 0 ? "as TCP" : "as UDP: " + TcpProbe.names(row.tcpRefused());
    }

    private static PeerRow.Quality quality(final PeerPathRow.Quality quality) {
        return quality.latencyNs() < 0
                ? null
                : new PeerRow.Quality(
                        rounded(quality.latencyNs() / NS_PER_MS, THOUSANDTHS),
                        rounded(quality.jitterNs() / NS_PER_MS, THOUSANDTHS),
                        quality.loss() / PARTS_PER_PERCENT,
                        rounded(quality.mos(), CENTS));
    }

    private static double rounded(final double value, final double parts) {
        return Math.round(value * parts) / parts;
    }

    private static String text(final Endpoint endpoint) {
        return endpoint == null ? null : endpoint.toString();
    }

    private static String nat(final PeerPathRow row) {
        if (row.natAtPeer()) {
            return row.natHere() ? "both" : "peer";
        }
        return row.natHere() ? "here" : "none";
    }

    private static PeerRow.Counters counters(final PeerCounters counters) {
        final List<PeerRow.Refused> refused = new ArrayList<>();
        for (final PeerDrop drop : PeerDrop.values()) {
            add(refused, new PeerRow.Refused(drop.name(), drop.sentence(), counters.drops(drop)));
        }
        for (final ExchangeRefusal refusal : ExchangeRefusal.values()) {
            add(refused, new PeerRow.Refused(refusal.name(), refusal.sentence(), counters.refusals(refusal)));
        }
        return new PeerRow.Counters(
                counters.sent().sum(),
                counters.believed().sum(),
                counters.ups().sum(),
                counters.downs().sum(),
                refused);
    }

    private static void add(final List<PeerRow.Refused> refused, final PeerRow.Refused reason) {
        if (reason.count() > 0) {
            refused.add(reason);
        }
    }
}
