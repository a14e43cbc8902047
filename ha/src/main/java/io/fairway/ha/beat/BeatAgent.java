package io.fairway.ha.beat;

import io.fairway.dataplane.io.Doorbell;
import io.fairway.dataplane.io.Poller;
import io.fairway.dataplane.io.ThreadScheduling;
import io.fairway.ha.beat.BeatContent.Echo;
import io.fairway.ha.beat.BeatExchange.Arrival;
import io.fairway.ha.beat.BeatExchange.ListeningGap;
import io.fairway.ha.beat.BeatExchange.Observation;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Sends beats on every path and listens on all of them. Runs on its own thread, before normal threads where the system
 * allows it, and sleeps in the kernel until a frame comes or a beat is due; use it with an idle strategy that does
 * nothing. It decides nothing. It falls silent when the pair's thread does, so that a half-dead node loses its lease.
 */
public final class BeatAgent implements Agent {
    private static final int REAL_TIME_PRIORITY = 50;
    private static final int FRAMES_PER_PATH = 64;
    private static final int CARRIER_EVERY_NS = 5_000_000;

    /** Waits until a frame may have come, at most so long. */
    @FunctionalInterface
    public interface Waiter {
        void await(long timeoutNs);
    }

    private final BeatSettings settings;
    private final List<BeatPath> paths;
    private final BeatExchange exchange;
    private final NanoClock clock;
    private final Waiter waiter;
    private final BeatReader reader;
    private final BeatWriter writer;
    private final ExpandableArrayBuffer incoming = new ExpandableArrayBuffer(BeatFlyweight.MAX_LENGTH);
    private final ExpandableArrayBuffer outgoing = new ExpandableArrayBuffer(BeatFlyweight.MAX_LENGTH);

    /** Per path: sent, refused by the device, believed. */
    private final AtomicLongArray counters;

    private final LongAdder heldBack = new LongAdder();
    private volatile boolean realTime;
    private long sequence;
    private long nextBeatNs;
    private long lastTurnNs;
    private long listeningSinceNs;
    private long lapsedNs;
    private long carriersCheckedNs;
    private long linkMask;
    private long fabricMask;
    private boolean started;

    /** @param waiter null: waits on the paths' descriptors */
    public BeatAgent(
            final BeatSettings settings,
            final List<BeatPath> paths,
            final BeatExchange exchange,
            final NanoClock clock,
            final Waiter waiter) {
        this.settings = settings;
        this.paths = List.copyOf(paths);
        this.exchange = exchange;
        this.clock = clock;
        this.waiter = waiter == null ? kernelWaiter(paths) : waiter;
        reader = new BeatReader(settings);
        writer = new BeatWriter(settings.routerHash(), settings.node(), settings.secret());
        counters = new AtomicLongArray(3 * paths.size());
    }

    private static Waiter kernelWaiter(final List<BeatPath> paths) {
        final Poller poller =
                new Poller(paths.stream().mapToInt(path -> path.port().fd()).toArray());
        return poller::await;
    }

    /** Waits on the paths' descriptors, and for the pair's thread to ring with something urgent. */
    public static Waiter waiter(final List<BeatPath> paths, final BeatExchange exchange, final Doorbell bell) {
        final int[] fds = new int[paths.size() + 1];
        for (int i = 0; i < paths.size(); i++) {
            fds[i] = paths.get(i).port().fd();
        }
        fds[paths.size()] = bell.fd();
        final Poller poller = new Poller(fds);
        return timeoutNs -> {
            bell.arm();
            if (!exchange.isUrgent()) {
                poller.await(timeoutNs);
            }
            bell.disarm();
        };
    }

    @Override
    public void onStart() {
        realTime = ThreadScheduling.realTime(REAL_TIME_PRIORITY);
        ThreadScheduling.timerSlackNs(1);
    }

    @Override
    public int doWork() {
        long nowNs = clock.nanoTime();
        if (!started) {
            started = true;
            listeningSinceNs = nowNs;
            lapsedNs = nowNs;
            lastTurnNs = nowNs;
            nextBeatNs = nowNs;
            checkCarriers(nowNs);
        }
        listen(nowNs);
        nowNs = clock.nanoTime();
        if (exchange.takeUrgent()) {
            beat(nowNs);
        }
        if (nowNs - nextBeatNs >= 0) {
            beat(nowNs);
            nextBeatNs += settings.intervalNs();
            if (nowNs - nextBeatNs >= 0) {
                nextBeatNs = nowNs + settings.intervalNs();
            }
        }
        waiter.await(Math.max(0, nextBeatNs - clock.nanoTime()));
        return 1;
    }

    private void listen(final long nowNs) {
        if (nowNs - lastTurnNs > settings.maxGapNs()) {
            listeningSinceNs = nowNs;
        }
        if (nowNs - lastTurnNs > settings.leaseNs()) {
            lapsedNs = nowNs;
            exchange.offer(new ListeningGap(nowNs - lastTurnNs));
        }
        lastTurnNs = nowNs;
        if (nowNs - carriersCheckedNs >= CARRIER_EVERY_NS) {
            checkCarriers(nowNs);
        }
        boolean all = true;
        for (int i = 0; i < paths.size(); i++) {
            all &= receive(i);
        }
        if (all) {
            exchange.observe(new Observation(nowNs, listeningSinceNs, lapsedNs, linkMask, fabricMask));
        }
    }

    /** Takes in what one path has; false: something may be left, or was lost between the threads. */
    private boolean receive(final int index) {
        final BeatPath path = paths.get(index);
        for (int i = 0; i < FRAMES_PER_PATH; i++) {
            final int length = path.port().receive(incoming);
            if (length <= 0) {
                return true;
            }
            // Read after the frame: a beat must never seem older than it is, or its echo would outlive our patience.
            final Arrival arrival = reader.read(incoming, length, path.id(), clock.nanoTime());
            if (arrival == null) {
                continue;
            }
            if (!exchange.offer(arrival)) {
                reader.drop(BeatDrop.QUEUE_FULL);
                return false;
            }
            counters.incrementAndGet(3 * index + 2);
        }
        return false;
    }

    private void checkCarriers(final long nowNs) {
        carriersCheckedNs = nowNs;
        long interfaces = 0;
        long fabric = 0;
        for (int i = 0; i < paths.size(); i++) {
            final BeatPath path = paths.get(i);
            final boolean carrier = path.port().carrier();
            interfaces |= carrier ? path.interfaces() : 0;
            fabric |= carrier && path.isFabric() ? 1L << path.id() : 0;
        }
        linkMask = interfaces;
        fabricMask = fabric;
    }

    private void beat(final long nowNs) {
        final BeatContent content = exchange.content();
        if (content == null || nowNs - exchange.pairTurnNs() > settings.leaseNs()) {
            heldBack.increment();
            return;
        }
        sequence++;
        for (int i = 0; i < paths.size(); i++) {
            final BeatPath path = paths.get(i);
            if (!path.leadsToPartner()) {
                continue;
            }
            final Echo itself = new Echo(settings.incarnation(), sequence, clock.nanoTime());
            final int length = writer.beat(outgoing, path.id(), itself, content);
            counters.incrementAndGet(path.port().send(outgoing, length) ? 3 * i : 3 * i + 1);
        }
    }

    @Override
    public void onClose() {
        paths.forEach(path -> path.port().close());
    }

    @Override
    public String roleName() {
        return "beat";
    }

    /** The paths, in the order of the counters. */
    public List<BeatPath> paths() {
        return paths;
    }

    /** Beats sent on a path. */
    public long sent(final int index) {
        return counters.get(3 * index);
    }

    /** Beats that a path's device refused. */
    public long refused(final int index) {
        return counters.get(3 * index + 1);
    }

    /** Frames of the partner that were believed on a path. */
    public long received(final int index) {
        return counters.get(3 * index + 2);
    }

    /** Frames that were not believed, by reason. */
    public long drops(final BeatDrop reason) {
        return reader.drops(reason);
    }

    /** Beats not sent because the pair's thread did not turn. */
    public long heldBack() {
        return heldBack.sum();
    }

    /** Whether the system lets this thread run before normal ones. */
    public boolean isRealTime() {
        return realTime;
    }
}
