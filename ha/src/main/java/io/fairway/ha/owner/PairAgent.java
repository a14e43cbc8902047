package io.fairway.ha.owner;

import io.fairway.ha.arbiter.ArbiterSettings;
import io.fairway.ha.arbiter.BucketRange;
import io.fairway.ha.arbiter.NodeReport;
import io.fairway.ha.arbiter.PairAction;
import io.fairway.ha.arbiter.PairAction.AcceptOwnership;
import io.fairway.ha.arbiter.PairAction.AdoptBuckets;
import io.fairway.ha.arbiter.PairAction.AskWitness;
import io.fairway.ha.arbiter.PairAction.Become;
import io.fairway.ha.arbiter.PairAction.CloseGate;
import io.fairway.ha.arbiter.PairAction.DeclarePartnerAlive;
import io.fairway.ha.arbiter.PairAction.DeclarePartnerDead;
import io.fairway.ha.arbiter.PairAction.FencePartner;
import io.fairway.ha.arbiter.PairAction.GiveBucket;
import io.fairway.ha.arbiter.PairAction.LeadInterfaces;
import io.fairway.ha.arbiter.PairAction.MarkFabric;
import io.fairway.ha.arbiter.PairAction.Note;
import io.fairway.ha.arbiter.PairAction.PersistEpoch;
import io.fairway.ha.arbiter.PairAction.PersistIncarnation;
import io.fairway.ha.arbiter.PairAction.Refuse;
import io.fairway.ha.arbiter.PairAction.ReleaseInterfaces;
import io.fairway.ha.arbiter.PairAction.RestartSelf;
import io.fairway.ha.arbiter.PairAction.SetLease;
import io.fairway.ha.arbiter.PairAction.SettleBucket;
import io.fairway.ha.arbiter.PairAction.UnsettleBucket;
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
import io.fairway.ha.beat.BeatExchange.UnreadableArrival;
import io.fairway.ha.beat.BeatPath;
import io.fairway.model.pair.BucketId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.MutableLong;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * The pair's thread's part in ownership: takes arrivals and the journal's word to the arbiter, applies what it decides
 * in order, first to disk and gate, then to listeners, and says it in the next beats. It decides nothing itself.
 */
public final class PairAgent implements Agent {
    private static final int ARRIVALS_PER_TURN = 256;
    private static final long TICK_NS = 200_000;
    private static final long VIEW_NS = 20_000_000;
    private static final int ORDERS = 64;

    private final PairParts parts;
    private final ArbiterSettings settings;
    private final PairArbiter arbiter;
    private final GateKeeper keeper;
    private final PairViewWriter views;
    private final FabricWatch fabric;
    private final PartnerRelease release;
    private final Int2ObjectHashMap<MutableLong> heardNs = new Int2ObjectHashMap<>();
    private final Consumer<Arrival> onArrival = this::onArrival;

    private Echo echo = Echo.NONE;
    private BeatArrival lastBeat;
    private long fabricHeardNs;
    private long tickDeadlineNs;
    private long viewDeadlineNs;
    private boolean ownershipChanged;
    private boolean contentChanged;
    private NodeReport reported;
    private volatile PairView view;

    /** What an operator wants, from any thread. */
    private final ManyToOneConcurrentArrayQueue<Request> requests = new ManyToOneConcurrentArrayQueue<>(ORDERS);

    private record Request(PairEvent event, CompletableFuture<Answer> answered) {}

    /**
     * What became of an order.
     *
     * @param taken whether it is followed
     * @param what in a sentence
     */
    public record Answer(boolean taken, String what) {}

    public PairAgent(final PairParts parts, final ArbiterSettings settings) {
        this.parts = parts;
        this.settings = settings;
        final long nowNs = parts.clock().nanoTime();
        arbiter = new PairArbiter(settings, parts.epochs().storedBefore(), nowNs);
        keeper = new GateKeeper(parts.gate(), settings.node());
        release = new PartnerRelease(parts.log());
        views = new PairViewWriter(settings, arbiter, parts, release);
        fabric = new FabricWatch(parts.beats(), parts.links(), settings.leaseNs());
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
        final int settled = parts.sync().takeSettled();
        if (settled != SyncStatus.NONE) {
            decide(new PairEvent.BucketSettled(settled), nowNs);
        }
        for (Request next = requests.poll(); next != null; next = requests.poll()) {
            next.answered().complete(answer(decide(next.event(), nowNs)));
        }
        if (observation != null && arrivals < ARRIVALS_PER_TURN && nowNs - tickDeadlineNs >= 0) {
            tickDeadlineNs = nowNs + TICK_NS;
            fabric.observe(observation, heardNs);
            // Where no gateway answers, what leaves goes through a partner that leads there.
            keeper.setLinks(
                    settings.allMask(),
                    observation.linkMask() & ~parts.gateways().silent());
            decide(
                    new PairEvent.Tick(
                            observation.atNs(),
                            observation.sinceNs(),
                            observation.lapsedNs(),
                            fabricHeardNs,
                            observation.linkMask(),
                            observation.linkMask() & parts.gateways().answering(),
                            parts.sync().copiesEqual()),
                    nowNs);
        }
        if (contentChanged || parts.exchange().content() == null) {
            contentChanged = false;
            publish();
        }
        parts.exchange().turned(nowNs);
        if (nowNs - viewDeadlineNs >= 0) {
            showView(nowNs);
        }
        return arrivals;
    }

    /** What changes hands is on its way at once; an echo waits for the next beat. */
    private void publish() {
        final NodeReport before = reported;
        final BeatContent content = content();
        if (before == null || content.report().equals(before)) {
            parts.exchange().publish(content);
        } else {
            parts.exchange().publishAtOnce(content);
        }
    }

    private void onArrival(final Arrival arrival) {
        switch (arrival) {
            case BeatArrival beat -> onBeat(beat);
            case ListeningGap gap -> decide(new PairEvent.Paused(gap.gapNs()));
            case UnreadableArrival unreadable -> onUnreadable(unreadable);
            case NoticeArrival notice -> decide(new PairEvent.DeathNotice(notice.incarnation()));
        }
    }

    private void onUnreadable(final UnreadableArrival arrival) {
        heardNs.computeIfAbsent(arrival.pathId(), _ -> new MutableLong()).value = arrival.receivedNs();
        release.onUnreadable(arrival);
        decide(new PairEvent.UnreadableBeat(arrival.incarnation(), arrival.receivedNs()));
    }

    private void onBeat(final BeatArrival arrival) {
        heardNs.computeIfAbsent(arrival.pathId(), _ -> new MutableLong()).value = arrival.receivedNs();
        if (arrival.pathId() < BeatPath.DATA) {
            fabricHeardNs = arrival.receivedNs();
        }
        if (lastBeat != null
                && lastBeat.itself().incarnation() == arrival.itself().incarnation()
                && lastBeat.itself().sequence() >= arrival.itself().sequence()) {
            // Another path was faster, and what it brought may say more by now.
            return;
        }
        lastBeat = arrival;
        release.onBeat(arrival);
        decide(new PairEvent.BeatHeard(arrival.beat(), arrival.receivedNs()));
        // Echo only what the arbiter has counted as heard, and never a process that it declared dead.
        final Echo itself = arrival.itself();
        final boolean newer = itself.incarnation() > echo.incarnation() || itself.sequence() > echo.sequence();
        if (newer
                && itself.incarnation() > arbiter.partner().deadIncarnation()
                && itself.incarnation() >= echo.incarnation()) {
            echo = itself;
            contentChanged = true;
        }
    }

    private BeatContent content() {
        reported = arbiter.report();
        return new BeatContent(reported, echo.incarnation() > arbiter.partner().deadIncarnation() ? echo : Echo.NONE);
    }

    private void decide(final PairEvent event) {
        decide(event, parts.clock().nanoTime());
    }

    private List<PairAction> decide(final PairEvent event, final long nowNs) {
        final List<PairAction> actions = arbiter.on(event, nowNs);
        contentChanged |= !arbiter.report().equals(reported);
        boolean remarkable = false;
        for (final PairAction action : actions) {
            apply(action);
            if (isRemarkable(action)) {
                remarkable = true;
                views.decided(action, nowNs);
            }
        }
        if (!actions.isEmpty()) {
            tell(actions);
        }
        if (remarkable) {
            showView(nowNs);
        }
        return actions;
    }

    /** What people want to read of; buckets that move one by one are too many. */
    private static boolean isRemarkable(final PairAction action) {
        return switch (action) {
            case SetLease _, PersistEpoch _, SettleBucket _, GiveBucket _, AskWitness _ -> false;
            case AdoptBuckets adopt -> isMany(adopt.buckets());
            case AcceptOwnership accept -> isMany(accept.buckets());
            default -> true;
        };
    }

    private static boolean isMany(final BucketRange buckets) {
        return buckets.to() - buckets.from() > 1;
    }

    private static Answer answer(final List<PairAction> actions) {
        for (final PairAction action : actions) {
            if (action instanceof final Refuse refused) {
                return new Answer(false, refused.why());
            }
            if (action instanceof final Note note) {
                return new Answer(true, note.what());
            }
        }
        return actions.isEmpty()
                ? new Answer(false, "this node must be started anew first")
                : new Answer(true, "this node takes over");
    }

    private void apply(final PairAction action) {
        switch (action) {
            case SetLease lease -> keeper.setLease(lease.untilNs());
            case CloseGate ignored -> keeper.close();
            case PersistEpoch persist -> persist(persist);
            case PersistIncarnation persist -> persist(persist);
            case AdoptBuckets adopt -> {
                keeper.set(adopt.buckets(), settings.node(), adopt.epoch());
                ownershipChanged = true;
                remember(adopt.buckets().homeNode(), adopt.epoch());
            }
            case AcceptOwnership accept -> {
                keeper.set(accept.buckets(), accept.owner(), accept.epoch());
                ownershipChanged = true;
                remember(accept.buckets().homeNode(), accept.epoch());
            }
            case GiveBucket give -> {
                final int home = BucketId.homeNode(give.bucket());
                final int place = give.bucket() & BucketId.PER_NODE - 1;
                keeper.set(new BucketRange(home, place, place + 1), 1 - settings.node(), give.epoch());
                ownershipChanged = true;
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
            case MarkFabric _, Become _, Note _, Refuse _, RestartSelf _, SettleBucket _, UnsettleBucket _ -> {
                // Shown, said in the next beat, or the listener's once everything else is done.
            }
            case AskWitness ask -> parts.outside().askWitness(ask.forNs());
            case FencePartner fence -> parts.outside().fence(fence.incarnation());
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
                case SettleBucket settle -> safely(() -> parts.listener().onSettle(settle.bucket()));
                case UnsettleBucket unsettle -> safely(() -> parts.listener().onUnsettle(unsettle.bucket()));
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

    /** Does what an operator wants, or says why not; any thread. */
    public CompletionStage<Answer> order(final PairEvent.Order order) {
        return request(new PairEvent.Operator(order));
    }

    private CompletionStage<Answer> request(final PairEvent event) {
        final CompletableFuture<Answer> answered = new CompletableFuture<>();
        if (!requests.offer(new Request(event, answered))) {
            answered.complete(new Answer(false, "too many orders at once"));
        }
        return answered;
    }

    /** The witness has granted; any thread. */
    public void granted(final long untilNs) {
        final var unused = request(new PairEvent.WitnessGranted(untilNs));
    }

    /** The outside means has done its work, or not; any thread. */
    public void fenced(final long incarnation, final boolean done, final String what) {
        final var unused = request(new PairEvent.Fenced(incarnation, done, what));
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
