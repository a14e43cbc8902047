package io.fairway.ha.owner;

import io.fairway.ha.arbiter.ArbiterSettings;
import io.fairway.ha.arbiter.PairAction;
import io.fairway.ha.arbiter.PairAction.AcceptOwnership;
import io.fairway.ha.arbiter.PairAction.AdoptBuckets;
import io.fairway.ha.arbiter.PairAction.Become;
import io.fairway.ha.arbiter.PairAction.CloseGate;
import io.fairway.ha.arbiter.PairAction.DeclarePartnerAlive;
import io.fairway.ha.arbiter.PairAction.DeclarePartnerDead;
import io.fairway.ha.arbiter.PairAction.LeadInterfaces;
import io.fairway.ha.arbiter.PairAction.MarkFabric;
import io.fairway.ha.arbiter.PairAction.PersistEpoch;
import io.fairway.ha.arbiter.PairAction.PersistIncarnation;
import io.fairway.ha.arbiter.PairAction.ReleaseInterfaces;
import io.fairway.ha.arbiter.PairAction.RestartSelf;
import io.fairway.ha.arbiter.PairAction.SetLease;
import io.fairway.ha.arbiter.PairArbiter;
import io.fairway.ha.arbiter.PairEvent;
import io.fairway.ha.arbiter.PairState;
import io.fairway.ha.beat.BeatContent;
import io.fairway.ha.beat.BeatContent.Echo;
import io.fairway.ha.beat.BeatExchange.Arrival;
import io.fairway.ha.beat.BeatExchange.BeatArrival;
import io.fairway.ha.beat.BeatExchange.ListeningGap;
import io.fairway.ha.beat.BeatExchange.NoticeArrival;
import io.fairway.ha.beat.BeatExchange.Observation;
import io.fairway.ha.beat.BeatPath;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.MutableLong;
import org.agrona.concurrent.Agent;

/**
 * The pair's thread's part in ownership: takes arrivals and the journal's word to the arbiter, applies what it decides
 * in order, first to disk and gate, then to listeners, and says it in the next beats. It decides nothing itself.
 */
public final class PairAgent implements Agent {
    private static final int ARRIVALS_PER_TURN = 256;
    private static final long TICK_NS = 200_000;
    private static final long VIEW_NS = 20_000_000;

    private final PairParts parts;
    private final ArbiterSettings settings;
    private final PairArbiter arbiter;
    private final GateKeeper keeper;
    private final PairViewWriter views;
    private final Int2ObjectHashMap<MutableLong> heardNs = new Int2ObjectHashMap<>();
    private final Consumer<Arrival> onArrival = this::onArrival;

    private Echo echo = Echo.NONE;
    private BeatArrival lastBeat;
    private long fabricHeardNs;
    private long tickDeadlineNs;
    private long viewDeadlineNs;
    private boolean ownershipChanged;
    private boolean contentChanged;
    private volatile PairView view;

    public PairAgent(final PairParts parts, final ArbiterSettings settings) {
        this.parts = parts;
        this.settings = settings;
        final long nowNs = parts.clock().nanoTime();
        arbiter = new PairArbiter(settings, parts.epochs().storedBefore(), nowNs);
        keeper = new GateKeeper(parts.gate(), settings.node());
        views = new PairViewWriter(settings, arbiter, parts);
        fabricHeardNs = nowNs;
        tickDeadlineNs = nowNs;
        viewDeadlineNs = nowNs;
        view = views.write(nowNs, 0, null, heardNs);
    }

    @Override
    public int doWork() {
        // The order matters: what was observed, then what had come by then, then the time that passed.
        final Observation observation = parts.exchange().observation();
        final int arrivals = parts.exchange().drain(onArrival, ARRIVALS_PER_TURN);
        final long nowNs = parts.clock().nanoTime();
        if (arbiter.state() == PairState.SYNCING
                && !arbiter.synced()
                && parts.sync().synced()) {
            decide(new PairEvent.Synced(), nowNs);
        }
        if (observation != null && arrivals < ARRIVALS_PER_TURN && nowNs - tickDeadlineNs >= 0) {
            tickDeadlineNs = nowNs + TICK_NS;
            decide(
                    new PairEvent.Tick(
                            observation.atNs(),
                            observation.sinceNs(),
                            observation.lapsedNs(),
                            fabricHeardNs,
                            observation.carriersUp()),
                    nowNs);
        }
        if (contentChanged || parts.exchange().content() == null) {
            contentChanged = false;
            parts.exchange().publish(content());
        }
        parts.exchange().turned(nowNs);
        if (nowNs - viewDeadlineNs >= 0) {
            showView(nowNs);
        }
        return arrivals;
    }

    private void onArrival(final Arrival arrival) {
        switch (arrival) {
            case BeatArrival beat -> onBeat(beat);
            case ListeningGap gap ->
                decide(new PairEvent.Paused(gap.gapNs()), parts.clock().nanoTime());
            case NoticeArrival notice ->
                decide(
                        new PairEvent.DeathNotice(notice.incarnation()),
                        parts.clock().nanoTime());
        }
    }

    private void onBeat(final BeatArrival arrival) {
        heardNs.computeIfAbsent(arrival.pathId(), ignored -> new MutableLong()).value = arrival.receivedNs();
        if (arrival.pathId() < BeatPath.DATA) {
            fabricHeardNs = arrival.receivedNs();
        }
        lastBeat = arrival;
        decide(
                new PairEvent.BeatHeard(arrival.beat(), arrival.receivedNs()),
                parts.clock().nanoTime());
        // Echo only what the arbiter has counted as heard, and never a process that it declared dead.
        final Echo itself = arrival.itself();
        final boolean newer = itself.incarnation() > echo.incarnation() || itself.sequence() > echo.sequence();
        if (newer && itself.incarnation() > arbiter.deadIncarnation() && itself.incarnation() >= echo.incarnation()) {
            echo = itself;
            contentChanged = true;
        }
    }

    private BeatContent content() {
        return new BeatContent(
                arbiter.state(),
                arbiter.deadIncarnation(),
                arbiter.partnerIncarnation(),
                arbiter.home(0),
                arbiter.home(1),
                arbiter.leaderMask(),
                arbiter.synced(),
                echo.incarnation() > arbiter.deadIncarnation() ? echo : Echo.NONE);
    }

    private void decide(final PairEvent event, final long nowNs) {
        final boolean syncedBefore = arbiter.synced();
        final List<PairAction> actions = arbiter.on(event, nowNs);
        contentChanged |= syncedBefore != arbiter.synced();
        if (actions.isEmpty()) {
            return;
        }
        boolean remarkable = false;
        for (final PairAction action : actions) {
            apply(action);
            if (!(action instanceof SetLease) && !(action instanceof PersistEpoch)) {
                remarkable = true;
                views.decided(action, nowNs);
            }
        }
        if (remarkable) {
            contentChanged = true;
            tell(actions);
            showView(nowNs);
        }
    }

    private void apply(final PairAction action) {
        switch (action) {
            case SetLease lease -> keeper.setLease(lease.untilNs());
            case CloseGate ignored -> keeper.close();
            case PersistEpoch persist -> persist(persist);
            case PersistIncarnation persist -> persist(persist);
            case AdoptBuckets adopt -> {
                keeper.setHome(adopt.homeNode(), settings.node(), adopt.epoch());
                ownershipChanged = true;
                remember(adopt.homeNode(), adopt.epoch());
            }
            case AcceptOwnership accept -> {
                keeper.setHome(accept.homeNode(), accept.owner(), accept.epoch());
                ownershipChanged = true;
                remember(accept.homeNode(), accept.epoch());
            }
            case LeadInterfaces lead -> {
                keeper.setLeaders(lead.mask(), true);
                ownershipChanged = true;
            }
            case ReleaseInterfaces release -> {
                keeper.setLeaders(release.mask(), false);
                ownershipChanged = true;
            }
            case DeclarePartnerDead dead -> parts.partner().set(PartnerStatus.Life.DEAD, dead.incarnation());
            case DeclarePartnerAlive alive -> parts.partner().set(PartnerStatus.Life.ALIVE, alive.incarnation());
            case MarkFabric ignored -> {
                // Shown only; packets choose their link by themselves.
            }
            case Become ignored -> {
                // The arbiter's own state, said in the next beat.
            }
            case RestartSelf ignored -> {
                // The listener's, once everything else is done.
            }
        }
    }

    /** Reserved epochs need no disk here; if the disk refuses, serving goes on: parity keeps the partner's apart. */
    private void persist(final PersistEpoch persist) {
        try {
            parts.epochs().ensure(persist.homeNode(), persist.epoch());
        } catch (final IOException e) {
            parts.log().accept("the disk refused epoch " + persist.epoch() + ", in use all the same: " + e);
        }
    }

    private void persist(final PersistIncarnation persist) {
        try {
            parts.epochs().raiseIncarnation(persist.floor());
        } catch (final IOException e) {
            parts.log().accept("the disk refused incarnation " + persist.floor() + ": " + e);
        }
    }

    private void remember(final int homeNode, final int epoch) {
        parts.background().execute(() -> {
            try {
                parts.epochs().remember(homeNode, epoch);
            } catch (final IOException e) {
                parts.log().accept("the disk refused to remember epoch " + epoch + ": " + e);
            }
        });
    }

    private void tell(final List<PairAction> actions) {
        if (ownershipChanged) {
            ownershipChanged = false;
            safely(() -> parts.listener().onOwnershipChanged());
        }
        for (final PairAction action : actions) {
            switch (action) {
                case DeclarePartnerDead dead -> safely(() -> parts.listener().onPartnerDead(dead.why()));
                case DeclarePartnerAlive ignored ->
                    safely(() -> parts.listener().onPartnerAlive());
                case RestartSelf restart -> safely(() -> parts.listener().onRestartRequired(restart.why()));
                default -> {
                    // Nothing that others must know.
                }
            }
        }
    }

    private void safely(final Runnable notification) {
        try {
            notification.run();
        } catch (final RuntimeException e) {
            parts.log().accept("a listener of the pair failed: " + e);
        }
    }

    private void showView(final long nowNs) {
        viewDeadlineNs = nowNs + VIEW_NS;
        view = views.write(nowNs, keeper.leaseLeftNs(nowNs), lastBeat, heardNs);
    }

    /** What is true, at most 20 ms old. Any thread. */
    public PairView view() {
        return view;
    }

    @Override
    public void onClose() {
        keeper.close();
    }

    @Override
    public String roleName() {
        return "pair";
    }
}
