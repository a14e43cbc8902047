package io.fairway.node;

import io.fairway.cluster.ControllerSystem;
import io.fairway.dataplane.fabric.Fabric;
import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.ha.beat.BeatSettings;
import io.fairway.ha.journal.BucketOwnership;
import io.fairway.ha.journal.FabricJournalLink;
import io.fairway.ha.journal.Journal;
import io.fairway.ha.journal.JournalAgent;
import io.fairway.ha.journal.JournalContext;
import io.fairway.ha.journal.JournalCounters;
import io.fairway.ha.journal.JournalListener;
import io.fairway.ha.journal.JournalProxy;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.ha.owner.EpochStore;
import io.fairway.ha.owner.PairView;
import io.fairway.ha.owner.PartnerStatus;
import io.fairway.ha.sentinel.SentinelPlan;
import io.fairway.ha.sentinel.StateDirectory;
import io.fairway.ha.store.WarmStore;
import io.fairway.model.config.Router;
import io.fairway.node.api.CounterRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.MutableLong;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What only a router of two nodes has: epochs, journal, warm store, beats. */
final class PairWiring {
    private static final Logger LOG = LoggerFactory.getLogger("pair");

    private final Router router;
    private final Router.Node node;
    private final OwnershipGate gate;
    private final Fabric fabric;
    private final SessionReplica replica;
    private final CloseStack opened;
    private final EpochStore epochs;
    private final WarmStore store;
    private final PartnerStatus partner = new PartnerStatus();
    private final JournalProxy proxy;
    private JournalAgent agent;
    private PairRoom room;

    private PairWiring(
            final Router router,
            final Router.Node node,
            final OwnershipGate gate,
            final Fabric fabric,
            final SessionReplica replica,
            final StateDirectory state,
            final CloseStack opened)
            throws IOException {
        this.router = router;
        this.node = node;
        this.gate = gate;
        this.fabric = fabric;
        proxy = new JournalProxy(SystemNanoClock.INSTANCE, fabric::wake);
        this.replica = replica;
        this.opened = opened;
        epochs = opened.add(
                EpochStore.open(state.epochs(), BeatSettings.routerHash(router.name()) * 31 + node.id(), LOG::warn));
        SentinelPlan.of(router, node).write(state.plan());
        store = opened.add(WarmStore.open(
                state.path(), router.name() + "/" + node.name(), router.limits().maxSessions(), replica, LOG::warn));
        LOG.info("warm store: {} sessions", store.loaded());
    }

    /** Opens what is on disk; nothing runs yet. */
    static PairWiring prepare(
            final Router router,
            final Router.Node node,
            final StateDirectory state,
            final OwnershipGate gate,
            final Fabric fabric,
            final SessionReplica replica,
            final CloseStack opened)
            throws IOException {
        return new PairWiring(router, node, gate, fabric, replica, state, opened);
    }

    /** Where the controller appends. */
    Journal journal() {
        return proxy;
    }

    /** Starts journal, arbiter and beats. */
    void start(final JournalListener listener, final ControllerSystem controller) throws IOException {
        agent = new JournalAgent(new JournalContext()
                .self(node.id(), epochs.incarnation())
                .commitTimeoutNs(TimeUnit.MICROSECONDS.toNanos(router.pair().commitTimeoutUs()))
                .link(new FabricJournalLink(fabric))
                .proxy(proxy)
                .replica(replica)
                .pair(partnerStatus(), BucketOwnership.of(gate, node.id()))
                .listener(listener)
                .sink(store));
        room = PairRoom.open(
                new PairRoom.Parts(router, node, fabric, gate, epochs, partner, agent, controller), opened);
    }

    private io.fairway.ha.journal.PartnerStatus partnerStatus() {
        return new io.fairway.ha.journal.PartnerStatus() {
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

    /** This moment of the pair. */
    PairView view() {
        return room.view();
    }

    /** Sessions whose newest record the partner has not acknowledged. */
    long unsynced() {
        final MutableLong unsynced = new MutableLong();
        replica.forEach((id, record, offset, length, synced) -> {
            if (!synced) {
                unsynced.increment();
            }
        });
        return unsynced.get();
    }

    /** What the journal counts. */
    List<CounterRow> counters() {
        final List<CounterRow> rows = new ArrayList<>();
        for (final JournalCounters.Counter counter : JournalCounters.Counter.values()) {
            final String name =
                    "journal " + counter.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            rows.add(new CounterRow(name, agent.counters().get(counter)));
        }
        rows.add(new CounterRow("warm store on", store.isOn() ? 1 : 0));
        return rows;
    }
}
