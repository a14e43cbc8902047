package io.fairway.node;

import io.fairway.dataplane.fabric.Fabric;
import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.dataplane.neighbor.GatewayWatch;
import io.fairway.ha.arbiter.PairEvent;
import io.fairway.ha.beat.BeatSettings;
import io.fairway.ha.feed.PairNotices;
import io.fairway.ha.journal.BucketOwnership;
import io.fairway.ha.journal.FabricJournalLink;
import io.fairway.ha.journal.Journal;
import io.fairway.ha.journal.JournalAgent;
import io.fairway.ha.journal.JournalContext;
import io.fairway.ha.journal.JournalCounters;
import io.fairway.ha.journal.JournalProxy;
import io.fairway.ha.journal.JournalView;
import io.fairway.ha.journal.RecordSink;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.ha.owner.EpochStore;
import io.fairway.ha.owner.PairAgent;
import io.fairway.ha.owner.PairView;
import io.fairway.ha.owner.PartnerStatus;
import io.fairway.ha.sentinel.SentinelPlan;
import io.fairway.ha.sentinel.StateDirectory;
import io.fairway.ha.store.WarmStore;
import io.fairway.model.config.Router;
import io.fairway.node.api.CounterRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.MutableLong;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What only a router of two nodes has: epochs, journal, warm store, beats. */
final class PairWiring {
    private static final Logger LOG = LoggerFactory.getLogger("pair");
    private static final int ORDER_LIMIT_S = 5;
    private static final PairAgent.Answer NO_ANSWER =
            new PairAgent.Answer(false, "the pair's thread does not answer; see the node's log");

    private final Parts parts;
    private final CloseStack opened;
    private final EpochStore epochs;
    private final WarmStore store;
    private final PartnerStatus partner = new PartnerStatus();
    private final JournalProxy proxy;
    private JournalAgent agent;
    private PairRoom room;

    private PairWiring(final Parts parts, final CloseStack opened) throws IOException {
        this.parts = parts;
        this.opened = opened;
        final Router router = parts.router();
        final Router.Node node = parts.node();
        proxy = new JournalProxy(SystemNanoClock.INSTANCE, parts.fabric()::wake);
        epochs = opened.add(EpochStore.open(
                parts.state().epochs(), BeatSettings.routerHash(router.name()) * 31 + node.id(), LOG::warn));
        SentinelPlan.of(router, node).write(parts.state().plan());
        store = opened.add(WarmStore.open(
                parts.state().path(),
                router.name() + "/" + node.name(),
                router.limits().tableSessions(),
                parts.replica(),
                LOG::warn));
        LOG.info("warm store: {} sessions", store.loaded());
    }

    /** What the pair is built from. */
    record Parts(
            Router router,
            Router.Node node,
            StateDirectory state,
            OwnershipGate gate,
            Fabric fabric,
            SessionReplica replica,
            GatewayWatch gateways) {}

    /** Opens what is on disk; nothing runs yet. */
    static PairWiring prepare(final Parts parts, final CloseStack opened) throws IOException {
        return new PairWiring(parts, opened);
    }

    /** Whether sessions from before this start are there still. */
    boolean kept() {
        return store.loaded() > 0;
    }

    /** Where the controller appends. */
    Journal journal() {
        return proxy;
    }

    /**
     * Starts journal, arbiter and beats.
     *
     * @param changes told of every change of the replica, as is the warm store
     * @param feed runs on the pair's thread, too, or null
     */
    void start(final PairNotices controller, final RecordSink changes, final Agent feed) throws IOException {
        agent = new JournalAgent(new JournalContext()
                .self(parts.node().id(), epochs.incarnation())
                .commitTimeoutNs(
                        TimeUnit.MICROSECONDS.toNanos(parts.router().pair().commitTimeoutUs()))
                .link(new FabricJournalLink(parts.fabric()))
                .proxy(proxy)
                .replica(parts.replica())
                .pair(
                        partnerStatus(),
                        BucketOwnership.of(parts.gate(), parts.node().id()))
                .listener(controller)
                .sink(sessionId -> {
                    store.onChanged(sessionId);
                    changes.onChanged(sessionId);
                })
                .log(LOG::warn));
        room = PairRoom.open(
                new PairRoom.Parts(
                        parts.router(),
                        parts.node(),
                        parts.fabric(),
                        parts.gate(),
                        epochs,
                        partner,
                        agent,
                        controller,
                        feed,
                        parts.gateways(),
                        Files.exists(parts.state().drained())),
                opened);
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

    /** Does what an operator wants, or says why not; a drain outlives this process. */
    PairAgent.Answer order(final PairEvent.Order order) {
        final PairAgent.Answer answer = room.order(order)
                .toCompletableFuture()
                .completeOnTimeout(NO_ANSWER, ORDER_LIMIT_S, TimeUnit.SECONDS)
                .join();
        if (answer.taken()) {
            keep(order);
        }
        return answer;
    }

    private void keep(final PairEvent.Order order) {
        final Path drained = parts.state().drained();
        try {
            if (order == PairEvent.Order.DRAIN && !Files.exists(drained)) {
                Files.createFile(drained);
            } else if (order == PairEvent.Order.RESUME) {
                Files.deleteIfExists(drained);
            }
        } catch (final IOException e) {
            LOG.warn("the order is followed, but forgotten at the next start: {}", e.toString());
        }
    }

    /** This moment of the pair. */
    PairView view() {
        return room.view();
    }

    /** How this node's copy of all sessions stands to its partner's. */
    JournalView copies() {
        return agent.view();
    }

    /** What of the partner's journal is not understood here, in a sentence, or null. */
    String obstacle() {
        return agent.obstacle();
    }

    /** Sessions whose newest record the partner has not acknowledged. */
    long unsynced() {
        final MutableLong unsynced = new MutableLong();
        parts.replica().forEach((id, record, offset, length, synced) -> {
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
