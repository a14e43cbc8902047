package io.fairway.deploy.sim;

import io.fairway.dataplane.forward.ControllerLink;
import io.fairway.dataplane.forward.ForwardAgent;
import io.fairway.dataplane.forward.ForwardContext;
import io.fairway.dataplane.forward.ForwarderProxy;
import io.fairway.dataplane.svr.PacketNumberFloor;
import io.fairway.ha.arbiter.ArbiterSettings;
import io.fairway.ha.beat.BeatAgent;
import io.fairway.ha.beat.BeatExchange;
import io.fairway.ha.beat.BeatPath;
import io.fairway.ha.beat.BeatSettings;
import io.fairway.ha.journal.BucketOwnership;
import io.fairway.ha.journal.JournalAgent;
import io.fairway.ha.journal.JournalContext;
import io.fairway.ha.journal.JournalProxy;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.ha.owner.EpochStore;
import io.fairway.ha.owner.Gateways;
import io.fairway.ha.owner.PairAgent;
import io.fairway.ha.owner.PairListener;
import io.fairway.ha.owner.PairParts;
import io.fairway.ha.owner.PartnerStatus;
import io.fairway.model.config.Router;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.CloseHelper;

/** A process of a node: the real parts, put together as the product's wiring does, on simulated threads. */
final class SimProcess implements PairListener {
    private static final long FORWARD_SLEEP_NS = 20_000_000;
    private static final long STORE_SLEEP_NS = 20_000_000;

    private final World world;
    private final SimNode node;
    private final long startedNs;
    private final long incarnation;
    private final EpochStore epochs;
    private final SessionReplica replica;
    private final PartnerStatus partner = new PartnerStatus();
    private final SimJournalLink journalLink;
    private final SimCrossing crossing;
    private final SimPort[] ports;
    private final SimBeatPort[] beatPorts = new SimBeatPort[PairNetwork.PATHS];
    private final SimController controller;
    private final JournalAgent journal;
    private final ForwardAgent forwarder;
    private final BeatAgent beats;
    private final PairAgent pair;
    private final SimStore.Writer storeWriter;
    private final SimThread beatThread;
    private final SimThread pairThread;
    private final SimThread forwardThread;
    private final SimThread storeThread;
    private long beatSleepNs;
    private long frozenNs;
    private boolean ended;

    SimProcess(final World world, final SimNode node) throws IOException {
        this.world = world;
        this.node = node;
        startedNs = world.timeline().nowNs();
        final Router router = world.router();
        final Timeline timeline = world.timeline();
        final long pairSleepNs = world.profile().leaseNs() / 20;
        beatThread = new SimThread(timeline, this::beatTurn);
        pairThread = new SimThread(timeline, () -> pairTurn(pairSleepNs));
        forwardThread = new SimThread(timeline, this::forwardTurn);
        storeThread = new SimThread(timeline, this::storeTurn);
        node.gate().setValidUntilNs(0);
        final long nowNs = node.clock().nanoTime();
        final PacketNumberFloor floor = PacketNumberFloor.open(
                node.disk().path(SimNode.PACKET_NUMBERS),
                TimeUnit.MILLISECONDS.toNanos(node.clock().time()),
                nowNs,
                line -> world.evidence("the packet numbers' file is unreadable"));
        epochs = EpochStore.open(
                node.disk().path(SimNode.EPOCHS),
                BeatSettings.routerHash(router.name()) * 31 + node.id(),
                line -> world.evidence(line.replaceAll(";.*", "")));
        incarnation = epochs.incarnation();
        replica = new SessionReplica(router.limits());
        node.store().load(replica);
        journalLink = new SimJournalLink(world, node.id());
        crossing = new SimCrossing(world, node.id());
        ports = new SimPort[] {new SimPort(world, node.id(), 0), new SimPort(world, node.id(), 1)};
        final JournalProxy journalProxy = new JournalProxy(node.clock(), this::wakePair);
        final CommandRing commands = new CommandRing();
        final ForwarderProxy proxy = new ForwarderProxy(
                (ControllerLink) (message, offset, length) -> {
                    forwardThread.wakeIn(late());
                    return commands.offer(message, offset, length);
                },
                null,
                router.name(),
                Profile.KEY.id(),
                Profile.KEY.policy().name());
        controller = new SimController(world, node, replica, journalProxy, proxy);
        forwarder = forwarder(router, commands, floor, nowNs);
        storeWriter = node.store().new Writer(replica);
        journal = journal(journalProxy);
        final BeatExchange exchange = new BeatExchange(this::wakePair, this::wakeBeats);
        beats = beats(router, exchange);
        pair = pair(router, exchange);
        controller.restore();
        begin();
    }

    private void begin() {
        beatThread.wakeIn(late());
        pairThread.wakeIn(late());
        forwardThread.wakeIn(late());
        storeThread.wakeIn(STORE_SLEEP_NS);
        world.checker().onProcessStarted(node.id(), this);
    }

    private ForwardAgent forwarder(
            final Router router, final CommandRing commands, final PacketNumberFloor floor, final long nowNs) {
        return new ForwardAgent(new ForwardContext()
                .router(router)
                .keys(List.of(Profile.KEY))
                .ports(List.of(ports))
                .gate(world.build().forwardersGate(node))
                .crossing(crossing)
                .packetNumbers(world.build().packetNumbers(node.id(), floor.startNs(), nowNs))
                .toController(controller::onMessage)
                .fromController(commands)
                .epochClock(node.clock())
                .clock(node.clock()));
    }

    private JournalAgent journal(final JournalProxy proxy) {
        return new JournalAgent(new JournalContext()
                .self(node.id(), incarnation)
                .commitTimeoutNs(TimeUnit.MICROSECONDS.toNanos(Profile.COMMIT_TIMEOUT_US))
                .compareEveryNs(world.build().compareEveryNs())
                .clock(node.clock())
                .link(journalLink)
                .proxy(proxy)
                .replica(replica)
                .pair(JournalSeams.partner(partner), BucketOwnership.of(node.gate(), node.id()))
                .listener(new JournalTap(world.checker(), node.id(), controller))
                .sink(sessionId -> {
                    world.checker().onReplicaChanged(node.id(), replica, sessionId);
                    storeWriter.onChanged(sessionId);
                }));
    }

    private BeatAgent beats(final Router router, final BeatExchange exchange) {
        final List<BeatPath> paths = new ArrayList<>();
        for (int path = 0; path < PairNetwork.PATHS; path++) {
            beatPorts[path] = new SimBeatPort(world, node.id(), path);
            final long interfaces = path < PairNetwork.FABRICS ? 0 : 1L << path - PairNetwork.FABRICS;
            paths.add(new BeatPath(World.pathId(path), "path" + path, interfaces, beatPorts[path]));
        }
        return new BeatAgent(
                BeatSettings.of(router, router.nodes().get(node.id()), incarnation),
                paths,
                exchange,
                node.clock(),
                timeoutNs -> beatSleepNs = timeoutNs);
    }

    private PairAgent pair(final Router router, final BeatExchange exchange) {
        return new PairAgent(
                new PairParts(
                        node.gate(),
                        epochs,
                        exchange,
                        beats,
                        crossing::linkUp,
                        journal,
                        Gateways.UNWATCHED,
                        partner,
                        this,
                        new SimOutside(world, node, this),
                        node.clock(),
                        node.clock(),
                        this::inBackground,
                        line -> world.decided(node.id(), line)),
                ArbiterSettings.of(router, router.nodes().get(node.id()), incarnation, false));
    }

    /** What may block on the disk runs a little later, if the process still lives. */
    private void inBackground(final Runnable task) {
        world.timeline().after(node.random().between(50_000, 3_000_000), () -> {
            if (!ended) {
                guarded(task);
            }
        });
    }

    /** A disk that loses power in the middle of a write takes the host with it. */
    private void guarded(final Runnable task) {
        try {
            task.run();
        } catch (final SimDisk.PowerLost e) {
            world.evidence("power lost in the middle of a write");
            node.powerOff();
            world.timeline().after(1_500_000_000L, node::powerOn);
        }
    }

    /** How late a thread runs that could run. */
    private long late() {
        return node.random().between(3_000, 60_000);
    }

    private void wakePair() {
        pairThread.wakeIn(late());
    }

    private void wakeBeats() {
        beatThread.wakeIn(late());
    }

    private long beatTurn() {
        beats.doWork();
        return beatSleepNs + late();
    }

    private long pairTurn(final long sleepNs) {
        guarded(() -> {
            journal.doWork();
            pair.doWork();
        });
        if (!ended) {
            world.build().afterPairTurn(node);
            world.checker().onPairTurn();
        }
        return sleepNs + late();
    }

    private long forwardTurn() {
        if (frozenNs > 0) {
            node.clock().frozenAfterReading(frozenNs);
            frozenNs = 0;
        }
        final int work = forwarder.doWork();
        return work > 0 ? late() : FORWARD_SLEEP_NS;
    }

    private long storeTurn() {
        storeWriter.write();
        return STORE_SLEEP_NS;
    }

    void onBeatFrame(final int path, final byte[] frame) {
        beatPorts[path].arrive(frame);
        beatThread.wakeIn(late());
    }

    void onJournalFrame(final byte[] frame) {
        journalLink.arrive(frame);
        wakePair();
    }

    void onCrossed(final SimCrossing.Crossed crossed) {
        crossing.arrive(crossed);
        forwardThread.wakeIn(late());
    }

    void onFrame(final int interfaceIndex, final byte[] frame) {
        ports[interfaceIndex].arrive(frame);
        forwardThread.wakeIn(late());
    }

    @Override
    public void onOwnershipChanged() {
        controller.onOwnershipChanged();
    }

    @Override
    public void onSettle(final int bucket) {
        controller.onSettle(bucket);
    }

    @Override
    public void onUnsettle(final int bucket) {
        controller.onUnsettle(bucket);
    }

    @Override
    public void onPartnerDead(final String why) {
        journal.takeAuthority();
        world.evidence("partner dead: " + why.replaceAll("[0-9]+", "N"));
    }

    @Override
    public void onPartnerAlive() {
        world.evidence("partner alive");
        world.checker().onPartnerHeard(node.id());
    }

    @Override
    public void onRestartRequired(final String why) {
        world.evidence("restart: " + why.replaceAll("[0-9]+", "N"));
        world.timeline().after(late(), () -> {
            if (!ended) {
                node.kill();
            }
        });
    }

    /** Tells the pair something from outside, if this process still lives. */
    void told(final Consumer<PairAgent> word) {
        if (!ended) {
            word.accept(pair);
            wakePair();
        }
    }

    /** The threads of one kind stand still until then. */
    void starve(final Fault.Kind kind, final long untilNs) {
        switch (kind) {
            case STARVE_BEATS -> beatThread.stopUntil(untilNs);
            case STARVE_PAIR -> pairThread.stopUntil(untilNs);
            case STARVE_FORWARDER -> forwardThread.stopUntil(untilNs);
            case STARVE_CONTROLLER -> controller.thread().stopUntil(untilNs);
            default -> {
                for (final SimThread thread : threads()) {
                    thread.stopUntil(untilNs);
                }
            }
        }
    }

    /** The forwarder reads the clock, and the next thing it does is so much later. */
    void freezeInTurn(final long forNs) {
        forwardThread.stopUntil(world.timeline().nowNs() + forNs);
        frozenNs = forNs;
    }

    /** All threads run again. */
    void thaw() {
        for (final SimThread thread : threads()) {
            thread.go();
        }
    }

    private List<SimThread> threads() {
        return List.of(beatThread, pairThread, forwardThread, storeThread, controller.thread());
    }

    boolean running() {
        return pairThread.running() && beatThread.running();
    }

    /** Nothing of it runs again. */
    void end() {
        ended = true;
        threads().forEach(SimThread::end);
        forwarder.onClose();
        forwarder.unmap();
        CloseHelper.quietCloseAll(epochs);
    }

    long startedNs() {
        return startedNs;
    }

    long incarnation() {
        return incarnation;
    }

    SessionReplica replica() {
        return replica;
    }

    JournalAgent journal() {
        return journal;
    }

    PairAgent pair() {
        return pair;
    }

    ForwardAgent forwarder() {
        return forwarder;
    }

    SimController controller() {
        return controller;
    }

    BeatAgent beats() {
        return beats;
    }
}
