package io.fairway.dataplane.fabric;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.status.HeartbeatTimestamp;
import io.fairway.dataplane.io.Doorbell;
import io.fairway.model.config.Router;
import io.fairway.model.wire.IpAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.status.CountersReader;

/**
 * The Aeron link of one node: an embedded media driver, the client, IPC streams between forwarder and controller, and
 * UDP streams to the partner over each fabric link. Both driver and client run on the thread that turns this agent; it
 * sleeps in {@link #idleStrategy} until a datagram comes or somebody rings. Any thread may make streams; each stream
 * then belongs to the thread that uses it. It never decides whether the partner lives: a link that is silent merely
 * disconnects.
 */
public final class Fabric implements Agent, AutoCloseable {
    /** Frames that cross to the bucket's owner, unreliable. */
    public static final int CROSSING_STREAM = 20;

    /** Journal batches, reliable. */
    public static final int JOURNAL_STREAM = 30;

    /** Journal acknowledgements, reliable. */
    public static final int ACKNOWLEDGEMENT_STREAM = 31;

    /** The UDP port of stream 0; stream n uses this plus n on every link. */
    public static final int BASE_PORT = 17_900;

    /** Aeron's largest datagram payload. */
    public static final int MAX_MTU_BYTES = 65_504;

    /** Messages over IPC up to this length (less a header of 32 bytes) can be claimed and are never fragmented. */
    public static final int IPC_MTU_BYTES = 16 * 1024;

    private static final int MIN_MTU_BYTES = 1_024;
    private static final int MTU_ALIGNMENT = 32;
    private static final int IPC_TERM_BYTES = 4 << 20;
    private static final int CROSSING_TERM_BYTES = 4 << 20;
    private static final int SMALL_TERM_BYTES = 1 << 20;
    private static final int MAX_WINDOW_BYTES = CROSSING_TERM_BYTES / 2;
    private static final int WANTED_SOCKET_BYTES = 4 << 20;
    private static final long LINK_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long TIMER_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long STATUS_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LINGER_NS = TimeUnit.SECONDS.toNanos(1);

    /**
     * Longer than any freeze to survive: a client that was stopped for less must not find itself closed when it wakes.
     */
    static final long CLIENT_LIVENESS_NS = TimeUnit.MINUTES.toNanos(5);

    private final List<Router.FabricLink> local;
    private final List<Router.FabricLink> partner;
    private final int mtuBytes;
    private final AtomicLong errors = new AtomicLong();
    private final AtomicIntegerArray linkDown;
    private volatile String lastError = "";
    private final Lock lock = new ReentrantLock();
    private final Doorbell bell;
    private final FabricSockets sockets = new FabricSockets();
    private final MediaDriver driver;
    private final AgentInvoker driverInvoker;
    private final AgentInvoker clientInvoker;
    private volatile Runnable arrivalListener = () -> {};
    private final Aeron aeron;

    private Fabric(
            final Path aeronDir,
            final List<Router.FabricLink> local,
            final List<Router.FabricLink> partner,
            final int mtuBytes,
            final Doorbell bell) {
        if (local.size() != partner.size()) {
            throw new IllegalArgumentException(
                    "this node has " + local.size() + " fabric links, its partner " + partner.size());
        }
        this.local = List.copyOf(local);
        this.partner = List.copyOf(partner);
        this.mtuBytes = Math.clamp(mtuBytes, MIN_MTU_BYTES, MAX_MTU_BYTES) / MTU_ALIGNMENT * MTU_ALIGNMENT;
        linkDown = new AtomicIntegerArray(Math.max(1, local.size()));
        this.bell = bell;
        driver = MediaDriver.launch(driverContext(aeronDir));
        driverInvoker = driver.sharedAgentInvoker();
        try {
            aeron = Aeron.connect(new Aeron.Context()
                    .aeronDirectoryName(aeronDir.toString())
                    .useConductorAgentInvoker(true)
                    .driverAgentInvoker(driverInvoker)
                    .clientLock(lock)
                    .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(CLIENT_LIVENESS_NS))
                    .errorHandler(this::onError)
                    .subscriberErrorHandler(this::onError));
        } catch (final RuntimeException e) {
            CloseHelper.quietCloseAll(driver, bell);
            throw e;
        }
        clientInvoker = aeron.conductorAgentInvoker();
    }

    /**
     * Starts the media driver and connects to it.
     *
     * @param aeronDir the driver's directory, deleted first, best in memory (/dev/shm)
     * @param local this node's ends of the links; none: IPC only
     * @param partner the partner's ends, in the same order
     * @param mtuBytes the largest UDP payload, up to {@link #MAX_MTU_BYTES}
     * @throws IllegalArgumentException if both lists differ in length
     * @throws IOException if the process has no file descriptor left
     */
    public static Fabric open(
            final Path aeronDir,
            final List<Router.FabricLink> local,
            final List<Router.FabricLink> partner,
            final int mtuBytes)
            throws IOException {
        return open(aeronDir, local, partner, mtuBytes, new Doorbell());
    }

    /** As the other one, with a bell that others may ring as well; it closes with the fabric. */
    public static Fabric open(
            final Path aeronDir,
            final List<Router.FabricLink> local,
            final List<Router.FabricLink> partner,
            final int mtuBytes,
            final Doorbell bell) {
        return new Fabric(aeronDir, local, partner, mtuBytes, bell);
    }

    private MediaDriver.Context driverContext(final Path aeronDir) {
        final SocketBuffers granted = SocketBuffers.grantedOf(WANTED_SOCKET_BYTES);
        return new MediaDriver.Context()
                .aeronDirectoryName(aeronDir.toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .threadingMode(ThreadingMode.INVOKER)
                .asyncExecutorEnabled(false)
                .receiveChannelEndpointSupplier(sockets)
                .errorHandler(this::onError)
                .ipcTermBufferLength(IPC_TERM_BYTES)
                .ipcMtuLength(IPC_MTU_BYTES)
                .publicationTermBufferLength(SMALL_TERM_BYTES)
                .mtuLength(mtuBytes)
                .socketRcvbufLength(granted.receiveBytes())
                .socketSndbufLength(granted.sendBytes())
                .initialWindowLength(Math.min(MAX_WINDOW_BYTES, granted.receiveBytes()))
                .timerIntervalNs(TIMER_INTERVAL_NS)
                .statusMessageTimeoutNs(STATUS_INTERVAL_NS)
                .imageLivenessTimeoutNs(LINK_TIMEOUT_NS)
                .publicationConnectionTimeoutNs(LINK_TIMEOUT_NS)
                .publicationLingerTimeoutNs(LINGER_NS)
                .clientLivenessTimeoutNs(CLIENT_LIVENESS_NS)
                .publicationUnblockTimeoutNs(2 * CLIENT_LIVENESS_NS);
    }

    @Override
    public String roleName() {
        return "fabric";
    }

    @Override
    public int doWork() {
        lock.lock();
        try {
            final int driven = driverInvoker.invoke();
            if (driven > 0) {
                arrivalListener.run();
            }
            return driven + clientInvoker.invoke();
        } finally {
            lock.unlock();
        }
    }

    /** How the thread that turns this agent sleeps; it belongs to that thread. */
    public IdleStrategy idleStrategy() {
        return new FabricIdleStrategy(bell, sockets);
    }

    /** Wakes the fabric's thread: what was just offered leaves now. Any thread; cheap while it is awake. */
    public void wake() {
        bell.ring();
    }

    /** Who is told, on the fabric's thread, that something may have come from the partner. */
    public void onArrival(final Runnable listener) {
        arrivalListener = listener;
    }

    private void onError(final Throwable error) {
        lastError = String.valueOf(error.getMessage());
        errors.incrementAndGet();
    }

    public Aeron aeron() {
        return aeron;
    }

    /** How many links lead to the partner. */
    public int links() {
        return local.size();
    }

    /**
     * A stream to the partner over one link. Which losses are repaired is the subscriber's choice; the sender's only
     * reserves more memory for the unreliable, fast one.
     *
     * @param link 0 to {@link #links()} - 1
     */
    public ExclusivePublication publish(final int link, final int streamId, final boolean reliable) {
        // No "interface": Aeron refuses one without a carrier, and a node must start whose partner is not there.
        final String channel = "aeron:udp?endpoint=" + endpoint(partner.get(link), streamId) + "|mtu=" + mtuBytes
                + "|term-length="
                + (reliable ? SMALL_TERM_BYTES : CROSSING_TERM_BYTES);
        return aeron.addExclusivePublication(channel, streamId);
    }

    /**
     * What the partner sends on one link.
     *
     * @param reliable whether lost messages are asked for again, or skipped
     */
    public Subscription subscribe(final int link, final int streamId, final boolean reliable) {
        final String channel = "aeron:udp?endpoint=" + endpoint(local.get(link), streamId) + "|reliable=" + reliable;
        return aeron.addSubscription(channel, streamId);
    }

    /** The sending side of a stream within this node; any thread may offer to it. */
    public Publication ipcPublication(final int streamId) {
        return aeron.addPublication("aeron:ipc", streamId);
    }

    /** The receiving side of a stream within this node. */
    public Subscription ipcSubscription(final int streamId) {
        return aeron.addSubscription("aeron:ipc", streamId);
    }

    private static String endpoint(final Router.FabricLink end, final int streamId) {
        return literal(end.address()) + ":" + (BASE_PORT + streamId);
    }

    private static String literal(final IpAddress address) {
        return address.isV4() ? address.toString() : "[" + address + "]";
    }

    /**
     * A client of this driver in another process is dead: what it had open is closed now, and nobody waits for it. Left
     * alone, the driver would wait {@link #CLIENT_LIVENESS_NS}. Any thread.
     *
     * @param clientId {@link Aeron#clientId()} of the dead one
     */
    public void forgetClient(final long clientId) {
        final CountersReader counters = aeron.countersReader();
        final int heartbeat = HeartbeatTimestamp.findCounterIdByRegistrationId(
                counters, HeartbeatTimestamp.HEARTBEAT_TYPE_ID, clientId);
        if (heartbeat != CountersReader.NULL_COUNTER_ID && clientId != aeron.clientId()) {
            counters.valuesBuffer().putLongRelease(CountersReader.counterOffset(heartbeat), 0);
        }
    }

    /**
     * Says whether a link carries beats: senders that choose a link avoid one that is down long before Aeron's own
     * time-out. Links are up until told otherwise. Any thread.
     */
    public void linkUp(final int link, final boolean up) {
        linkDown.setRelease(link, up ? 0 : 1);
    }

    /** What {@link #linkUp(int, boolean)} was last told. Any thread. */
    public boolean isLinkUp(final int link) {
        return linkDown.getAcquire(link) == 0;
    }

    /** Errors that driver and client reported (an unreachable network, a refused socket). Any thread. */
    public long errors() {
        return errors.get();
    }

    /** The newest of those errors, empty if none. Any thread. */
    public String lastError() {
        return lastError;
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(aeron, driver, bell);
    }
}
